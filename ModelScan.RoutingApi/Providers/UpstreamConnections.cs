using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net.Sockets;
using ModelScan.RoutingApi.Resources;
using ModelScan.RoutingApi.Telemetry;

namespace ModelScan.RoutingApi.Providers;

/// <summary>
/// Makes the connections to all providers, and no more of them than the process has descriptors for. Whoever needs one beyond that waits until
/// another ends, for half as long as connecting may take. Thread-safe.
/// </summary>
internal sealed class UpstreamConnections : IDisposable
{
    // Beyond this nobody has to wait, whatever the system says.
    private const int Many = 1 << 20;

    private readonly SemaphoreSlim _free;

    /// <summary>Begins without any connection.</summary>
    /// <param name="limits">How many there may be.</param>
    /// <param name="meters">Makes meters.</param>
    public UpstreamConnections(ConnectionLimits limits, IMeterFactory meters)
    {
        Limit = Math.Min(Many, limits.Providers);
        _free = new SemaphoreSlim(Limit, Limit);
        var meter = meters.Create(GatewayMeter.Name);
        meter.CreateObservableGauge(TelemetryNames.UpstreamConnections, () => Count, "{connection}", "Connections to providers.");
        meter.CreateObservableGauge(
            TelemetryNames.ConnectionsLimit, () => new Measurement<int>[] { new(limits.Clients, Side("clients")), new(Limit, Side("providers")) }, "{connection}", "Connections that there may be, as descriptors and memory allow.");
    }

    /// <summary>How many there may be.</summary>
    public int Limit { get; }

    /// <summary>How many there are.</summary>
    public int Count => Limit - _free.CurrentCount;

    /// <summary>For how long a connection that nobody uses is kept: where there are few, not long.</summary>
    public TimeSpan IdleTimeout => Limit >= 512 ? TimeSpan.FromSeconds(90) : TimeSpan.FromSeconds(5);

    /// <summary>Lets a handler connect here.</summary>
    public SocketsHttpHandler Bound(SocketsHttpHandler handler)
    {
        var patience = handler.ConnectTimeout == Timeout.InfiniteTimeSpan ? handler.ConnectTimeout : handler.ConnectTimeout / 2;
        handler.PooledConnectionIdleTimeout = IdleTimeout;
        handler.ConnectCallback = (context, cancellationToken) => ConnectAsync(context, patience, cancellationToken);
        return handler;
    }

    /// <inheritdoc/>
    public void Dispose() => _free.Dispose();

    // As the handler does it by itself.
    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, TimeSpan patience, CancellationToken cancellationToken)
    {
        if (!await _free.WaitAsync(patience, cancellationToken))
            throw new NoConnectionLeftException(Limit);
        Socket? socket = null;
        try
        {
            socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            var started = Stopwatch.GetTimestamp();
            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
            var took = Stopwatch.GetElapsedTime(started);
            var connection = new Connection(socket, _free);
            if (context.InitialRequestMessage is TimedRequest request)
                request.Connected(took, () => connection.WasUsed);
            return connection;
        }
        catch
        {
            socket?.Dispose();
            _free.Release();
            throw;
        }
    }

    private static KeyValuePair<string, object?> Side(string side) => new("side", side);

    private sealed class Connection(Socket socket, SemaphoreSlim free) : NetworkStream(socket, ownsSocket: true)
    {
        private int _isOver;

        /// <summary>Whether something has been sent on it, be it a handshake.</summary>
        public bool WasUsed { get; private set; }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            WasUsed = true;
            base.Write(buffer);
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            WasUsed = true;
            return base.WriteAsync(buffer, cancellationToken);
        }

        // Also when nobody disposed of it: then it is the collector who ends it.
        protected override void Dispose(bool disposing)
        {
            base.Dispose(disposing);
            if (Interlocked.Exchange(ref _isOver, 1) != 0)
                return;
            try
            {
                free.Release();
            }
            catch (ObjectDisposedException)
            {
                // The gateway has ended.
            }
        }
    }
}
