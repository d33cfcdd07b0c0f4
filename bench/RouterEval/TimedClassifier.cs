using System.Diagnostics;
using ModelScan.RoutingApi.Conversations;
using ModelScan.RoutingApi.Decisions;

namespace RouterEval;

/// <summary>A classifier's answer as the measures need it.</summary>
/// <param name="Best">Index of the route it holds best, whether it takes it or not; -1 where it does not say.</param>
/// <param name="Decided">Index of the route it takes, or -1 for none.</param>
/// <param name="Probability">That the best is right; where the classifier gives none, 1 for a route and 0 for none.</param>
/// <param name="AnyRoute">That some route is right rather than none.</param>
/// <param name="Confidence">The probability of the best answer, be it a route or none.</param>
internal readonly record struct Answer(int Best, int Decided, double Probability, double AnyRoute, double Confidence);

/// <summary>Asks a classifier, and times what it has not been asked before.</summary>
internal sealed class TimedClassifier(IRouteClassifier classifier)
{
    private readonly HashSet<string> _seen = [];
    private readonly List<double> _milliseconds = [];

    /// <summary>Time of a decision on a new prompt at a percentile 0..100, in milliseconds.</summary>
    public double Percentile(double percent)
    {
        var sorted = _milliseconds.Order().ToArray();
        return sorted.Length == 0 ? 0 : sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * percent / 100))];
    }

    /// <summary>Asks about the last message of a conversation.</summary>
    public async Task<Answer> AskAsync(RouteSet routes, IReadOnlyList<ConversationMessage> messages, CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        var decision = await classifier.ClassifyAsync(new ClassificationRequest(routes, messages, Explain: true), cancellationToken);
        var elapsed = Stopwatch.GetElapsedTime(start);
        if (_seen.Add(messages[^1].Text))
            _milliseconds.Add(elapsed.TotalMilliseconds);

        var decided = -1;
        for (var i = 0; i < routes.Routes.Count && decided < 0; i++)
        {
            if (routes.Routes[i].Name == decision.Route)
                decided = i;
        }

        // The route for what is left has no cosine: it is not compared.
        var compared = decision.Scores.Index().Where(s => s.Item.Cosine is not null).ToArray();
        var best = compared.Length == 0 ? decided : compared.MaxBy(s => s.Item.Score).Index;
        var probability = decision.Probability ?? (decided >= 0 ? 1 : 0);
        return new Answer(best, decided, probability, decision.AgainstNone ?? probability, Math.Max(probability, decision.NoneProbability ?? 0));
    }
}
