using ModelScan.RoutingApi.Dialects.Canonical;

namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>A request that has been read, with the document that its values are slices of: none of them is to be looked at after it is disposed.</summary>
/// <param name="request">What the client wants.</param>
/// <param name="document">What it was read from.</param>
internal sealed class OpenRequest(Request request, RequestDocument document) : IDisposable
{
    public Request Request => request;

    /// <inheritdoc/>
    public void Dispose() => document.Dispose();
}
