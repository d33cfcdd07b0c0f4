namespace ModelScan.RoutingApi.RequestLog.Writing;

/// <summary>Wakes the one that waits for it, or the next one that will; several calls before that are one.</summary>
internal sealed class Signal : IDisposable
{
    private readonly SemaphoreSlim _semaphore = new(0, 1);
    private int _isSet;

    public void Set()
    {
        if (Interlocked.Exchange(ref _isSet, 1) == 0)
            _semaphore.Release();
    }

    public async Task WaitAsync()
    {
        await _semaphore.WaitAsync();
        Volatile.Write(ref _isSet, 0);
    }

    public void Dispose() => _semaphore.Dispose();
}
