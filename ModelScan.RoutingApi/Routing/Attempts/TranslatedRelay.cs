using System.Buffers;
using ModelScan.RoutingApi.Dialects.Translation;
using ModelScan.RoutingApi.Providers.Headers;
using ModelScan.RoutingApi.Resources;

namespace ModelScan.RoutingApi.Routing.Attempts;

/// <summary>
/// Brings an answer to a client of another format. A whole answer is collected, translated, then sent; a stream is translated
/// piece by piece as it arrives. A stream that fails ends with an error event, then breaks off: clients take a clean end for a whole
/// answer, whatever stands before it.
/// </summary>
internal static class TranslatedRelay
{
    /// <summary>Largest whole answer in bytes.</summary>
    public const int LargestAnswer = 64 << 20;

    /// <summary>Relays an answer.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="translation">The way back.</param>
    public static async ValueTask<AttemptFailure?> RunAsync(ProviderAnswer answer, TranslatedExchange translation)
    {
        var raw = await answer.Response.Content.ReadAsStreamAsync(answer.Deadline.Token);
        Stream decoded;
        try
        {
            decoded = answer.IsEncoded ? ProviderStream.Decoded(raw, answer.Response.Content.Headers.ContentEncoding) : raw;
        }
        catch (NotSupportedException exception)
        {
            return AttemptFailure.Unreadable(answer.Target, exception.Message);
        }

        await using var provider = new ProviderStream(decoded, answer.Deadline, answer.KeepAlive);
        if (!answer.Response.IsSuccessStatusCode)
            return AttemptFailure.Unreadable(answer.Target, $"HTTP {(int)answer.Response.StatusCode} is neither an answer nor an error");
        if (answer.IsEventStream != answer.Plan.Request.Envelope.Stream)
            return AttemptFailure.Unreadable(answer.Target, answer.IsEventStream ? "it answered with a stream although none was asked for" : $"it answered with {answer.MediaType ?? "no media type"} instead of a stream");
        return answer.IsEventStream ? await StreamAsync(answer, provider, translation.OpenStream()) : await WholeAsync(answer, provider, translation);
    }

    private static async ValueTask<AttemptFailure?> StreamAsync(ProviderAnswer answer, ProviderStream provider, StreamTranslation translation)
    {
        var (response, deadline) = (answer.Plan.Response, answer.Deadline);
        var buffer = Array.Empty<byte>();
        using var output = new PooledBuffer();
        using var lease = new MemoryLease(answer.Budget);
        try
        {
            await provider.WaitAsync();
            buffer = ArrayPool<byte>.Shared.Rent(ProviderAnswer.SmallPiece);
            var read = await provider.ReadAsync(buffer);
            answer.Observation.FirstByte();
            while (read > 0 && !translation.IsComplete)
            {
                answer.Observation.Pass(buffer.AsSpan(0, read));
                translation.Write(buffer.AsSpan(0, read), output);
                lease.ReserveHeld(translation.Held);
                if (FailureBeforeTheAnswer(answer, translation) is { } failure)
                    return failure;
                ArrayPool<byte>.Shared.Return(buffer);
                buffer = [];
                await SendAsync(answer, output);
                deadline.ExpectNextPiece();
                await provider.WaitAsync();
                buffer = ArrayPool<byte>.Shared.Rent(ProviderAnswer.SmallPiece);
                read = await provider.ReadAsync(buffer);
            }

            if (!translation.IsComplete)
                translation.End(output);
            if (FailureBeforeTheAnswer(answer, translation) is { } lastFailure)
                return lastFailure;
            await SendAsync(answer, output);
            if (translation.Error is { } error)
            {
                answer.Observation.Fail(AttemptFailure.Said(answer.Target, error));
                response.BreakOff();
            }

            return null;
        }
        catch (Exception exception) when (response.HasBegun && answer.FailureOf(exception) is { } failure)
        {
            answer.Observation.Fail(failure);
            output.Clear();
            if (!translation.IsComplete)
                translation.Fail(failure.Error, output);
            await response.Body.WriteAsync(output.WrittenMemory, response.ClientLeft);
            response.BreakOff();
            return null;
        }
        finally
        {
            translation.Dispose();
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    // A stream that begins with an error: nothing has been sent yet, so that it can still be a status, or somebody else's answer.
    private static AttemptFailure? FailureBeforeTheAnswer(ProviderAnswer answer, StreamTranslation translation) =>
        !answer.Plan.Response.HasBegun && translation.Error is { } error ? AttemptFailure.Said(answer.Target, error) : null;

    private static async ValueTask SendAsync(ProviderAnswer answer, PooledBuffer output)
    {
        if (output.WrittenCount == 0)
            return;
        var response = answer.Plan.Response;
        if (!response.HasBegun)
        {
            ForwardedHeaders.CopyToClient(answer.Response, response.Headers, answer.Plan.Request.Snapshot.Headers.ToClient(answer.Plan.Request.Format, isTranslated: true));
            response.Begin(StatusCodes.Status200OK, answer.Observation.Head);
            response.Headers.ContentType = "text/event-stream";
            response.Headers.CacheControl = "no-cache";
        }

        var write = response.Body.WriteAsync(output.WrittenMemory, answer.Deadline.Token);
        if (!write.IsCompleted)
            answer.Deadline.Pause();
        await write;
        output.Clear();
    }

    private static async ValueTask<AttemptFailure?> WholeAsync(ProviderAnswer answer, ProviderStream provider, TranslatedExchange translation)
    {
        using var body = await CollectedBody.ReadAsync(provider, answer, LargestAnswer);
        if (!body.IsComplete)
            return AttemptFailure.Unreadable(answer.Target, $"its answer is larger than {LargestAnswer} bytes");
        answer.Observation.Pass(body.Bytes.Span);
        using var lease = new MemoryLease(answer.Budget);
        lease.ReserveHeld((MemoryBudget.Translated * MemoryBudget.LengthOf(body.Bytes.Span)) - body.Bytes.Length);
        using var output = new PooledBuffer();
        translation.TranslateAnswer(body.Bytes, output);
        var response = answer.Plan.Response;
        ForwardedHeaders.CopyToClient(answer.Response, response.Headers, answer.Plan.Request.Snapshot.Headers.ToClient(answer.Plan.Request.Format, isTranslated: true));
        response.Begin(StatusCodes.Status200OK, answer.Observation.Head);
        response.Headers.ContentType = "application/json";
        response.Headers.ContentLength = output.WrittenCount;
        answer.Deadline.Pause();
        await response.WriteWholeAsync(output.WrittenMemory, answer.Deadline.Token);
        return null;
    }
}
