using ModelScan.WebConsole.Api;
using ModelScan.WebConsole.Parts;

namespace ModelScan.WebConsole.Pages;

/// <summary>A page of requests, and what stands around it.</summary>
public sealed record RequestsModel
{
    /// <summary>The filter as it was typed.</summary>
    public string Filter { get; init; } = "";

    /// <summary>How far back.</summary>
    public TimeRange Range { get; init; } = TimeRange.Usual;

    /// <summary>Where the page begins; <see langword="null"/> for the latest.</summary>
    public string? Before { get; init; }

    /// <summary>The rows, the latest first.</summary>
    public IReadOnlyList<RequestEntry> Rows { get; init; } = [];

    /// <summary>Where the next page begins; <see langword="null"/> for none.</summary>
    public string? Next { get; init; }

    /// <summary>What is wrong with the filter or the log; <see langword="null"/> where nothing is.</summary>
    public string? Problem { get; init; }

    /// <summary>Requests over time; <see langword="null"/> where that is not known.</summary>
    public HistogramModel? Histogram { get; init; }

    /// <summary>What may stand before a colon in a filter.</summary>
    public IReadOnlyList<string> FilterKeys { get; init; } = [];

    /// <summary>Whether nothing has ever been recorded.</summary>
    public bool IsFirst { get; init; }

    /// <summary>Whether the log of requests is off.</summary>
    public bool IsLogOff { get; init; }

    /// <summary>What would show some, where nothing matches.</summary>
    public IReadOnlyList<WayOut> Ways { get; init; } = [];

    /// <summary>Where the gateway is reached.</summary>
    public string Address { get; init; } = "";

    /// <summary>Columns that the reader does not want to see, and <c>dense</c>.</summary>
    public IReadOnlyList<string> Hidden { get; init; } = [];

    /// <summary>Columns that can be hidden: their name in the style, and their title.</summary>
    public static IReadOnlyList<(string Name, string Title)> Columns { get; } =
        [("route", "Route"), ("why", "Why"), ("session", "Session"), ("tokens", "Tokens"), ("costs", "Cost"), ("took", "Took")];

    /// <summary>Classes of the table.</summary>
    public string TableClass => string.Join(' ', Hidden.Select(name => $"no-{name}").Prepend("rows"));

    /// <summary>The conditions, one by one.</summary>
    public IReadOnlyList<string> Conditions => RequestFilterText.Conditions(Filter);

    /// <summary>The range for links; <see langword="null"/> for the usual one.</summary>
    public string? SinceInLinks => Range == TimeRange.Usual ? null : Range.Name;

    /// <summary>Whether newer ones can appear in it.</summary>
    public bool CanFollow => Before is null && Problem is null && !IsLogOff;

    /// <summary>What is followed.</summary>
    public string TailQuery => GatewayApi.Query(("q", Filter));

    /// <summary>What is exported.</summary>
    public string ExportQuery => GatewayApi.Query(("q", Filter), ("since", Range.Name));
}

/// <summary>A filter that shows something where the one that was asked for shows nothing.</summary>
/// <param name="Text">What it does, in words.</param>
/// <param name="Link">Its address.</param>
public sealed record WayOut(string Text, string Link);
