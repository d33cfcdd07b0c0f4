using System.Text.Json;
using ModelScan.RoutingApi.Configuration;

namespace ModelScan.RoutingApi.Endpoints;

/// <summary>
/// <c>GET /v1/models</c> in OpenAI's form: every configured model by its name; for wildcards the models of that provider that
/// routes name and metrics sources know. Aliases are not listed.
/// </summary>
internal static class ModelListEndpoint
{
    public static void Write(Utf8JsonWriter writer, RoutingConfig config, IEnumerable<string> modelsWithMetrics)
    {
        writer.WriteStartObject();
        writer.WriteString("object", "list");
        writer.WriteStartArray("data");
        foreach (var (id, provider) in List(config, modelsWithMetrics))
        {
            writer.WriteStartObject();
            writer.WriteString("id", id);
            writer.WriteString("object", "model");
            writer.WriteNumber("created", 0);
            writer.WriteString("owned_by", KnownProviders.Find(provider)?.OwnedBy ?? provider);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static IEnumerable<(string Id, string Provider)> List(RoutingConfig config, IEnumerable<string> modelsWithMetrics)
    {
        var known = config.Routes.SelectMany(route => route.Models).Concat(modelsWithMetrics.Order(StringComparer.Ordinal)).Distinct().ToArray();
        var listed = new HashSet<string>(StringComparer.Ordinal);
        foreach (var provider in config.Providers)
        {
            var ids = provider.IsWildcard
                ? known.Where(model => model.Length > provider.Provider.Length + 1 && model.StartsWith($"{provider.Provider}/", StringComparison.Ordinal))
                : [provider.Name];
            foreach (var id in ids.Where(listed.Add))
                yield return (id, provider.Provider);
        }
    }
}
