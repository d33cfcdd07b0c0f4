using Microsoft.AspNetCore.Http;
using ModelScan.WebConsole.Api;
using ModelScan.WebConsole.Pages;

namespace ModelScan.WebConsole.Screens;

/// <summary><c>/console/try</c>: which model a prompt would go to, at once; and what up to three of them answer.</summary>
internal sealed class TryScreen : IScreen
{
    /// <summary>Answers side by side.</summary>
    public const int MostAnswers = 3;

    /// <inheritdoc/>
    public async Task<Screen> ShowAsync(ScreenRequest request)
    {
        var providers = await request.Api.ProvidersAsync();
        var models = (providers.Value?.Models ?? []).Where(model => !model.Wildcard).ToList();
        var known = new Dictionary<string, ModelState>(StringComparer.Ordinal);
        foreach (var model in models)
            known.TryAdd(model.Name, model);
        var shown = new TryModel { Token = request.Token, Prompt = request["prompt"], Asked = request["asked"], Models = [.. known.Keys], Known = known, Problem = providers.Problem };
        if (request.Form is { } form && shown.Prompt.Trim().Length > 0)
        {
            var chosen = form["models"].OfType<string>().ToList();
            var decision = await request.Api.SendAsync(
                new GatewayRequest(HttpMethods.Post, "/routing/v1/chat/completions?explain=1") { Body = Body(shown.Prompt, shown.Asked, stream: false), Headers = HeadersOf(request) }, ApiJson.Default.DecisionAnswer);
            var config = await request.Api.ConfigAsync();
            shown = shown with { Decision = decision.Value, Problem = decision.Problem, Chosen = chosen, Routes = config.Value?.Routes ?? [] };
            if (request.Path is ["answers"])
            {
                shown = chosen.Count is 0 or > MostAnswers
                    ? shown with { Problem = $"Tick one to {MostAnswers} of them: {chosen.Count} are." }
                    : shown with { IsAnswered = decision.Problem is null };
            }
        }

        return Screen.Of<TryView, TryModel>("Try a prompt", "try", shown);
    }

    /// <summary>A request of one message.</summary>
    public static ReadOnlyMemory<byte> Body(string prompt, string model, bool stream) => GatewayApi.Write(json =>
    {
        json.WriteStartObject();
        if (model.Length > 0)
            json.WriteString("model", model);
        json.WriteStartArray("messages");
        json.WriteStartObject();
        json.WriteString("role", "user");
        json.WriteString("content", prompt);
        json.WriteEndObject();
        json.WriteEndArray();
        if (stream)
        {
            json.WriteBoolean("stream", true);
            json.WriteStartObject("stream_options");
            json.WriteBoolean("include_usage", true);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    });

    /// <summary>Who asks, and with which key.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> HeadersOf(ScreenRequest request)
    {
        KeyValuePair<string, string> agent = new("User-Agent", "modelscan-console");
        return request["key"].Trim() is { Length: > 0 } key && !key.AsSpan().ContainsAnyInRange('\0', '\u001F') ? [agent, new("Authorization", $"Bearer {key}")] : [agent];
    }
}
