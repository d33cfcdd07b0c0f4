using ModelScan.RoutingApi.Pipeline;

namespace ModelScan.RoutingApi.Routing.Attempts;

/// <summary>Sends comments into a silent stream, so that nothing between gateway and client takes it for dead.</summary>
/// <param name="response">Where the stream goes.</param>
/// <param name="head">What is known of it, in case a comment begins it.</param>
/// <param name="interval">After how much silence.</param>
/// <param name="time">The clock.</param>
internal sealed class KeepAlive(ClientResponse response, AnswerHead head, TimeSpan interval, TimeProvider time)
{
    private static readonly ReadOnlyMemory<byte> Comment = ": keep-alive\n\n"u8.ToArray();

    /// <summary>Whether the client's stream stands between two events, where a comment harms nothing.</summary>
    public bool IsBetweenEvents { get; set; } = true;

    /// <summary>Waits for something of the provider's, commenting on every interval of silence.</summary>
    public async Task<T> WaitAsync<T>(Task<T> work, CancellationToken cancellationToken)
    {
        while (!work.IsCompleted)
        {
            using var pause = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var silence = Task.Delay(interval, time, pause.Token);
            if (await Task.WhenAny(work, silence) == work || cancellationToken.IsCancellationRequested)
            {
                await pause.CancelAsync();
                break;
            }

            if (IsBetweenEvents)
                await CommentAsync(cancellationToken);
        }

        return await work;
    }

    // The first comment begins the response: from then on a failure can only be told inside the stream.
    private async Task CommentAsync(CancellationToken cancellationToken)
    {
        if (!response.HasBegun)
        {
            response.Begin(StatusCodes.Status200OK, head);
            response.Headers.ContentType = "text/event-stream";
            response.Headers.CacheControl = "no-cache";
        }

        await response.Body.WriteAsync(Comment, cancellationToken);
    }
}
