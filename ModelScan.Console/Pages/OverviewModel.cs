using ModelScan.WebConsole.Api;
using ModelScan.WebConsole.Parts;

namespace ModelScan.WebConsole.Pages;

/// <summary>What has been asked for a while, in numbers.</summary>
public sealed record OverviewModel
{
    /// <summary>How far back.</summary>
    public TimeRange Range { get; init; } = TimeRange.Usual;

    /// <summary>All of it; <see langword="null"/> where nothing was asked.</summary>
    public AggregateEntry? All { get; init; }

    /// <summary>Requests over time.</summary>
    public HistogramModel? Histogram { get; init; }

    /// <summary>Requests that fell back to direct mode.</summary>
    public long Fallbacks { get; init; }

    /// <summary>Requests that were decided.</summary>
    public long Decided { get; init; }

    /// <summary>Requests for which no route was found, of those that were decided.</summary>
    public long WithoutRoute { get; init; }

    /// <summary>Requests whose route is little sure.</summary>
    public long LowConfidence { get; init; }

    /// <summary>The same by route, model, provider and key.</summary>
    public IReadOnlyList<Breakdown> Breakdowns { get; init; } = [];

    /// <summary>How providers, keys and models are.</summary>
    public IReadOnlyList<HealthState> Health { get; init; } = [];

    /// <summary>Where prices and latencies come from.</summary>
    public IReadOnlyList<FeedState> Feeds { get; init; } = [];

    /// <summary>Why it cannot be told; <see langword="null"/> where it can.</summary>
    public string? Problem { get; init; }

    /// <summary>Where the gateway is reached.</summary>
    public string Address { get; init; } = "";

    /// <summary>The list of the requests that are meant.</summary>
    /// <param name="filter">Which of them.</param>
    public string List(string filter) => Links.Requests(filter, Range.Name);
}

/// <summary>Numbers by something.</summary>
/// <param name="Key">What a filter calls it.</param>
/// <param name="Title">What people call it.</param>
/// <param name="Groups">The groups, the largest first.</param>
public sealed record Breakdown(string Key, string Title, IReadOnlyList<AggregateEntry> Groups);
