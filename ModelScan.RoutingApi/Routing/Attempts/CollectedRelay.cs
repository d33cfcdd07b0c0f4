using System.Buffers;
using ModelScan.RoutingApi.Dialects.OpenAiResponses;
using ModelScan.RoutingApi.Dialects.Translation;
using ModelScan.RoutingApi.Providers.Headers;
using ModelScan.RoutingApi.Resources;

namespace ModelScan.RoutingApi.Routing.Attempts;

/// <summary>
/// Brings the answer of a provider that only streams to a client that wants it whole: the stream is read to its end, then the
/// client gets what it was about, translated where the client speaks another format. Until then another model may be asked.
/// </summary>
internal static class CollectedRelay
{
    /// <summary>Relays an answer.</summary>
    /// <param name="answer">A stream of the Responses API.</param>
    /// <param name="translation">The way back; <see langword="null"/> where the client speaks the same format.</param>
    public static async ValueTask<AttemptFailure?> RunAsync(ProviderAnswer answer, TranslatedExchange? translation)
    {
        Stream decoded;
        try
        {
            decoded = ProviderStream.Decoded(await answer.Response.Content.ReadAsStreamAsync(answer.Deadline.Token), answer.Response.Content.Headers.ContentEncoding);
        }
        catch (NotSupportedException exception)
        {
            return AttemptFailure.Unreadable(answer.Target, exception.Message);
        }

        await using var provider = new ProviderStream(decoded, answer.Deadline, answer.KeepAlive);
        var whole = await CollectAsync(answer, provider);
        if (translation is not null)
        {
            var translated = new ArrayBufferWriter<byte>(whole.Length + 256);
            translation.TranslateAnswer(whole, translated);
            whole = translated.WrittenMemory;
        }

        var response = answer.Plan.Response;
        ForwardedHeaders.CopyToClient(answer.Response, response.Headers, answer.Plan.Request.Snapshot.Headers.ToClient(answer.Plan.Request.Format, isTranslated: true));
        response.Begin(StatusCodes.Status200OK, answer.Observation.Head);
        response.Headers.ContentType = "application/json";
        response.Headers.ContentLength = whole.Length;
        answer.Deadline.Pause();
        await response.WriteWholeAsync(whole, answer.Deadline.Token);
        return null;
    }

    private static async ValueTask<ReadOnlyMemory<byte>> CollectAsync(ProviderAnswer answer, ProviderStream provider)
    {
        using var lease = new MemoryLease(answer.Budget);
        using var collector = new ResponseCollector(answer.Target.Config.Provider, TranslatedRelay.LargestAnswer);
        var buffer = ArrayPool<byte>.Shared.Rent(ProviderAnswer.SmallPiece);
        try
        {
            while (collector.Answer is null)
            {
                var read = await provider.ReadAsync(buffer);
                answer.Observation.FirstByte();
                if (read == 0)
                    collector.End();
                answer.Observation.Pass(buffer.AsSpan(0, read));
                collector.Add(buffer.AsSpan(0, read));
                lease.ReserveHeld(collector.Held);
                answer.Deadline.ExpectNextPiece();
            }

            return collector.Answer.Value;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
