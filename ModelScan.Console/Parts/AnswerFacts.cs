using System.Text.Json;

namespace ModelScan.WebConsole.Parts;

/// <summary>What an answer took.</summary>
public sealed class AnswerFacts
{
    /// <summary>The model that was named; empty where the gateway chose.</summary>
    public string Model { get; set; } = "";

    /// <summary>The model that answered.</summary>
    public string AnsweredBy { get; set; } = "";

    /// <summary>The route; empty for none.</summary>
    public string Route { get; set; } = "";

    /// <summary>The request's name.</summary>
    public string Id { get; set; } = "";

    /// <summary>Milliseconds to the first piece of text; <see langword="null"/> where none came.</summary>
    public double? FirstMs { get; set; }

    /// <summary>Milliseconds.</summary>
    public double TotalMs { get; set; }

    /// <summary>Tokens of the prompt; <see langword="null"/> where the provider does not say.</summary>
    public long? InputTokens { get; private set; }

    /// <summary>Tokens of the answer; <see langword="null"/> where the provider does not say.</summary>
    public long? OutputTokens { get; private set; }

    /// <summary>Reads them out of the <c>usage</c> of a chunk.</summary>
    public void Take(JsonElement? usage)
    {
        if (usage is not { } counted)
            return;
        if (counted.TryGetProperty("prompt_tokens", out var input) && input.TryGetInt64(out var inputs))
            InputTokens = inputs;
        if (counted.TryGetProperty("completion_tokens", out var output) && output.TryGetInt64(out var outputs))
            OutputTokens = outputs;
    }
}
