using System.Text.Json;
using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Dialects;
using ModelScan.RoutingApi.ModelMetrics;
using ModelScan.RoutingApi.Pipeline;
using ModelScan.RoutingApi.Providers.Catalogue;

namespace ModelScan.RoutingApi.Endpoints;

/// <summary>
/// <c>GET /v1/models</c> in OpenAI's form: every configured model by its name; for wildcards the models of that provider that
/// routes name and metrics sources know. Clients of Anthropic's (they send <c>anthropic-version</c>) get Anthropic's form, and in it the
/// aliases too: Claude Code offers only ids that begin with <c>claude</c> or <c>anthropic</c>, and an alias gives any model such a name.
/// In the modes in which a Plano decides, the list is Plano's.
/// </summary>
internal sealed class ModelListEndpoint(CurrentSnapshot current, RequestPipeline pipeline, TimeProvider time, ModelMetricsRefresher metrics)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/models", AnswerAsync);
        routes.MapMethods("/v1/models", [HttpMethods.Options], AnswerPreflight);
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var snapshot = current.Value;
        var request = new ClientRequest(ApiFormat.ChatCompletions, RequestKind.ModelList, RequestMemory.None, context.Request.Headers, snapshot, time, time.GetTimestamp()) { Query = context.Request.QueryString.Value };
        if (await PlanoAnswer.TryAsync(pipeline, request, context))
            return;
        context.Response.ContentType = "application/json";
        await using var writer = new Utf8JsonWriter(context.Response.BodyWriter);
        if (context.Request.Headers.ContainsKey("anthropic-version"))
            WriteForAnthropic(writer, snapshot.Config, metrics.Current.ModelNames);
        else
            Write(writer, snapshot.Config, metrics.Current.ModelNames);
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

    private static void Write(Utf8JsonWriter writer, RoutingConfig config, IEnumerable<string> modelsWithMetrics)
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
            writer.WriteString("owned_by", ProviderCatalogue.Find(provider)?.OwnedBy ?? provider);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteForAnthropic(Utf8JsonWriter writer, RoutingConfig config, IEnumerable<string> modelsWithMetrics)
    {
        var models = List(config, modelsWithMetrics).Select(model => (model.Id, Name: model.Id)).ToList();
        models.InsertRange(0, config.Aliases.OrderBy(alias => alias.Key, StringComparer.Ordinal).Select(alias => (alias.Key, $"{alias.Key} ({alias.Value})")));
        writer.WriteStartObject();
        writer.WriteStartArray("data");
        foreach (var (id, name) in models)
        {
            writer.WriteStartObject();
            writer.WriteString("type", "model");
            writer.WriteString("id", id);
            writer.WriteString("display_name", name);
            writer.WriteString("created_at", DateTimeOffset.UnixEpoch); // unknown, and required
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteBoolean("has_more", false);
        writer.WriteString("first_id", models.Count > 0 ? models[0].Id : null);
        writer.WriteString("last_id", models.Count > 0 ? models[^1].Id : null);
        writer.WriteEndObject();
    }

    private static IEnumerable<(string Id, string Provider)> List(RoutingConfig config, IEnumerable<string> modelsWithMetrics)
    {
        var known = config.Routes.SelectMany(route => route.Models).Concat(modelsWithMetrics.Order(StringComparer.Ordinal)).Distinct().ToArray();
        var listed = new HashSet<string>(StringComparer.Ordinal);
        foreach (var provider in config.Providers.Where(provider => !provider.IsInternal))
        {
            var ids = provider.IsWildcard
                ? known.Where(model => model.Length > provider.Provider.Length + 1 && model.StartsWith($"{provider.Provider}/", StringComparison.Ordinal))
                : [provider.Name];
            foreach (var id in ids.Where(listed.Add))
                yield return (id, provider.Provider);
        }
    }
}
