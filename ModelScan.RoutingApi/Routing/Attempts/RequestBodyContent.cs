using System.Net;

namespace ModelScan.RoutingApi.Routing.Attempts;

/// <summary>A request's body that knows whether it has been sent, after which nobody reads its memory any more.</summary>
/// <param name="body">The body; its memory is needed until it is sent, or the request is over.</param>
internal sealed class RequestBodyContent(BodyRewrite body) : HttpContent
{
    private volatile Progress _progress;

    private enum Progress
    {
        NotBegun,
        Sending,
        Sent,
    }

    /// <summary>
    /// Whether the whole body is with the provider. A request may be sent again on another connection until its answer begins;
    /// an answer may begin before the request is complete.
    /// </summary>
    public bool IsSent => _progress == Progress.Sent;

    /// <summary>Whether somebody may be reading the body's memory now: its answer came, or the client left, before all was sent.</summary>
    public bool IsBeingSent => _progress == Progress.Sending;

    /// <inheritdoc/>
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    /// <inheritdoc/>
    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        _progress = Progress.Sending;
        try
        {
            await body.WriteToAsync(stream, cancellationToken);
            _progress = Progress.Sent;
        }
        catch
        {
            _progress = Progress.NotBegun;
            throw;
        }
    }

    /// <inheritdoc/>
    protected override bool TryComputeLength(out long length)
    {
        length = body.Length;
        return true;
    }
}
