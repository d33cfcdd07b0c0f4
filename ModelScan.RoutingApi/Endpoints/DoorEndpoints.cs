using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;
using ModelScan.RoutingApi.Dialects;
using ModelScan.RoutingApi.Pipeline;
using ModelScan.RoutingApi.Providers.Catalogue;
using ModelScan.RoutingApi.RequestLog.Records;
using ModelScan.RoutingApi.Resources;
using ModelScan.RoutingApi.Routing.Doors;

namespace ModelScan.RoutingApi.Endpoints;

/// <summary>
/// <c>/v1/{embeddings,completions,images/…,audio/…,moderations,rerank,files…,batches…}</c>: passed byte for byte to the provider of the named
/// model. JSON is read whole, for the model that it names; anything else streams through.
/// </summary>
internal sealed class DoorEndpoints(CurrentSnapshot current, RequestPipeline pipeline, DoorRouter router, MemoryBudget budget, TimeProvider time)
{
    private const string ProviderQuery = "provider";

    private static readonly (ProviderDoor Door, string Path, string[] Methods)[] Mapped =
    [
        (ProviderDoor.Embeddings, "/v1/embeddings", [HttpMethods.Post]),
        (ProviderDoor.Completions, "/v1/completions", [HttpMethods.Post]),
        (ProviderDoor.Images, "/v1/images/{**path}", [HttpMethods.Post]),
        (ProviderDoor.Audio, "/v1/audio/{**path}", [HttpMethods.Post]),
        (ProviderDoor.Moderations, "/v1/moderations", [HttpMethods.Post]),
        (ProviderDoor.Rerank, "/v1/rerank", [HttpMethods.Post]),
        (ProviderDoor.Files, "/v1/files", [HttpMethods.Get, HttpMethods.Post]),
        (ProviderDoor.Files, "/v1/files/{**path}", [HttpMethods.Get, HttpMethods.Delete]),
        (ProviderDoor.Batches, "/v1/batches", [HttpMethods.Get, HttpMethods.Post]),
        (ProviderDoor.Batches, "/v1/batches/{**path}", [HttpMethods.Get, HttpMethods.Post]),
    ];

    public void Map(IEndpointRouteBuilder routes)
    {
        foreach (var (door, path, methods) in Mapped)
            routes.MapMethods(path, methods, context => AnswerAsync(context, door));
    }

    private async Task AnswerAsync(HttpContext context, ProviderDoor door)
    {
        try
        {
            await PassAsync(context, door);
        }
        catch (InvalidRequestException exception) when (!context.Response.HasStarted)
        {
            await RefuseAsync(context, ClientError.InvalidRequest(exception));
        }
    }

    private async Task PassAsync(HttpContext context, ProviderDoor door)
    {
        var started = time.GetTimestamp();
        var snapshot = current.Value;
        var request = context.Request;
        var asked = new DoorRequest(door, HttpMethod.Parse(request.Method), request.Path.ToUriComponent()["/v1/".Length..]) { Provider = ProviderOf(request) };
        var limit = snapshot.Config.MaxRequestBodyBytes;
        if (!HasBody(request))
        {
            await AnswerAsync(context, asked, RequestMemory.None, snapshot, started);
        }
        else if (!IsUpload(request))
        {
            using var reading = await ClientBody.ReadAsync(request, limit, budget);
            if (reading is { Body: { } body, Refusal: null })
                await AnswerAsync(context, asked, body, snapshot, started);
            else
                await RefuseAsync(context, reading.Refusal!);
        }
        else
        {
            using var lease = new MemoryLease(budget);
            lease.Reserve(DoorUpload.PieceSize);
            await using var upload = await OpenAsync(request, asked, limit);
            if (upload is null)
                await RefuseAsync(context, NoModelInSight(limit));
            else
                await AnswerAsync(context, asked with { Upload = upload }, RequestMemory.None, snapshot, started);
        }
    }

    private async Task AnswerAsync(HttpContext context, DoorRequest asked, RequestMemory body, GatewaySnapshot snapshot, long started)
    {
        var request = new ClientRequest(FormatOf(context.Request), RequestKind.Door, body, context.Request.Headers, snapshot, time, started) { Query = QueryFor(context.Request), Door = asked, Caller = KeyGuard.CallerOf(context, snapshot) };
        var response = new HttpClientResponse(context);
        var result = await pipeline.RunAsync(router, request, response);
        await response.EndAsync(result);
    }

    private static ValueTask<DoorUpload?> OpenAsync(HttpRequest request, DoorRequest asked, long limit)
    {
        if (asked.Provider is not null || !MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase))
            return ValueTask.FromResult<DoorUpload?>(DoorUpload.Of(request.Body, request.ContentLength));
        var boundary = HeaderUtilities.RemoveQuotes(type.Boundary).ToString();
        return boundary.Length is > 0 and <= FormModel.LongestBoundary
            ? DoorUpload.OfFormAsync(request.Body, request.ContentLength, boundary, limit, request.HttpContext.RequestAborted)
            : throw new InvalidRequestException($"content-type: a form needs a boundary of 1 to {FormModel.LongestBoundary} characters");
    }

    private Task RefuseAsync(HttpContext context, ClientError error)
    {
        ProxyHeaders.WriteUnrouted(context, "direct", RequestId.Create(time.GetUtcNow()));
        return ErrorResponse.WriteAsync(context, FormatOf(context.Request), error);
    }

    private static ClientError NoModelInSight(long limit) => new(
        StatusCodes.Status413PayloadTooLarge,
        $"more than {limit} bytes (routing.max_request_body) stand before the form's model: put it before the file, or name the provider by the header {ResponseHeaders.Provider} or the query {ProviderQuery}", "RequestTooLarge");

    private static bool HasBody(HttpRequest request) => request.ContentLength is > 0 || (request.ContentLength is null && request.HttpContext.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == true);

    // Whatever else a body calls itself (curl says it is a form of a web page) is taken for JSON, as it is everywhere.
    private static bool IsUpload(HttpRequest request) => MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
        && (type.Type.Value is "multipart" or "audio" or "image" or "video" || type.MediaType.Equals("application/octet-stream", StringComparison.OrdinalIgnoreCase));

    private static string? ProviderOf(HttpRequest request) =>
        request.Headers[ResponseHeaders.Provider] is { Count: > 0 } header && header[0] is { Length: > 0 } named ? named
        : request.Query[ProviderQuery] is { Count: > 0 } query && query[0] is { Length: > 0 } asked ? asked
        : null;

    // What is said to the gateway is not said to the provider; everything else stays as it was written.
    private static string QueryFor(HttpRequest request)
    {
        var query = request.QueryString.Value ?? "";
        if (!request.Query.ContainsKey(ProviderQuery))
            return query;
        var kept = query[1..].Split('&').Where(pair => !Uri.UnescapeDataString(pair.Split('=')[0]).Equals(ProviderQuery, StringComparison.OrdinalIgnoreCase)).ToArray();
        return kept.Length == 0 ? "" : $"?{string.Join('&', kept)}";
    }

    // Anthropic has files, too; only its clients name a version.
    private static ApiFormat FormatOf(HttpRequest request) => request.Headers.ContainsKey("anthropic-version") ? ApiFormat.Messages : ApiFormat.ChatCompletions;
}
