using System.Net.Mime;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using ModelScan.WebConsole.Reading;
using ModelScan.WebConsole.Screens;

namespace ModelScan.WebConsole.Feeds;

/// <summary>
/// <c>POST /console/case</c>: a prompt and the route that is right for it, as <c>modelscan eval --items</c> reads it and the log's
/// <c>/admin/requests/examples</c> writes it: <c>{"prompt": "…", "route": "code"}</c>, <c>null</c> for none. The prompt is that of a request on
/// record (<c>id</c>), or stands in the form.
/// </summary>
internal sealed class CaseFeed : IFeed
{
    // As a person writes such a file.
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <inheritdoc/>
    public async Task WriteAsync(ScreenRequest request)
    {
        var (response, id) = (request.Context.Response, request["id"]);
        var prompt = id.Length == 0 ? request["prompt"].Trim() : await PromptAsync(request, id) ?? "";
        if (request.Form is null || prompt.Length == 0)
        {
            response.StatusCode = request.Form is null ? StatusCodes.Status405MethodNotAllowed : StatusCodes.Status409Conflict;
            response.ContentType = MediaTypeNames.Text.Plain;
            await response.WriteAsync("There is no prompt to save: type one, or have the log keep what is said (request_log.bodies).\n", request.Context.RequestAborted);
            return;
        }

        response.ContentType = "application/x-ndjson";
        response.Headers.ContentDisposition = $"attachment; filename=case{(id.Length == 0 ? "" : $"-{new string([.. id.Where(char.IsAsciiLetterOrDigit)])}")}.jsonl";
        await response.Body.WriteAsync(Line(prompt, request["route"]), request.Context.RequestAborted);
    }

    /// <summary>The line.</summary>
    /// <param name="prompt">What a person says.</param>
    /// <param name="route">The route; <c>none</c> or nothing for none.</param>
    internal static byte[] Line(string prompt, string route)
    {
        using var line = new MemoryStream();
        using (var json = new Utf8JsonWriter(line, Readable))
        {
            json.WriteStartObject();
            json.WriteString("prompt", prompt);
            json.WriteString("route", route is "" or "none" ? null : route);
            json.WriteEndObject();
        }

        line.Write("\n"u8);
        return line.ToArray();
    }

    private static async Task<string?> PromptAsync(ScreenRequest request, string id) =>
        (await request.Api.FindAsync(id)).Value?.Body is { } body ? DecidedOn.Prompt(body.DecisionInput) ?? Conversation.Prompt(Conversation.OfRequest(body.Request)) : null;
}
