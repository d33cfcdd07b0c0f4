using ModelScan.RoutingApi.Conversations;

namespace ModelScan.RoutingApi.Decisions;

/// <summary>Decides which route a conversation belongs to. Implementations are thread-safe.</summary>
public interface IRouteClassifier
{
    /// <summary>The classifier's name in configuration, explanations and telemetry.</summary>
    string Name { get; }

    /// <summary>Chooses one of <paramref name="request"/>'s routes, or none.</summary>
    /// <exception cref="RouteClassificationException">The classifier cannot answer (an endpoint is down, say).</exception>
    ValueTask<RouteClassification> ClassifyAsync(ClassificationRequest request, CancellationToken cancellationToken);
}

/// <summary>What a classifier is asked.</summary>
/// <param name="Routes">At least one route.</param>
/// <param name="Messages">The conversation, oldest first; may hold any role, and no user message at all.</param>
/// <param name="PinnedRoute">The route that the session has now, if any.</param>
/// <param name="Explain">Whether <see cref="RouteClassification.Scores"/> is wanted.</param>
public readonly record struct ClassificationRequest(
    RouteSet Routes,
    IReadOnlyList<ConversationMessage> Messages,
    string? PinnedRoute = null,
    bool Explain = false)
{
    /// <summary>Whether the routes came with the request: then whoever compiles them does so within its time, and not for others.</summary>
    public bool IsInline { get; init; }
}

/// <summary>A classifier's answer.</summary>
/// <param name="Route">The chosen route's name, or <see langword="null"/> for none.</param>
/// <param name="Classifier">The classifier that decided; differs from the one asked when that one fell back.</param>
public sealed record RouteClassification(string? Route, string Classifier)
{
    /// <summary>Probability in 0..1 that the best route is right; <see langword="null"/> where the classifier gives none.</summary>
    public double? Probability { get; init; }

    /// <summary>Probability in 0..1 that no route is right, where the classifier gives one; with those of all routes it sums to one.</summary>
    public double? NoneProbability { get; init; }

    /// <summary>Probability in 0..1 of the best route if it and none were all there is.</summary>
    public double? AgainstNone { get; init; }

    /// <summary>What <see cref="AgainstNone"/> had to reach.</summary>
    public double? Threshold { get; init; }

    /// <summary>Probability of the best route minus that of the runner-up: small means ambiguous.</summary>
    public double? Margin { get; init; }

    /// <summary>The route that comes second in probability; <see langword="null"/> where there is no other, or the classifier gives none.</summary>
    public string? RunnerUp { get; init; }

    /// <summary>Every route's score in declaration order; empty unless an explanation was asked for.</summary>
    public IReadOnlyList<RouteScore> Scores { get; init; } = [];

    /// <summary>Whether there is no route because the classifier failed, and not because none fits.</summary>
    public bool HasFailed { get; init; }

    /// <summary>What a person should know about how the decision came about: a fallback, a truncation.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}

/// <summary>One route's standing in a decision.</summary>
/// <param name="Route">The route's name.</param>
/// <param name="Score">Final score; the largest wins. The scale is the classifier's own.</param>
public sealed record RouteScore(string Route, double Score)
{
    /// <summary>Cosine between prompt and route, -1..1, where the classifier has one.</summary>
    public double? Cosine { get; init; }

    /// <summary>Probability in 0..1 that this route is right.</summary>
    public double? Probability { get; init; }
}

/// <summary>A classifier could not answer.</summary>
public sealed class RouteClassificationException : Exception
{
    public RouteClassificationException()
    {
    }

    public RouteClassificationException(string message)
        : base(message)
    {
    }

    public RouteClassificationException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
