using ModelScan.RoutingApi.Governance;
using ModelScan.RoutingApi.ModelMetrics;
using ModelScan.RoutingApi.Pipeline;
using ModelScan.RoutingApi.Providers;
using ModelScan.RoutingApi.Providers.Models;
using ModelScan.RoutingApi.Routing;

namespace ModelScan.RoutingApi.Endpoints;

/// <summary>
/// <c>GET /v1/models</c>: what <see cref="ModelListing"/> lists, in OpenAI's form or, for clients that send <c>anthropic-version</c>, in
/// Anthropic's; and <c>GET /v1/models/ID</c>: one of them, or whatever else the gateway would answer requests for. In the modes in which a
/// Plano decides, the list is Plano's.
/// </summary>
internal sealed class ModelListEndpoint(CurrentSnapshot current, RequestPipeline pipeline, TimeProvider time, ModelMetricsRefresher metrics, ModelCatalogue catalogue)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/models", AnswerAsync);
        routes.MapGet("/v1/models/{**id}", AnswerOneAsync);
        routes.MapMethods("/v1/models", [HttpMethods.Options], AnswerPreflight);
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var snapshot = current.Value;
        var request = new ClientRequest(ApiFormat.ChatCompletions, RequestKind.ModelList, RequestMemory.None, context.Request.Headers, snapshot, time, time.GetTimestamp()) { Query = context.Request.QueryString.Value, Caller = KeyGuard.CallerOf(context, snapshot) };
        if (await PlanoAnswer.TryAsync(pipeline, request, context))
            return;
        context.Response.ContentType = "application/json";
        await using var writer = new Utf8JsonWriter(context.Response.BodyWriter);
        ModelListWriter.WriteList(writer, ListingFor(request), FormatOf(context.Request));
        await writer.FlushAsync(context.RequestAborted);
    }

    // Browsers ask before they call; the list holds nothing that a page must not see.
    private static Task AnswerPreflight(HttpContext context)
    {
        var headers = context.Response.Headers;
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        headers.Allow = "GET, OPTIONS";
        headers.AccessControlAllowOrigin = "*";
        headers.AccessControlAllowHeaders = "Authorization, Content-Type";
        headers.AccessControlAllowMethods = "GET, POST, OPTIONS";
        return Task.CompletedTask;
    }

    private async Task AnswerOneAsync(HttpContext context)
    {
        // Ids have slashes in them, which clients write as they are or escaped.
        var id = Uri.UnescapeDataString((string?)context.Request.RouteValues["id"] ?? "");
        var format = FormatOf(context.Request);
        if (Listing().Find(id) is not { } model)
        {
            await ErrorResponse.WriteAsync(context, format, RequestedModel.NotFound(current.Value.Models, id).Error);
            return;
        }

        context.Response.ContentType = "application/json";
        await using var writer = new Utf8JsonWriter(context.Response.BodyWriter);
        ModelListWriter.Write(writer, model, format);
        await writer.FlushAsync(context.RequestAborted);
    }

    // What a key does not open is not listed either.
    private ModelListing ListingFor(ClientRequest request)
    {
        var snapshot = request.Snapshot;
        return GovernanceRules.Of(snapshot.Config.Governance).ModelsOf(request.Caller?.Key) is { } models
            ? Listing().Only(name => snapshot.Models.Find(name) is { } target && models.Matches(target))
            : Listing();
    }

    private ModelListing Listing() => new(current.Value.Config, metrics.Current.ModelNames.Order(StringComparer.Ordinal), catalogue.Current);

    // Both APIs have the path; only Anthropic's clients name a version of theirs.
    private static ApiFormat FormatOf(HttpRequest request) => request.Headers.ContainsKey("anthropic-version") ? ApiFormat.Messages : ApiFormat.ChatCompletions;
}
