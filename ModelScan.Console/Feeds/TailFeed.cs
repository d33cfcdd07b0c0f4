using System.IO.Pipelines;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using ModelScan.WebConsole.Api;
using ModelScan.WebConsole.Parts;
using ModelScan.WebConsole.Screens;

namespace ModelScan.WebConsole.Feeds;

/// <summary>
/// <c>/console/requests/tail</c>: the gateway's tail with every record as a row of the list, rendered by the same component, so that there is
/// one idea of what a row looks like. Gaps pass as they are; what comes faster than anybody reads becomes one.
/// </summary>
/// <param name="rendering">Renders rows.</param>
/// <param name="time">The clock.</param>
internal sealed class TailFeed(Rendering rendering, TimeProvider time) : IFeed
{
    private const int LongestLine = 1 << 20;
    private const int MostInASecond = 25;

    /// <inheritdoc/>
    public async Task WriteAsync(ScreenRequest request)
    {
        var context = request.Context;
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        context.Response.ContentType = "text/event-stream";
        using var left = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        var pipe = new Pipe();
        var upstream = AskAsync(request, pipe.Writer, left.Token);
        try
        {
            await RelayAsync(pipe.Reader, context.Response, context.RequestAborted);
            if (await upstream is { Length: > 0 } problem)
                await context.Response.WriteAsync($"event: problem\ndata: {JsonSerializer.Serialize(problem, TailJson.Default.String)}\n\n", context.RequestAborted);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The page is closed.
        }
        finally
        {
            await left.CancelAsync();
            await pipe.Reader.CompleteAsync();
            await upstream;
        }
    }

    // What is wrong, where the tail did not begin.
    private static async Task<string?> AskAsync(ScreenRequest request, PipeWriter writer, CancellationToken cancellationToken)
    {
        try
        {
            var path = $"/admin/requests/tail{GatewayApi.Query(("filter", request["q"]))}";
            await using var stream = writer.AsStream(leaveOpen: true);
            var answer = await request.Api.SendAsync(new GatewayRequest(HttpMethods.Get, path), stream, cancellationToken);
            return answer.Status >= StatusCodes.Status400BadRequest ? $"the gateway answered {answer.Status}" : null;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
        finally
        {
            await writer.CompleteAsync();
        }
    }

    private async Task RelayAsync(PipeReader reader, HttpResponse response, CancellationToken cancellationToken)
    {
        var name = "";
        var pace = new Pace(time);
        while (true)
        {
            var read = await reader.ReadAsync(cancellationToken);
            var buffer = read.Buffer;
            while (EventLines.TryRead(ref buffer, out var line))
            {
                if (line.StartsWith("event: ", StringComparison.Ordinal))
                    name = line["event: ".Length..];
                else if (line.StartsWith(':'))
                    await response.WriteAsync($"{line}\n\n", cancellationToken);
                else if (line.StartsWith("data: ", StringComparison.Ordinal))
                    await WriteAsync(response, pace, name, line["data: ".Length..], cancellationToken);
            }

            reader.AdvanceTo(buffer.Start, buffer.End);
            await response.Body.FlushAsync(cancellationToken);
            if (read.IsCompleted || buffer.Length > LongestLine)
                return;
        }
    }

    private async Task WriteAsync(HttpResponse response, Pace pace, string name, string data, CancellationToken cancellationToken)
    {
        if (name == "request")
        {
            if (!pace.Allows())
                return;
            if (pace.TakeMissed() is var missed and > 0)
                await response.WriteAsync($"event: gap\ndata: {{\"missed\":{missed}}}\n\n", cancellationToken);
            if (JsonSerializer.Deserialize(data, ApiJson.Default.RequestEntry) is { } entry)
                data = JsonSerializer.Serialize(await rendering.ToHtmlAsync<RequestRow>(nameof(RequestRow.Request), entry), TailJson.Default.String);
        }

        await response.WriteAsync($"event: {name}\ndata: {data}\n\n", cancellationToken);
    }

    // How many rows in a second, and how many it were too many.
    private sealed class Pace(TimeProvider time)
    {
        private long _since = time.GetTimestamp();
        private int _written;
        private int _missed;

        public bool Allows()
        {
            if (time.GetElapsedTime(_since) >= TimeSpan.FromSeconds(1))
                (_since, _written) = (time.GetTimestamp(), 0);
            if (_written == MostInASecond)
            {
                _missed++;
                return false;
            }

            _written++;
            return true;
        }

        public int TakeMissed() => Interlocked.Exchange(ref _missed, 0);
    }
}
