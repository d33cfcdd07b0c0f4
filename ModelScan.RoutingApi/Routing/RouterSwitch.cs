using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Pipeline;
using ModelScan.RoutingApi.Routing.Modes;

namespace ModelScan.RoutingApi.Routing;

/// <summary>
/// Holds the mode in force and its router, and switches between modes: by a changed configuration, by command, and for single
/// requests. Requests that run stay with the router that they began with; what it holds goes when the last of them has ended.
/// <para>Of a command and a configuration the later one counts: a command holds until it is taken back or <c>routing.mode</c>
/// changes in the configuration.</para>
/// </summary>
internal sealed partial class RouterSwitch : IRouterSource, IAsyncDisposable
{
    private readonly IServiceProvider _services;
    private readonly CurrentSnapshot _current;
    private readonly TimeProvider _time;
    private readonly ILogger<RouterSwitch> _logger;
    private readonly Lock _gate = new();
    private readonly List<RouterHandle> _draining = [];
    private State _state;
    private bool _disposed;

    /// <summary>Puts the mode of the configuration in force.</summary>
    public RouterSwitch(IServiceProvider services, CurrentSnapshot current, TimeProvider time, ILogger<RouterSwitch> logger)
    {
        (_services, _current, _time, _logger) = (services, current, time, logger);
        var config = current.Value.Config;
        _state = new State(config, config.Mode, null, time.GetUtcNow(), new RouterHandle?[Enum.GetValues<RoutingMode>().Length]);
        Publish(_state, config.Mode);
        current.Replaced += Apply;
        Apply(current.Value); // what came into force meanwhile
    }

    /// <summary>The mode in force.</summary>
    public RoutingMode Mode => Volatile.Read(ref _state).Mode;

    /// <inheritdoc/>
    public string ModeInForce => RoutingModes.NameOf(Mode);

    /// <summary>The mode that a command put in force; <see langword="null"/> when it is the configuration's.</summary>
    public RoutingMode? Commanded => Volatile.Read(ref _state).Commanded;

    /// <summary>Since when the mode is in force.</summary>
    public DateTimeOffset Since => Volatile.Read(ref _state).Since;

    /// <summary>The modes that are serving requests or ready to, and how many they serve; modes on their way out included.</summary>
    public IReadOnlyList<(string Mode, int Requests, bool IsDraining)> Serving
    {
        get
        {
            lock (_gate)
            {
                _draining.RemoveAll(handle => handle.IsFreed);
                return
                [
                    .. _state.Handles.OfType<RouterHandle>().Select(handle => (handle.Router.Name, handle.Requests, false)),
                    .. _draining.Select(handle => (handle.Router.Name, handle.Requests, true)),
                ];
            }
        }
    }

    /// <inheritdoc/>
    public RouterLease Enter(ClientRequest request) => RequestedMode.Of(request) is { } mode ? Enter(mode) : Enter();

    /// <summary>The router of the mode in force, held until the lease is disposed.</summary>
    public RouterLease Enter()
    {
        while (true)
        {
            var state = Volatile.Read(ref _state);
            if (state.Handles[(int)state.Mode] is { } handle && handle.TryEnter())
                return new RouterLease(handle);

            // Retired between reading and entering: another state is in force by now.
        }
    }

    /// <summary>The router of another mode, for one request.</summary>
    /// <exception cref="InvalidOperationException">The configuration lacks what the mode needs.</exception>
    public RouterLease Enter(RoutingMode mode)
    {
        while (true)
        {
            var state = Volatile.Read(ref _state);
            if (state.Handles[(int)mode] is not { } handle)
                Publish(state, mode);
            else if (handle.TryEnter())
                return new RouterLease(handle);
        }
    }

    /// <summary>Puts a mode in force until <see cref="Follow"/> or a change of <c>routing.mode</c> in the configuration.</summary>
    /// <exception cref="InvalidOperationException">The configuration lacks what the mode needs.</exception>
    public void Command(RoutingMode mode) => Change(state => (state.Config, mode, mode));

