using System.IO.Pipelines;
using Microsoft.AspNetCore.Http.Features;
using ModelScan.RoutingApi.Pipeline;
using ModelScan.RoutingApi.Routing.Observation;

namespace ModelScan.RoutingApi.Endpoints;

/// <summary>An answer that goes to a client over HTTP.</summary>
internal sealed class HttpClientResponse(HttpContext context) : ClientResponse
{
    // RFC 9113, 7 (INTERNAL_ERROR) and RFC 9114, 8.1 (H3_INTERNAL_ERROR).
    private const int Http2InternalError = 0x2;
    private const int Http3InternalError = 0x102;

    private PipeWriter? _capturing;

    /// <inheritdoc/>
    public override bool HasBegun => context.Response.HasStarted;

    /// <inheritdoc/>
    public override IHeaderDictionary Headers => context.Response.Headers;

    /// <inheritdoc/>
    public override PipeWriter Body => _capturing ?? context.Response.BodyWriter;

    /// <inheritdoc/>
    public override CancellationToken ClientLeft => context.RequestAborted;

    /// <inheritdoc/>
    public override Task StartAsync(CancellationToken cancellationToken) => context.Response.StartAsync(cancellationToken);

    /// <inheritdoc/>
    public override void CaptureBody(AnswerCapture capture) => _capturing = capture.Around(context.Response.BodyWriter);

    /// <summary>Does what is left to do when the pipeline is through with a request: tells a failure, or breaks the connection off.</summary>
    /// <exception cref="AnswerBrokenOffException">The answer cannot be completed: the server has to end the connection.</exception>
    public async ValueTask EndAsync(RouteResult result)
    {
        ProxyTelemetry.Describe(context.Features.Find<IHttpActivityFeature>()?.Activity, result);
        if (IsBrokenOff)
        {
            EndUncleanly();
            return;
        }

        if (result.Failure is not { } failure || HasBegun || ClientLeft.IsCancellationRequested)
            return;
        Begin(failure.Error.Status, AnswerHead.Of(result));
        if (failure.RetryAfter is { } retryAfter)
            Headers.RetryAfter = retryAfter;
        await ErrorResponse.WriteAsync(context, result.Plan.Request.Format, failure.Error);
    }

    /// <inheritdoc/>
    protected override void WriteHead(int status, in AnswerHead head)
    {
        context.Response.StatusCode = status;
        ProxyHeaders.Write(context.Response.Headers, head);
    }

    // What has been written must still arrive, and Abort() throws away what the client has not read yet (a reset connection). In HTTP/2
    // frames that were written leave before the reset does. In HTTP/1.1 the server sends what it has and closes the connection without
    // the last chunk when an application throws after the response has begun; there is no other way to ask it for that.
    private void EndUncleanly()
    {
        if (context.Features.Get<IHttpResetFeature>() is { } stream)
            stream.Reset(HttpProtocol.IsHttp3(context.Request.Protocol) ? Http3InternalError : Http2InternalError);
        else if (HttpProtocol.IsHttp11(context.Request.Protocol))
            throw new AnswerBrokenOffException();
        else
            context.Abort(); // HTTP/1.0 ends every answer by closing the connection: only a reset tells the difference
    }
}
