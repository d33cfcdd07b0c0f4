using System.Text.Json;
using Microsoft.AspNetCore.Http;
using ModelScan.WebConsole.Api;
using ModelScan.WebConsole.Pages;
using ModelScan.WebConsole.Reading;

namespace ModelScan.WebConsole.Screens;

/// <summary><c>/console/models</c>: models and routes as they are configured and as they are, the configuration in force, and the mode, which is switched here.</summary>
internal sealed class ModelsScreen : IScreen
{
    /// <inheritdoc/>
    public async Task<Screen> ShowAsync(ScreenRequest request)
    {
        string? problem = null;
        if (request.Form is not null && request.Path is ["mode"])
        {
            problem = await SwitchAsync(request);
            if (problem is null)
                return Screen.To("/console/models#mode");
        }

        var (providers, config, mode) = (await request.Api.ProvidersAsync(), await request.Api.ConfigAsync(), await request.Api.ModeAsync());
        return Screen.Of<ModelsView, ModelsModel>("Models and routes", "models", new ModelsModel
        {
            Token = request.Token,
            Models = providers.Value?.Models ?? [],
            Health = providers.Value?.Health ?? [],
            Config = config.Value,
            Routes = config.Value is { } loaded ? RoutesOf(loaded.Document) : [],
            Document = config.Value is { Document.ValueKind: JsonValueKind.Object } shown ? YamlText.Of(shown.Document) : "",
            Mode = mode.Value,
            Problem = problem ?? providers.Problem ?? config.Problem ?? mode.Problem,
        });
    }

    private static async Task<string?> SwitchAsync(ScreenRequest request)
    {
        var mode = request["mode"];
        var done = mode.Length == 0
            ? await request.Api.SendAsync(new GatewayRequest(HttpMethods.Delete, "/admin/mode"), ApiJson.Default.ModeState)
            : await request.Api.SendAsync(HttpMethods.Put, "/admin/mode", ApiJson.Default.ModeState, json =>
            {
                json.WriteStartObject();
                json.WriteString("mode", mode);
                json.WriteEndObject();
            });
        return done.Problem;
    }

    /// <summary>The routes of a configuration, at the top or within its models, as either spelling has them.</summary>
    internal static IReadOnlyList<RouteState> RoutesOf(JsonElement document)
    {
        var routes = new List<RouteState>();
        if (document.ValueKind != JsonValueKind.Object)
            return routes;
        Add(document, null);
        foreach (var list in (ReadOnlySpan<string>)["model_providers", "llm_providers"])
        {
            if (document.TryGetProperty(list, out var providers) && providers.ValueKind == JsonValueKind.Array)
            {
                foreach (var provider in providers.EnumerateArray())
                    Add(provider, Text(provider, "name") ?? Text(provider, "model"));
            }
        }

        return routes;

        void Add(JsonElement holder, string? model)
        {
            if (holder.ValueKind != JsonValueKind.Object || !holder.TryGetProperty("routing_preferences", out var list) || list.ValueKind != JsonValueKind.Array)
                return;
            foreach (var route in list.EnumerateArray())
            {
                var models = route.TryGetProperty("models", out var declared) && declared.ValueKind == JsonValueKind.Array
                    ? declared.EnumerateArray().Where(name => name.ValueKind == JsonValueKind.String).Select(name => name.GetString()!).ToList()
                    : model is null ? [] : [model];
                var prefer = route.TryGetProperty("selection_policy", out var policy) ? Text(policy, "prefer") : null;
                routes.Add(new RouteState(Text(route, "name") ?? "?", Text(route, "description") ?? "", models, prefer));
            }
        }
    }

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
