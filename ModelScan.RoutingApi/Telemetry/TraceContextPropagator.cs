using System.Diagnostics;

namespace ModelScan.RoutingApi.Telemetry;

/// <summary>
/// Carries the trace from client to provider (<see href="https://www.w3.org/TR/trace-context/">W3C Trace Context</see>) and nothing else:
/// baggage, which holds whatever a client likes, is neither taken in nor given on.
/// </summary>
internal sealed class TraceContextPropagator : DistributedContextPropagator
{
    private const string TraceParent = "traceparent";
    private const string TraceState = "tracestate";

    private static readonly DistributedContextPropagator Standard = CreateDefaultPropagator();

    /// <summary>The one of the process.</summary>
    public static TraceContextPropagator Instance { get; } = new();

    /// <inheritdoc/>
    public override IReadOnlyCollection<string> Fields { get; } = [TraceParent, TraceState];

    /// <inheritdoc/>
    public override void Inject(Activity? activity, object? carrier, PropagatorSetterCallback? setter)
    {
        if (activity is not { IdFormat: ActivityIdFormat.W3C, Id: { } id } || setter is null)
            return;
        setter(carrier, TraceParent, id);
        if (activity.TraceStateString is { Length: > 0 } state)
            setter(carrier, TraceState, state);
    }

    /// <inheritdoc/>
    public override void ExtractTraceIdAndState(object? carrier, PropagatorGetterCallback? getter, out string? traceId, out string? traceState) =>
        Standard.ExtractTraceIdAndState(carrier, getter, out traceId, out traceState);

    /// <inheritdoc/>
    public override IEnumerable<KeyValuePair<string, string?>>? ExtractBaggage(object? carrier, PropagatorGetterCallback? getter) => null;
}
