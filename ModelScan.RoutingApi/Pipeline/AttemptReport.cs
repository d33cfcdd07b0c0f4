using ModelScan.RoutingApi.Providers;
using ModelScan.RoutingApi.UsageReports;

namespace ModelScan.RoutingApi.Pipeline;

/// <summary>One request that was sent to a model, and what came of it. Immutable.</summary>
/// <param name="Target">The model.</param>
internal sealed record AttemptReport(ModelTarget Target)
{
    /// <summary>From the client's request to sending this one.</summary>
    public TimeSpan SentAfter { get; init; }

    /// <summary>How long it took to connect, where the attempt had to: name and TCP, without TLS.</summary>
    public TimeSpan? Connect { get; init; }

    /// <summary>From sending it to the first byte of the answer's body; <see langword="null"/> when none came.</summary>
    public TimeSpan? FirstByte { get; init; }

    /// <summary>From sending it to the end of the answer, or of the attempt.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>The provider's HTTP status; 0 when there was none.</summary>
    public int Status { get; init; }

    /// <summary>For how long the provider wants to be left alone; <see langword="null"/> when it did not say.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>What went wrong; <see langword="null"/> when the client got this answer whole.</summary>
    public FailureKind? Failure { get; init; }

    /// <summary>The same in a few words, for people.</summary>
    public string? Reason { get; init; }

    /// <summary>The tokens that the provider reported; <see langword="null"/> when it did not.</summary>
    public TokenUsage? Usage { get; init; }

    /// <summary>The model as the answer names it; <see langword="null"/> when it names none.</summary>
    public string? ReturnedModel { get; init; }

    /// <summary>What the provider was not told of the client's request.</summary>
    public IReadOnlyList<string> Dropped { get; init; } = [];
}
