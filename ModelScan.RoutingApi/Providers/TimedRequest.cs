namespace ModelScan.RoutingApi.Providers;

/// <summary>A request to a provider that knows how long a connection took that was made for it.</summary>
internal sealed class TimedRequest(HttpMethod method, Uri address) : HttpRequestMessage(method, address)
{
    private long _connectTicks = -1;

    /// <summary>Name and TCP, without TLS; <see langword="null"/> where a connection was there, or is not there yet.</summary>
    public TimeSpan? ConnectTime
    {
        get => Volatile.Read(ref _connectTicks) is var ticks and >= 0 ? new TimeSpan(ticks) : null;
        set => Volatile.Write(ref _connectTicks, value?.Ticks ?? -1);
    }
}
