using ModelScan.WebConsole.Api;

namespace ModelScan.WebConsole.Pages;

/// <summary>Keys and budgets.</summary>
public sealed record KeysModel
{
    /// <summary>What stands in every form.</summary>
    public string Token { get; init; } = "";

    /// <summary>The keys; <see langword="null"/> where they cannot be told.</summary>
    public KeysState? Keys { get; init; }

    /// <summary>The limits; <see langword="null"/> where they cannot be told.</summary>
    public LimitsState? Limits { get; init; }

    /// <summary>A secret that was just made.</summary>
    public KeySecret? Made { get; init; }

    /// <summary>What is wrong; <see langword="null"/> where nothing is.</summary>
    public string? Problem { get; init; }
}
