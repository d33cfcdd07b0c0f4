using ModelScan.WebConsole.Api;
using ModelScan.WebConsole.Parts;

namespace ModelScan.WebConsole.Pages;

/// <summary>The sessions of a time.</summary>
public sealed record SessionsModel
{
    /// <summary>How far back.</summary>
    public TimeRange Range { get; init; } = TimeRange.Usual;

    /// <summary>The sessions, those with the most requests first.</summary>
    public IReadOnlyList<AggregateEntry> Sessions { get; init; } = [];

    /// <summary>What is wrong; <see langword="null"/> where nothing is.</summary>
    public string? Problem { get; init; }

    /// <summary>Where the gateway is reached.</summary>
    public string Address { get; init; } = "";
}

/// <summary>One session.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Turns">Its requests, the earliest first.</param>
/// <param name="IsWhole">Whether these are all of them.</param>
public sealed record SessionModel(string Id, IReadOnlyList<RequestEntry> Turns, bool IsWhole)
{
    /// <summary>The models that answered, in the order in which they came.</summary>
    public IReadOnlyList<string> Models { get; } = [.. Turns.Select(turn => turn.Model ?? "–").Distinct(StringComparer.Ordinal)];

    /// <summary>What it cost, USD.</summary>
    public double Cost => Turns.Sum(turn => turn.Cost.TotalUsd ?? 0);

    /// <summary>What it would have cost at the models that were asked for, USD.</summary>
    public double Requested => Turns.Sum(turn => turn.Cost.RequestedUsd ?? turn.Cost.TotalUsd ?? 0);

    /// <summary>What switches cost, USD.</summary>
    public double Switches => Turns.Where(turn => turn.Switched).Sum(turn => turn.SwitchCostUsd ?? 0);

    /// <summary>Tokens that came from a provider's cache, of all that went in.</summary>
    public (long Cached, long All) Cache => (Turns.Sum(turn => turn.Usage?.CacheReadInputTokens ?? 0), Turns.Sum(turn => Math.Max(turn.Usage?.InputTokens ?? 0, turn.Usage?.CacheReadInputTokens ?? 0)));
}
