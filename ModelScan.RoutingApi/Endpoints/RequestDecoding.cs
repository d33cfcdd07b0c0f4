using Microsoft.AspNetCore.Http.Features;
using ModelScan.RoutingApi.Dialects;
using ModelScan.RoutingApi.Pipeline;
using ModelScan.RoutingApi.Providers;
using ModelScan.RoutingApi.RequestLog.Records;

namespace ModelScan.RoutingApi.Endpoints;

/// <summary>
/// Undoes the encoding of request bodies (<c>Content-Encoding</c>: Codex compresses what it sends), so that nobody behind it has to know
/// of one and none is announced to a provider beside a body that is no longer so encoded. The encoded body is bounded here, the decoded
/// one by whoever reads it. One encoding at a time: of several, each could blow up what the one before made.
/// </summary>
internal sealed class RequestDecoding(CurrentSnapshot current, IRouterSource routers, TimeProvider time)
{
    public Task DecodeAsync(HttpContext context, RequestDelegate next) =>
        context.Request.Headers.ContentEncoding is { Count: > 0 } encodings ? DecodeAsync(context, next, encodings.ToString().Trim()) : next(context);

    private async Task DecodeAsync(HttpContext context, RequestDelegate next, string encoding)
    {
        var request = context.Request;
        if (!ContentDecoding.Knows(encoding))
        {
            context.Response.Headers.AcceptEncoding = ContentDecoding.Known;
            await RefuseAsync(context, new ClientError(
                StatusCodes.Status415UnsupportedMediaType, $"content-encoding '{encoding}': the body may come as it is, or in one of {ContentDecoding.Known}", "UnsupportedEncoding"));
            return;
        }

        var limit = current.Value.Config.MaxRequestBodyBytes;
        if (request.ContentLength > limit)
        {
            await RefuseAsync(context, ClientError.BodyTooLarge(limit));
            return;
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = limit;
        await using var decoded = new DecodedBody(ContentDecoding.Decoded(request.Body, [encoding]), encoding);
        request.Headers.ContentEncoding = default;
        request.ContentLength = null;
        request.Body = decoded;
        await next(context);
    }

    private Task RefuseAsync(HttpContext context, ClientError error)
    {
        ProxyHeaders.WriteUnrouted(context, routers.ModeInForce, RequestId.Create(time.GetUtcNow()));
        return ErrorResponse.WriteAsync(context, ApiFormats.Guess(context.Request.Path), error);
    }
}
