using System.Text.Json.Nodes;
using ModelScan.MetricsMock.Models;
using ModelScan.MetricsMock.Providers.AmazonConverse;
using ModelScan.MetricsMock.Providers.AnthropicMessages;
using ModelScan.MetricsMock.Providers.OpenAiChat;
using ModelScan.MetricsMock.Providers.OpenAiResponses;

namespace ModelScan.MetricsMock.Providers;

/// <summary>The LLM providers' paths.</summary>
internal static class ProviderEndpoints
{
    public static void MapProviders(this IEndpointRouteBuilder app)
    {
        app.MapGet("/v1/models", (ModelRegistry models, TimeProvider time) => ListModels(models, time).ToResult());
        app.MapPost("/v1/messages/count_tokens", (HttpContext context, ProviderExchange exchange) => exchange.CountTokensAsync(context, new MessagesDialect { OnlyCounts = true }));

        // Providers that speak somebody else's API do so under paths of their own (/openai/v1/…, /api/paas/v4/…, /anthropic/v1/…),
        // so the end of the path decides.
        app.MapPost("/{**path}", (HttpContext context, string path, ProviderExchange exchange, KeptResponses kept) => DialectOf(path, kept) is { } dialect
            ? exchange.AnswerAsync(context, dialect)
            : $"/{path}".EndsWith("/embeddings", StringComparison.Ordinal) ? EmbeddingsEndpoint.AnswerAsync(context)
            : NotFoundAsync(context, path));
    }

    private static IProviderDialect? DialectOf(string path, KeptResponses kept) => $"/{path}" switch
    {
        var end when end.EndsWith("/chat/completions", StringComparison.Ordinal) => new ChatDialect(),
        var end when end.EndsWith("/messages", StringComparison.Ordinal) => new MessagesDialect(),
        var end when end.EndsWith("/responses", StringComparison.Ordinal) => new ResponsesDialect(kept),
        _ => ConverseDialect.Of(path),
    };

    private static Task NotFoundAsync(HttpContext context, string path) =>
        new JsonObject { ["error"] = new JsonObject { ["message"] = $"There is nothing at POST /{path}." } }
            .ToResult(StatusCodes.Status404NotFound).ExecuteAsync(context);

    private static JsonObject ListModels(ModelRegistry models, TimeProvider time) => new()
    {
        ["object"] = "list",
        ["data"] = new JsonArray([.. models.Snapshot.Values.Select(model => (JsonNode)new JsonObject
        {
            ["id"] = model.Name,
            ["object"] = "model",
            ["created"] = time.GetUtcNow().ToUnixTimeSeconds(),
            ["owned_by"] = model.Provider,
        })]),
    };
}
