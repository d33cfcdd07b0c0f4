using System.Net;
using ModelScan.RoutingApi.Dialects.Envelope;

namespace ModelScan.RoutingApi.Routing.Attempts;

/// <summary>A request's body that knows whether it has been sent, after which nobody reads its memory any more.</summary>
/// <param name="body">The body; its memory is needed until it is sent, or the request is over.</param>
internal sealed class RequestBodyContent(BodyRewrite body) : HttpContent
{
    private volatile bool _isSent;

    /// <summary>
    /// Whether the whole body is with the provider. A request may be sent again on another connection until its answer begins;
    /// an answer may begin before the request is complete.
    /// </summary>
    public bool IsSent => _isSent;

    /// <inheritdoc/>
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    /// <inheritdoc/>
    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        _isSent = false;
        await body.WriteToAsync(stream, cancellationToken);
        _isSent = true;
    }

    /// <inheritdoc/>
    protected override bool TryComputeLength(out long length)
    {
        length = body.Length;
        return true;
    }
}
