namespace ModelScan.RoutingApi.Routing.Attempts;

/// <summary>Sends comments into a silent stream, so that nothing between gateway and client takes it for dead.</summary>
/// <param name="exchange">Whose stream.</param>
/// <param name="interval">After how much silence.</param>
/// <param name="time">The clock.</param>
internal sealed class KeepAlive(ProxyExchange exchange, TimeSpan interval, TimeProvider time)
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
        if (!exchange.HasBegun)
        {
            exchange.Begin(StatusCodes.Status200OK);
            exchange.Response.ContentType = "text/event-stream";
            exchange.Response.Headers.CacheControl = "no-cache";
        }

        await exchange.Response.BodyWriter.WriteAsync(Comment, cancellationToken);
    }
}
