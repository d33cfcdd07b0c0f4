using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace ModelScan.RoutingApi.Decisions;

/// <summary>
/// Lets the embedded classifier decide, and asks a router model only about what it is not sure of. Where the router model gives no
/// answer in time, the embedded classifier's stands.
/// </summary>
/// <param name="first">The embedded classifier.</param>
/// <param name="router">Asks the router model; says <see cref="RouteClassification.HasFailed"/> where that gives no answer.</param>
/// <param name="below">The confidence in 0..1 below which it is asked: the larger of the probabilities of the best route and of none.</param>
/// <param name="meter">Counts.</param>
internal sealed class AskWhenUnsure(IRouteClassifier first, IRouteClassifier router, double below, UnsureMeter meter) : IRouteClassifier
{
    /// <inheritdoc/>
    public string Name => first.Name;

    /// <inheritdoc/>
    public async ValueTask<RouteClassification> ClassifyAsync(ClassificationRequest request, CancellationToken cancellationToken)
    {
        var own = await first.ClassifyAsync(request, cancellationToken).ConfigureAwait(false);
        if (!own.HasFailed && (ConfidenceOf(own) is not { } confidence || confidence >= below))
        {
            meter.Sure();
            return own;
        }

        var start = Stopwatch.GetTimestamp();
        var asked = await router.ClassifyAsync(request, cancellationToken).ConfigureAwait(false);
        var elapsed = Stopwatch.GetElapsedTime(start);
        if (asked.HasFailed)
        {
            meter.Asked("failed", elapsed);
            return own with { Notes = [.. own.Notes, "Not sure, and the router model gave no answer.", .. asked.Notes] };
        }

        var agrees = asked.Route == own.Route;
        meter.Asked(agrees ? "agreed" : "differed", elapsed);
        return asked with
        {
            Probability = own.Probability,
            NoneProbability = own.NoneProbability,
            AgainstNone = own.AgainstNone,
            Threshold = own.Threshold,
            Margin = own.Margin,
            Scores = own.Scores,
            Notes = [$"{first.Name} was not sure ({own.Route ?? "none"}); the router model {(agrees ? "agrees" : "decides otherwise")}.", .. own.Notes, .. asked.Notes],
        };
    }

    /// <summary>The probability of the best answer, be it a route or none; <see langword="null"/> where there was nothing to decide.</summary>
    private static double? ConfidenceOf(RouteClassification decision) =>
        decision.Probability is { } best ? Math.Max(best, decision.NoneProbability ?? 0) : null;
}

/// <summary>Stands behind a router model: tells that it gave no answer.</summary>
internal sealed class NoAnswer : IRouteClassifier
{
    /// <inheritdoc/>
    public string Name => "none";

    /// <inheritdoc/>
    public ValueTask<RouteClassification> ClassifyAsync(ClassificationRequest request, CancellationToken cancellationToken) =>
        ValueTask.FromResult(new RouteClassification(null, Name) { HasFailed = true });
}

/// <summary>How often the embedded classifier is not sure, what the router model then says, and how long it takes.</summary>
internal sealed class UnsureMeter
{
    private readonly Counter<long> _decisions;
    private readonly Histogram<double> _duration;

    public UnsureMeter(IMeterFactory meters)
    {
        var meter = meters.Create(EncoderMeter.Name);
        _decisions = meter.CreateCounter<long>("modelscan.classifier.unsure.decisions", "{decision}", "Decisions by whether the classifier was sure, and what the router model said where it was not: sure, agreed, differed, failed.");
        _duration = meter.CreateHistogram<double>("modelscan.classifier.unsure.duration", "s", "Time that asking the router model added to a decision.");
    }

    public void Sure() => _decisions.Add(1, new KeyValuePair<string, object?>("outcome", "sure"));

    public void Asked(string outcome, TimeSpan elapsed)
    {
        var tag = new KeyValuePair<string, object?>("outcome", outcome);
        _decisions.Add(1, tag);
        _duration.Record(elapsed.TotalSeconds, tag);
    }
}
