using System.Net;
using ModelScan.RoutingApi.Pipeline;

namespace ModelScan.RoutingApi.Routing.Attempts;

/// <summary>A request's body that passes from the client as it comes.</summary>
internal sealed class UploadContent(DoorUpload upload) : HttpContent
{
    /// <summary>Called after every piece that was sent.</summary>
    public Action? Progress { get; set; }

    /// <inheritdoc/>
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    /// <inheritdoc/>
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) => upload.CopyToAsync(stream, Progress, cancellationToken);

    /// <inheritdoc/>
    protected override bool TryComputeLength(out long length)
    {
        length = upload.Length ?? 0;
        return upload.Length is not null;
    }
}
