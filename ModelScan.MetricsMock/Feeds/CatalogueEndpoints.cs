using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using ModelScan.MetricsMock.Journal;
using ModelScan.MetricsMock.Models;

namespace ModelScan.MetricsMock.Feeds;

/// <summary>The price lists: the plain cost endpoint, DigitalOcean's catalogue and models.dev. A model without both prices is on none.</summary>
internal static class CatalogueEndpoints
{
    public static void MapCatalogues(this IEndpointRouteBuilder app)
    {
        app.MapGet("/costs", Costs);
        app.MapGet("/v2/gen-ai/models/catalog", (ModelRegistry models) => DigitalOcean(Priced(models)).ToResult());
        app.MapGet("/api.json", (ModelRegistry models) => ModelsDev(Priced(models)).ToResult());
    }

    // {"openai/gpt-4o": {"input_per_million": 5, "output_per_million": 20}}
    private static IResult Costs(HttpRequest request, ModelRegistry models, RequestJournal journal, MetricsMockOptions options)
    {
        var received = journal.Enter(request, ReadOnlyMemory<byte>.Empty);
        var status = options.CostsBearerToken is not { } token || HasBearer(request, token) ? StatusCodes.Status200OK : StatusCodes.Status401Unauthorized;
        journal.Close(received, status, clientLeft: false);
        if (status == StatusCodes.Status401Unauthorized)
        {
            request.HttpContext.Response.Headers.WWWAuthenticate = "Bearer";
            return new JsonObject { ["error"] = "A valid bearer token is needed." }.ToResult(status);
        }

        return new JsonObject(Priced(models).Select(model => KeyValuePair.Create(model.Name, (JsonNode?)new JsonObject
        {
            ["input_per_million"] = model.InputPerMillion,
            ["output_per_million"] = model.OutputPerMillion,
        }))).ToResult();
    }

    // {"data": [{"model_id": "openai/gpt-4o", "pricing": {"input_price_per_million": 0.000005, …}}]}: in spite of the names per token.
    private static JsonObject DigitalOcean(IReadOnlyList<MockModel> models)
    {
        const decimal Million = 1_000_000;
        var data = new JsonArray();
        foreach (var model in models)
        {
            var pricing = new JsonObject
            {
                ["input_price_per_million"] = model.InputPerMillion / Million,
                ["output_price_per_million"] = model.OutputPerMillion / Million,
            };
            if (model.CachedInputPerMillion is { } cached)
                pricing["cache_read_input_price_per_million"] = cached / Million;
            data.Add(new JsonObject { ["model_id"] = model.Name, ["name"] = model.BareName, ["pricing"] = pricing });
        }

        return new JsonObject { ["data"] = data, ["meta"] = new JsonObject { ["total"] = models.Count } };
    }

    // {"openai": {"id": "openai", "models": {"gpt-4o": {"id": "gpt-4o", "cost": {"input": 5, "output": 20, "cache_read": 2.5}}}}}
    private static JsonObject ModelsDev(IReadOnlyList<MockModel> models)
    {
        var providers = new JsonObject();
        foreach (var provider in models.GroupBy(model => model.Provider, StringComparer.Ordinal))
        {
            var entries = new JsonObject();
            foreach (var model in provider)
            {
                var cost = new JsonObject { ["input"] = model.InputPerMillion, ["output"] = model.OutputPerMillion };
                if (model.CachedInputPerMillion is { } cached)
                    cost["cache_read"] = cached;
                entries[model.BareName] = new JsonObject
                {
                    ["id"] = model.BareName,
                    ["name"] = model.BareName,
                    ["attachment"] = true,
                    ["reasoning"] = true,
                    ["tool_call"] = true,
                    ["modalities"] = new JsonObject { ["input"] = new JsonArray("text", "image"), ["output"] = new JsonArray("text") },
                    ["limit"] = new JsonObject { ["context"] = 200_000, ["output"] = 64_000 },
                    ["cost"] = cost,
                };
            }

            providers[provider.Key] = new JsonObject { ["id"] = provider.Key, ["name"] = provider.Key, ["models"] = entries };
        }

        return providers;
    }

    private static IReadOnlyList<MockModel> Priced(ModelRegistry models) =>
        [.. models.Snapshot.Values.Where(model => model is { InputPerMillion: not null, OutputPerMillion: not null })];

    private static bool HasBearer(HttpRequest request, string token) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(request.Headers.Authorization.ToString()), Encoding.UTF8.GetBytes($"Bearer {token}"));
}
