using ModelScan.RoutingApi.Providers;
using ModelScan.RoutingApi.Telemetry;

namespace ModelScan.RoutingApi.Routing.Observation;

/// <summary>Counts and times the decisions behind proxied requests.</summary>
internal sealed class DecisionMeter(ProxyMeters meters, TimeProvider time)
{
    /// <summary>Begins to time a decision.</summary>
    public long Begin() => time.GetTimestamp();

    /// <summary>Notes a decision.</summary>
    /// <param name="started">What <see cref="Begin"/> gave.</param>
    /// <param name="target">The model that is asked first.</param>
    /// <param name="fellBack">Whether no route matched.</param>
    public void Decided(long started, ModelTarget target, bool fellBack)
    {
        var route = new KeyValuePair<string, object?>("route", "llm");
        meters.Decisions.Add(1, route, new("selected_model", meters.Models.Of(target)), new("fallback", fellBack ? "true" : "false"));
        meters.DecisionDuration.Record(time.GetElapsedTime(started).TotalSeconds, route);
    }
}
