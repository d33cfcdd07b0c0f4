namespace ModelScan.RoutingApi.Pipeline;

/// <summary>
/// A router and how many requests it is serving. Once retired it takes no further request, and its resources go when the last
/// one has ended. Thread-safe; entering and leaving take no lock.
/// </summary>
internal sealed partial class RouterHandle
{
    private readonly Lazy<Task> _freeing;

    // The count of requests; a retired handle's lies int.MinValue lower.
    private int _requests;

    public RouterHandle(IRouter router, ILogger logger)
    {
        Router = router;
        _freeing = new Lazy<Task>(() => DisposeAsync(router, logger));
    }

    public IRouter Router { get; }

    /// <summary>How many requests it is serving.</summary>
    public int Requests => Volatile.Read(ref _requests) & int.MaxValue;

    /// <summary>Whether the router's resources are gone.</summary>
    public bool IsFreed => _freeing is { IsValueCreated: true, Value.IsCompleted: true };

    /// <summary>Takes a request in, to be ended by <see cref="Leave"/>; <see langword="false"/> when the router is retired.</summary>
    public bool TryEnter()
    {
        var requests = Volatile.Read(ref _requests);
        while (requests >= 0)
        {
            var seen = Interlocked.CompareExchange(ref _requests, requests + 1, requests);
            if (seen == requests)
                return true;
            requests = seen;
        }

        return false;
    }

    /// <summary>A request has ended.</summary>
    public void Leave()
    {
        if (Interlocked.Decrement(ref _requests) == int.MinValue)
            _ = FreeAsync();
    }

    /// <summary>Takes no further requests; the last one that runs frees the router. To be called once.</summary>
    public void Retire()
    {
        if (Interlocked.Add(ref _requests, int.MinValue) == int.MinValue)
            _ = FreeAsync();
    }

    /// <summary>Frees the router's resources, running requests or not, and completes when they are gone.</summary>
    public Task FreeAsync() => _freeing.Value;

    private static async Task DisposeAsync(IRouter router, ILogger logger)
    {
        try
        {
            await router.DisposeAsync();
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            Log.NotFreed(logger, router.Name, exception);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "What mode {Mode} held could not be freed")]
        public static partial void NotFreed(ILogger logger, string mode, Exception exception);
    }
}
