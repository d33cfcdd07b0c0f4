using System.Diagnostics.Metrics;

namespace ModelScan.RoutingApi.Decisions.Sessions;

/// <summary>Names of the instruments that concern sessions, shared with Plano so that dashboards fit both.</summary>
public static class SessionInstruments
{
    /// <summary>The meter.</summary>
    public const string Meter = "ModelScan.Sessions";

    /// <summary>Reads and writes of a session store, by <c>outcome</c>: <c>hit</c>, <c>miss</c>, <c>store</c>, <c>error</c>, <c>store_error</c>.</summary>
    public const string CacheEvents = "brightstaff_session_cache_events_total";

    /// <summary>Bindings by <c>event</c>: <c>refresh</c> when a replay renewed one.</summary>
    public const string BindingEvents = "brightstaff_session_binding_events_total";

    /// <summary>Decisions in live sessions, by <c>decision</c> (<c>allowed</c>, <c>retained</c>) and <c>reason</c>.</summary>
    public const string SwitchDecisions = "brightstaff_session_switch_decisions_total";

    /// <summary>Requests for which the router was not asked, by <c>reason</c>: <c>not_user_turn</c>.</summary>
    public const string RouterSkips = "brightstaff_router_skips_total";
}

/// <summary>Counts what happens to sessions.</summary>
public sealed class SessionMetrics : IDisposable
{
    private readonly Meter _meter = new(SessionInstruments.Meter);
    private readonly Counter<long> _cacheEvents;
    private readonly Counter<long> _bindingEvents;
    private readonly Counter<long> _switchDecisions;
    private readonly Counter<long> _routerSkips;

    public SessionMetrics()
    {
        _cacheEvents = _meter.CreateCounter<long>(SessionInstruments.CacheEvents);
        _bindingEvents = _meter.CreateCounter<long>(SessionInstruments.BindingEvents);
        _switchDecisions = _meter.CreateCounter<long>(SessionInstruments.SwitchDecisions);
        _routerSkips = _meter.CreateCounter<long>(SessionInstruments.RouterSkips);
    }

    /// <summary>The meter that the instruments belong to.</summary>
    public Meter Meter => _meter;

    /// <summary>Counts a read.</summary>
    public void Read(SessionReadStatus status) => _cacheEvents.Add(1, new KeyValuePair<string, object?>("outcome", status switch
    {
        SessionReadStatus.Hit => "hit",
        SessionReadStatus.Miss => "miss",
        _ => "error",
    }));

    /// <summary>Counts a write.</summary>
    public void Write(bool stored) => _cacheEvents.Add(1, new KeyValuePair<string, object?>("outcome", stored ? "store" : "store_error"));

    /// <summary>Counts a decision in a live session; others are not decisions between two models.</summary>
    public void Decision(SessionOutcome outcome)
    {
        if (outcome.Reason == SessionReason.Replayed)
        {
            _bindingEvents.Add(1, new KeyValuePair<string, object?>("event", "refresh"));
            _routerSkips.Add(1, new KeyValuePair<string, object?>("reason", "not_user_turn"));
        }
        else if (outcome.Pinned)
        {
            var retained = outcome.Reason is SessionReason.OverCap or SessionReason.Held;
            _switchDecisions.Add(
                1,
                new KeyValuePair<string, object?>("decision", retained ? "retained" : "allowed"),
                new KeyValuePair<string, object?>("reason", outcome.Reason.ToWireName()));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();
}
