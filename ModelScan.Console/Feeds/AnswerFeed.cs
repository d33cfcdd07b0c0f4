using System.IO.Pipelines;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using ModelScan.WebConsole.Api;
using ModelScan.WebConsole.Pages;
using ModelScan.WebConsole.Parts;
using ModelScan.WebConsole.Screens;

namespace ModelScan.WebConsole.Feeds;

/// <summary>
/// <c>/console/try/answer</c>: what a model answers, as it comes: <c>text</c> events with pieces, at the end <c>facts</c> with what it took,
/// as HTML, or <c>problem</c>.
/// </summary>
/// <param name="rendering">Renders the facts.</param>
/// <param name="time">The clock.</param>
internal sealed class AnswerFeed(Rendering rendering, TimeProvider time) : IFeed
{
    private const int LongestLine = 1 << 20;

    /// <inheritdoc/>
    public async Task WriteAsync(ScreenRequest request)
    {
        var (context, response) = (request.Context, request.Context.Response);
        if (request.Form is null)
        {
            response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            return;
        }

        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        response.ContentType = "text/event-stream";
        var model = request["model"];
        var isRouted = model == TryView.Routed;
        var headers = TryScreen.HeadersOf(request);

        // A model that is named is meant: nobody is to decide for another.
        if (!isRouted)
            headers = [.. headers, new("x-modelscan-mode", "direct")];
        var sent = new GatewayRequest(HttpMethods.Post, "/v1/chat/completions") { Body = TryScreen.Body(request["prompt"], isRouted ? request["asked"] : model, stream: true), Headers = headers };
        var started = time.GetTimestamp();
        var pipe = new Pipe();
        var answer = AskAsync(request, sent, pipe.Writer);
        var said = new AnswerFacts { Model = isRouted ? "" : model };
        var rest = await RelayAsync(pipe.Reader, response, said, () => time.GetElapsedTime(started).TotalMilliseconds, context.RequestAborted);
        var head = await answer;
        said.TotalMs = time.GetElapsedTime(started).TotalMilliseconds;
        said.Id = head.Headers["x-modelscan-request-id"].ToString();
        said.AnsweredBy = head.Headers["x-modelscan-model"].ToString();
        said.Route = head.Headers["x-modelscan-route"].ToString();
        if (head.Status >= StatusCodes.Status400BadRequest)
            await SayAsync(response, "problem", $"{head.Status}: {GatewayApi.ProblemOf(rest) ?? "no answer"}", context.RequestAborted);
        await SayAsync(response, "facts", await rendering.ToHtmlAsync<AnswerFactsView>(nameof(AnswerFactsView.Facts), said), context.RequestAborted);
    }

    private static async Task<GatewayAnswer> AskAsync(ScreenRequest request, GatewayRequest sent, PipeWriter writer)
    {
        try
        {
            await using var stream = writer.AsStream(leaveOpen: true);
            return await request.Api.SendAsync(sent, stream);
        }
        finally
        {
            await writer.CompleteAsync();
        }
    }

    // What is no event is kept: an error.
    private static async Task<byte[]> RelayAsync(PipeReader reader, HttpResponse response, AnswerFacts facts, Func<double> elapsed, CancellationToken cancellationToken)
    {
        using var other = new MemoryStream();
        while (true)
        {
            var read = await reader.ReadAsync(cancellationToken);
            var buffer = read.Buffer;
            while (EventLines.TryRead(ref buffer, out var line))
            {
                if (!line.StartsWith("data: ", StringComparison.Ordinal))
                    continue;
                var (text, usage) = ReadPiece(line["data: ".Length..]);
                facts.Take(usage);
                if (text.Length == 0)
                    continue;
                facts.FirstMs ??= elapsed();
                await SayAsync(response, "text", text, cancellationToken);
            }

            if (read.IsCompleted || buffer.Length > LongestLine)
            {
                foreach (var segment in buffer)
                    other.Write(segment.Span);
                await reader.CompleteAsync();
                return other.ToArray();
            }

            reader.AdvanceTo(buffer.Start, buffer.End);
        }
    }

    // A chunk of Chat Completions (https://platform.openai.com/docs/api-reference/chat-streaming).
    private static (string Text, JsonElement? Usage) ReadPiece(string data)
    {
        try
        {
            using var document = JsonDocument.Parse(data);
            var root = document.RootElement;
            JsonElement? usage = root.TryGetProperty("usage", out var counted) && counted.ValueKind == JsonValueKind.Object ? counted.Clone() : null;
            return root.TryGetProperty("choices", out var choices) && choices.ValueKind == JsonValueKind.Array && choices.GetArrayLength() > 0
                && choices[0].TryGetProperty("delta", out var delta) && delta.TryGetProperty("content", out var content) && content.ValueKind == JsonValueKind.String
                ? (content.GetString()!, usage)
                : ("", usage);
        }
        catch (JsonException)
        {
            return ("", null); // [DONE]
        }
    }

    private static async Task SayAsync(HttpResponse response, string name, string text, CancellationToken cancellationToken)
    {
        await response.WriteAsync($"event: {name}\ndata: {JsonSerializer.Serialize(text, TailJson.Default.String)}\n\n", cancellationToken);
        await response.Body.FlushAsync(cancellationToken);
    }
}
