using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;
using ModelScan.RoutingApi.Governance.Keys;
using ModelScan.RoutingApi.Resources;
using ModelScan.RoutingApi.Telemetry;

namespace ModelScan.RoutingApi.Endpoints;

/// <summary>
/// Counts clients' connections, so that they never take the last descriptor, without which a process can do nothing at all:
/// <list type="number">
/// <item>a connection beyond the limit is closed as soon as it is there;</item>
/// <item>where so many come at once that closing does not keep up, no more are taken: they wait in the system's queue.</item>
/// </list>
/// Kestrel's own limit does the first alone, behind the accepting of any number. Thread-safe.
/// </summary>
internal sealed class ClientConnections : IConnectionListenerFactory, IConnectionListenerFactorySelector, IDisposable
{
    // Connections that are being closed; within ConnectionLimits.Reserve.
    private const int BeingClosed = 32;

    private readonly SocketTransportFactory _sockets;
    private readonly SemaphoreSlim _places;
    private readonly int _limit;
    private readonly Counter<long> _refused;
    private int _count;

    /// <summary>Begins without any connection.</summary>
    /// <param name="limits">How many there may be.</param>
    /// <param name="options">Settings of the transport.</param>
    /// <param name="meters">Makes meters.</param>
    /// <param name="loggers">Makes loggers.</param>
    public ClientConnections(ConnectionLimits limits, IOptions<SocketTransportOptions> options, IMeterFactory meters, ILoggerFactory loggers)
    {
        _limit = limits.Clients;
        _places = new SemaphoreSlim(_limit + BeingClosed);

        // Kestrel's own setting bounds what lies before a reader of TLS or HTTP/2; this one, what is taken from the socket.
        options.Value.MaxReadBufferSize = limits.RequestBuffer;
        options.Value.UnsafePreferInlineScheduling |= SocketThreads.AreUsed;
        _sockets = new SocketTransportFactory(options, loggers);
        var meter = meters.Create(GatewayMeter.Name);
        meter.CreateObservableGauge(TelemetryNames.ClientConnections, () => Count, "{connection}", "Connections of clients.");
        _refused = meter.CreateCounter<long>(TelemetryNames.ConnectionsRefused, "{connection}", "Connections of clients that were closed because there were too many.");
    }

    /// <summary>How many there are.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Watches an endpoint; before anything else does.</summary>
    public void Watch(ListenOptions listen) => listen.Use(next => async connection =>
    {
        try
        {
            if (Interlocked.Increment(ref _count) <= _limit)
            {
                connection.Features.Attach(new KeyMemo());
                await next(connection);
            }
            else
                _refused.Add(1);
        }
        finally
        {
            Interlocked.Decrement(ref _count);
            _places.Release();
        }
    });

    /// <inheritdoc/>
    public bool CanBind(EndPoint endpoint) => _sockets.CanBind(endpoint);

    /// <inheritdoc/>
    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        new Listener(await _sockets.BindAsync(endpoint, cancellationToken), _places);

    /// <inheritdoc/>
    public void Dispose() => _places.Dispose();

    private sealed class Listener(IConnectionListener inner, SemaphoreSlim places) : IConnectionListener
    {
        private readonly CancellationTokenSource _unbound = new();

        public EndPoint EndPoint => inner.EndPoint;

        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
        {
            try
            {
                await places.WaitAsync(_unbound.Token);
            }
            catch (OperationCanceledException)
            {
                return null;
            }

            ConnectionContext? connection = null;
            try
            {
                return connection = await inner.AcceptAsync(cancellationToken);
            }
            finally
            {
                if (connection is null)
                    places.Release();
            }
        }

        public async ValueTask UnbindAsync(CancellationToken cancellationToken = default)
        {
            await _unbound.CancelAsync();
            await inner.UnbindAsync(cancellationToken);
        }

        public async ValueTask DisposeAsync()
        {
            await inner.DisposeAsync();
            _unbound.Dispose();
        }
    }
}
