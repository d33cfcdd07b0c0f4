namespace ModelScan.MetricsMock.Providers;

/// <summary>Why the model stopped.</summary>
internal enum StopReason
{
    EndTurn,
    MaxTokens,
    StopSequence,
    ToolUse,
}

/// <summary>A call that the model makes.</summary>
/// <param name="Name">The tool's name.</param>
/// <param name="Arguments">Its arguments, JSON.</param>
internal sealed record AnsweredToolCall(string Name, string Arguments);

/// <summary>What the model says, whatever API it is said through.</summary>
internal sealed record ProviderAnswer
{
    /// <summary>The reasoning before the answer; <see langword="null"/> when none was asked for.</summary>
    public string? Reasoning { get; init; }

    /// <summary>The text; <see langword="null"/> when the model calls tools instead.</summary>
    public string? Text { get; init; }

    public IReadOnlyList<AnsweredToolCall> ToolCalls { get; init; } = [];

    public StopReason StopReason { get; init; }

    /// <summary>The sequence that stopped it; set for <see cref="StopReason.StopSequence"/> alone.</summary>
    public string? StopSequence { get; init; }
}

/// <summary>Token counts of one exchange. A token is four bytes of UTF-8, rounded up.</summary>
/// <param name="Input">All input tokens, cached ones included.</param>
/// <param name="CacheRead">Those read from the prompt cache.</param>
/// <param name="CacheWrite">Those written to the prompt cache on the client's explicit wish.</param>
/// <param name="Output">All output tokens, reasoning included.</param>
/// <param name="Reasoning">Those spent on reasoning.</param>
internal sealed record TokenUsage(int Input, int CacheRead, int CacheWrite, int Output, int Reasoning)
{
    public const int BytesPerToken = 4;

    public static int TokensOf(int bytes) => (bytes + BytesPerToken - 1) / BytesPerToken;
}
