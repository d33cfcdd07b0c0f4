using ModelScan.WebConsole.Api;

namespace ModelScan.WebConsole.Pages;

/// <summary>A prompt that is tried out.</summary>
public sealed record TryModel
{
    /// <summary>What stands in every form.</summary>
    public string Token { get; init; } = "";

    /// <summary>The prompt.</summary>
    public string Prompt { get; init; } = "";

    /// <summary>The model that is asked for; empty for none.</summary>
    public string Asked { get; init; } = "";

    /// <summary>The models that can be asked.</summary>
    public IReadOnlyList<string> Models { get; init; } = [];

    /// <summary>The routes there are.</summary>
    public IReadOnlyList<string> Routes { get; init; } = [];

    /// <summary>The models that are to answer, side by side.</summary>
    public IReadOnlyList<string> Chosen { get; init; } = [];

    /// <summary>Which model should answer; <see langword="null"/> where nobody asked yet.</summary>
    public DecisionAnswer? Decision { get; init; }

    /// <summary>Whether models were asked, and not only the router.</summary>
    public bool IsAnswered { get; init; }

    /// <summary>Prices of the models, to say what an answer costs before it is asked for.</summary>
    public IReadOnlyDictionary<string, ModelState> Known { get; init; } = new Dictionary<string, ModelState>();

    /// <summary>What is wrong; <see langword="null"/> where nothing is.</summary>
    public string? Problem { get; init; }
}