    /// <summary>Puts the configuration's mode in force again.</summary>
    public void Follow() => Change(state => (state.Config, state.Config.Mode, null));

    /// <summary>The router that serves a mode, if it is ready to; for showing its state.</summary>
    public T? Find<T>(RoutingMode mode)
        where T : class, IRouter => Volatile.Read(ref _state).Handles[(int)mode]?.Router switch
        {
            T router => router,
            FallbackRouter { Mode: T router } => router,
            _ => null,
        };

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _current.Replaced -= Apply;
        RouterHandle[] handles;
        lock (_gate)
        {
            if (_disposed)
                return;
            _disposed = true;
            handles = [.. _state.Handles.OfType<RouterHandle>(), .. _draining];
        }

        // The server has ended its requests by now, or given up on them.
        await Task.WhenAll(handles.Select(handle => handle.FreeAsync()));
    }

    // A configuration that changes the mode takes a command back; one that changes anything else leaves it.
    private void Apply(GatewaySnapshot snapshot)
    {
        var config = snapshot.Config;
        Change(state =>
        {
            var commanded = state.Config.Mode == config.Mode && state.Commanded is { } mode && RoutingModes.Lacks(config, mode) is null ? state.Commanded : null;
            return (config, commanded ?? config.Mode, commanded);
        });
    }

    private void Change(Func<State, (RoutingConfig Config, RoutingMode Mode, RoutingMode? Commanded)> next)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            var before = _state;
            var (config, mode, commanded) = next(before);
            if (RoutingModes.Lacks(config, mode) is { } problem)
                throw new InvalidOperationException(problem);
            var handles = (RouterHandle?[])before.Handles.Clone();
            var retired = new List<RouterHandle>();
            for (var i = 0; i < handles.Length; i++)
            {
                var other = (RoutingMode)i;
                if (handles[i] is not { } handle || (IsWanted(other) && RoutingModes.Of(other).IsSame(before.Config, config)))
                    continue;
                retired.Add(handle);
                handles[i] = null;
            }

            handles[(int)mode] ??= new RouterHandle(RoutingModes.Of(mode).Create(_services, config), _logger);
            Volatile.Write(ref _state, new State(config, mode, commanded, mode == before.Mode ? before.Since : _time.GetUtcNow(), handles));
            _draining.AddRange(retired);
            foreach (var handle in retired)
                handle.Retire();
            _draining.RemoveAll(handle => handle.IsFreed);
            if (mode != before.Mode)
                Log.Switched(_logger, RoutingModes.NameOf(before.Mode), RoutingModes.NameOf(mode), commanded is null ? "configuration" : "command");

            // Where clients may choose, a mode that was asked for stays ready as long as it is configured.
            bool IsWanted(RoutingMode other) => other == mode || (config.AllowModeHeader && RoutingModes.Lacks(config, other) is null);
        }
    }

    // Makes the router of a mode that has none yet, unless somebody else has just done so.
    private void Publish(State seen, RoutingMode mode)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (!ReferenceEquals(seen, _state))
                return;
            if (RoutingModes.Lacks(seen.Config, mode) is { } problem)
                throw new InvalidOperationException(problem);
            var handles = (RouterHandle?[])seen.Handles.Clone();
            handles[(int)mode] = new RouterHandle(RoutingModes.Of(mode).Create(_services, seen.Config), _logger);
            Volatile.Write(ref _state, seen with { Handles = handles });
        }
    }

    private sealed record State(RoutingConfig Config, RoutingMode Mode, RoutingMode? Commanded, DateTimeOffset Since, RouterHandle?[] Handles);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Mode switched from {Before} to {Mode} by {Cause}")]
        public static partial void Switched(ILogger logger, string before, string mode, string cause);
    }
}
