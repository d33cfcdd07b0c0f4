using System.Buffers;
using ModelScan.RoutingApi.Providers.Headers;

namespace ModelScan.RoutingApi.Routing.Attempts;

/// <summary>
/// Brings an answer to a client of the same format, byte for byte: status, headers, body, compressed or not, comments and
/// unknown events included.
/// <list type="number">
/// <item>the beginning is read before anything is sent, and where another model could be asked instead also judged
/// (<see cref="AnswerBeginning"/>);</item>
/// <item>status and headers go out together with it;</item>
/// <item>every further piece goes out as it arrives, in one flush; while a slow client takes its time nothing is read, so that
/// the provider is slowed down and memory stays bounded;</item>
/// <item>a provider that breaks off leaves the client with a connection that breaks off, too.</item>
/// </list>
/// </summary>
internal static class PassThroughRelay
{
    /// <summary>Relays an answer.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="terms">Whether a stream that begins with an error is the answer, there being nobody else to ask.</param>
    public static async ValueTask<AttemptFailure?> RunAsync(ProviderAnswer answer, AttemptTerms terms)
    {
        var (response, deadline) = (answer.Plan.Response, answer.Deadline);
        await using var provider = new ProviderStream(await answer.Response.Content.ReadAsStreamAsync(deadline.Token), deadline, answer.KeepAlive);
        var buffer = Array.Empty<byte>();
        var boundary = new EventBoundary();
        var canTell = answer is { IsEventStream: true, IsEncoded: false };
        try
        {
            if (answer.IsEventStream)
                await provider.WaitAsync();
            buffer = ArrayPool<byte>.Shared.Rent(ProviderAnswer.SmallPiece);
            var read = await provider.ReadAsync(buffer);
            answer.Observation.FirstByte();
            ReadOnlyMemory<byte> piece = buffer.AsMemory(0, read);
            if (terms == AttemptTerms.OneOfSeveral && !response.HasBegun && answer is { IsEncoded: false, Response.IsSuccessStatusCode: true } && (canTell || answer.MediaType == "application/json"))
            {
                var beginning = new AnswerBeginning(canTell);
                var verdict = beginning.Add(piece.Span);
                while (verdict == BeginningVerdict.Undecided)
                {
                    deadline.ExpectNextPiece();
                    read = await provider.ReadAsync(buffer);
                    verdict = beginning.Add(buffer.AsSpan(0, read));
                }

                if (verdict == BeginningVerdict.Failed)
                    return beginning.Error is { } error ? AttemptFailure.Said(answer.Target, error) : AttemptFailure.Unreadable(answer.Target, "its stream ended with nothing in it");
                if (!beginning.Held.IsEmpty)
                    piece = beginning.Held;
            }

            if (!response.HasBegun)
            {
                ForwardedHeaders.CopyToClient(answer.Response, response.Headers, answer.Plan.Request.Snapshot.Headers.ToClient(answer.Plan.Request.Format, isTranslated: false), answer.Target.Api.IsGateway);
                response.Begin((int)answer.Response.StatusCode, answer.Observation.Head);
            }
            else if (!canTell)
            {
                return AttemptFailure.Unreadable(answer.Target, $"HTTP {(int)answer.Response.StatusCode} instead of a stream");
            }

            // An empty answer is an answer, too: nothing else may put a body of its own into it.
            if (piece.IsEmpty && !response.HasBegun)
                await response.StartAsync(deadline.Token);
            while (!piece.IsEmpty)
            {
                var write = response.Body.WriteAsync(piece, deadline.Token);
                if (!write.IsCompleted)
                    deadline.Pause();
                await write;
                answer.Observation.Pass(piece.Span);
                boundary.Pass(piece.Span);
                answer.KeepAlive?.IsBetweenEvents = boundary.IsBetweenEvents;
                deadline.ExpectNextPiece();
                if (answer.IsEventStream)
                {
                    // Thousands of streams wait for their next event at a time, and none of them needs memory for that.
                    answer.Request.ReleaseSentBodies(answer.Plan.Request);
                    buffer = Exchange(buffer, 0);
                    await provider.WaitAsync();
                    buffer = Exchange(buffer, ProviderAnswer.SmallPiece);
                }
                else if (read == buffer.Length && read < ProviderAnswer.LargePiece)
                {
                    buffer = Exchange(buffer, ProviderAnswer.LargePiece);
                }

                read = await provider.ReadAsync(buffer);
                piece = buffer.AsMemory(0, read);
            }

            if (answer.IsEventStream && !answer.IsFramed && !boundary.IsBetweenEvents)
                throw new HttpIOException(HttpRequestError.ResponseEnded);
            return null;
        }
        catch (Exception exception) when (response.HasBegun && answer.FailureOf(exception) is { } failure)
        {
            answer.Observation.Fail(failure);
            await BrokenAnswer.EndAsync(answer.Plan, failure, canTell && boundary.IsBetweenEvents);
            return null;
        }
        finally
        {
            _ = Exchange(buffer, 0);
        }
    }

    private static byte[] Exchange(byte[] buffer, int size)
    {
        ArrayPool<byte>.Shared.Return(buffer);
        return ArrayPool<byte>.Shared.Rent(size);
    }
}
