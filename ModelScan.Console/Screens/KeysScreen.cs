using System.Text.Json;
using Microsoft.AspNetCore.Http;
using ModelScan.WebConsole.Api;
using ModelScan.WebConsole.Pages;

namespace ModelScan.WebConsole.Screens;

/// <summary><c>/console/keys</c>: the gateway's keys, and how far limits and budgets are used.</summary>
internal sealed class KeysScreen : IScreen
{
    private const int KeptOfAnswer = 4096;

    /// <inheritdoc/>
    public async Task<Screen> ShowAsync(ScreenRequest request)
    {
        var model = new KeysModel { Token = request.Token };
        if (request.Form is not null && request.Path is [var action])
        {
            var (made, problem) = await ChangeAsync(request, action);
            if (made is null && problem is null)
                return Screen.To("/console/keys");
            model = model with { Made = made, Problem = problem };
        }

        var keys = await request.Api.GetAsync("/admin/keys", ApiJson.Default.KeysState);
        var limits = await request.Api.GetAsync("/admin/limits", ApiJson.Default.LimitsState);
        return Screen.Of<KeysView, KeysModel>("Keys and budgets", "keys", model with { Keys = keys.Value, Limits = limits.Value, Problem = model.Problem ?? keys.Problem ?? limits.Problem }) with { TellsSecret = model.Made is not null };
    }

    private static async Task<(KeySecret? Made, string? Problem)> ChangeAsync(ScreenRequest request, string action)
    {
        var path = $"/admin/keys/{Uri.EscapeDataString(request["id"])}";
        switch (action)
        {
            case "create":
                var created = await request.Api.SendAsync(HttpMethods.Post, "/admin/keys", ApiJson.Default.KeySecret, json =>
                {
                    json.WriteStartObject();
                    json.WriteString("id", request["id"].Trim());
                    WriteTexts(json, "models", request["models"]);
                    WriteTexts(json, "limits", request["limits"]);
                    WriteTags(json, request["tags"]);
                    if (request["expires"] is { Length: > 0 } expires)
                        json.WriteString("expires", expires);
                    json.WriteEndObject();
                });
                return (created.Value, created.Problem);
            case "rotate":
                var rotated = await request.Api.SendAsync(new GatewayRequest(HttpMethods.Post, $"{path}/rotate"), ApiJson.Default.KeySecret);
                return (rotated.Value, rotated.Problem);
            case "disable" or "enable":
                var set = await request.Api.SendAsync(HttpMethods.Put, path, ApiJson.Default.KeysState, json =>
                {
                    json.WriteStartObject();
                    json.WriteBoolean("disabled", action == "disable");
                    json.WriteEndObject();
                });
                return (null, set.Problem);
            case "revoke":
                // Nothing comes back where it is gone.
                await using (var answer = new BeginningStream(KeptOfAnswer))
                {
                    var gone = await request.Api.SendAsync(new GatewayRequest(HttpMethods.Delete, path), answer);
                    return (null, gone.Status < StatusCodes.Status400BadRequest ? null : GatewayApi.ProblemOf(answer.Kept) ?? $"the gateway answered {gone.Status}");
                }

            default:
                return (null, "there is nothing of that name to do");
        }
    }

    // "team=a, env=prod"; what has no value is told by the gateway.
    private static void WriteTags(Utf8JsonWriter json, string tags)
    {
        json.WriteStartObject("tags");
        foreach (var tag in tags.Split((char[])[',', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var (name, value) = tag.Split('=', 2) is [var before, var behind] ? (before, behind) : (tag, "");
            json.WriteString(name, value);
        }

        json.WriteEndObject();
    }

    private static void WriteTexts(Utf8JsonWriter json, string name, string texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts.Split((char[])[',', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            json.WriteStringValue(text);
        json.WriteEndArray();
    }
}
