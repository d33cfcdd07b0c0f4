namespace ModelScan.RoutingApi.Providers;

/// <summary>A request to a provider that knows of a connection that was made for it.</summary>
internal sealed class TimedRequest(HttpMethod method, Uri address) : HttpRequestMessage(method, address)
{
    private long _connectTicks = -1;
    private Func<bool>? _wasUsed;

    /// <summary>
    /// Whether it went out, as far as can be told, on a connection that was there before: none was made for it, or one was and nothing has been
    /// sent on it, because another became free in the meantime.
    /// </summary>
    public bool IsOnKeptConnection => Volatile.Read(ref _wasUsed) is not { } wasUsed || !wasUsed();

    /// <summary>Name and TCP, without TLS; <see langword="null"/> where a connection was there, or is not there yet.</summary>
    public TimeSpan? ConnectTime
    {
        get => Volatile.Read(ref _connectTicks) is var ticks and >= 0 ? new TimeSpan(ticks) : null;
        private set => Volatile.Write(ref _connectTicks, value?.Ticks ?? -1);
    }

    /// <summary>A connection has been made for it.</summary>
    /// <param name="took">Name and TCP, without TLS.</param>
    /// <param name="wasUsed">Whether something has been sent on it since.</param>
    public void Connected(TimeSpan took, Func<bool> wasUsed)
    {
        Volatile.Write(ref _wasUsed, wasUsed);
        ConnectTime = took;
    }
}
