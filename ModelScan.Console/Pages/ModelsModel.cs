using ModelScan.WebConsole.Api;

namespace ModelScan.WebConsole.Pages;

/// <summary>What is configured, how it is, and the mode.</summary>
public sealed record ModelsModel
{
    /// <summary>What stands in every form.</summary>
    public string Token { get; init; } = "";

    /// <summary>The configured models.</summary>
    public IReadOnlyList<ModelState> Models { get; init; } = [];

    /// <summary>How providers, keys and models are.</summary>
    public IReadOnlyList<HealthState> Health { get; init; } = [];

    /// <summary>The configuration in force; <see langword="null"/> where it cannot be told.</summary>
    public ConfigState? Config { get; init; }

    /// <summary>The routes of the configuration.</summary>
    public IReadOnlyList<RouteState> Routes { get; init; } = [];

    /// <summary>The configuration as YAML.</summary>
    public string Document { get; init; } = "";

    /// <summary>The mode; <see langword="null"/> where it cannot be told.</summary>
    public ModeState? Mode { get; init; }

    /// <summary>What is wrong; <see langword="null"/> where nothing is.</summary>
    public string? Problem { get; init; }
}

/// <summary>A route of the configuration.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Description">When a prompt belongs to it.</param>
/// <param name="Models">Its models, as declared.</param>
/// <param name="Prefer">How they are ordered; <see langword="null"/> for as declared.</param>
public sealed record RouteState(string Name, string Description, IReadOnlyList<string> Models, string? Prefer);
