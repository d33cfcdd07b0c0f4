using System.Text;
using System.Text.Json;

namespace ModelScan.MetricsMock.Providers;

/// <summary>A function that the client offers.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Parameters">JSON Schema of its arguments; <see langword="null"/> where none is given.</param>
internal sealed record OfferedTool(string Name, JsonElement? Parameters);

/// <summary>Whether the model may, must or must not call.</summary>
internal enum ToolChoiceMode
{
    Auto,
    None,
    Required,
}

/// <summary>The client's wish about tool calls.</summary>
/// <param name="Mode">May, must or must not.</param>
/// <param name="Names">The tools it is restricted to; <see langword="null"/> for all.</param>
internal sealed record ToolChoice(ToolChoiceMode Mode, IReadOnlyList<string>? Names = null)
{
    public static ToolChoice Auto { get; } = new(ToolChoiceMode.Auto);
}

/// <summary>A piece of the prompt, for counting tokens and for the prompt cache.</summary>
/// <param name="Kind">Whose and what it is, such as <c>user.text</c>.</param>
/// <param name="Text">Its text.</param>
/// <param name="CacheMark">Whether the client wants the prompt cached up to here.</param>
internal readonly record struct PromptSegment(string Kind, string Text, bool CacheMark = false)
{
    // An image costs by its area, not by the length of its encoding; a small one costs about 85 tokens.
    private const int ImageBytes = 340;

    public int Bytes => Kind.EndsWith(".image", StringComparison.Ordinal) ? ImageBytes : Encoding.UTF8.GetByteCount(Text);
}

/// <summary>What the answer depends on, whatever API the request came through.</summary>
internal sealed record ProviderRequest
{
    /// <summary>The model as the client wrote it.</summary>
    public required string Model { get; init; }

    public bool Stream { get; init; }

    /// <summary>Chat Completions: whether a stream ends with a chunk of usage.</summary>
    public bool IncludeUsage { get; init; }

    public required IReadOnlyList<PromptSegment> Prompt { get; init; }

    /// <summary>The last text of the last user message; empty when there is none.</summary>
    public string LastUserText { get; init; } = "";

    /// <summary>Whether the conversation ends with the user's own words (trailing system messages aside).</summary>
    public bool EndsWithUser { get; init; }

    /// <summary>The tool results with which the conversation ends.</summary>
    public IReadOnlyList<string> ToolResults { get; init; } = [];

    public IReadOnlyList<OfferedTool> Tools { get; init; } = [];

    public ToolChoice ToolChoice { get; init; } = ToolChoice.Auto;

    public bool ParallelToolCalls { get; init; } = true;

    /// <summary>The schema that the text has to satisfy; an empty object for plain JSON mode.</summary>
    public JsonElement? OutputSchema { get; init; }

    public bool Reasoning { get; init; }

    public int? MaxTokens { get; init; }

    public IReadOnlyList<string> StopSequences { get; init; } = [];
}
