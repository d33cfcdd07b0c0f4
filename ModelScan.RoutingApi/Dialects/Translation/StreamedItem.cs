using ModelScan.RoutingApi.Dialects.OpenAiResponses;

namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>Kinds of pieces of an item of a streamed response.</summary>
internal enum StreamedPieceKind
{
    Text,
    Refusal,

    /// <summary>An annotation's JSON.</summary>
    Annotation,
    Thought,

    /// <summary>Another part of a summary begins.</summary>
    ThoughtBreak,
    Arguments,
}

/// <summary>
/// An item of a streamed response, between its beginning and the point where a Messages client has all of it. A message has one block
/// open at a time, so what comes of an item before its turn is kept here.
/// </summary>
/// <param name="index">Its place in the output.</param>
/// <param name="type">What it is: <c>message</c>, <c>reasoning</c>, <c>function_call</c>, ….</param>
internal sealed class StreamedItem(int index, string type)
{
    private readonly List<(StreamedPieceKind Kind, byte[] Bytes)> _kept = [];

    public int Index { get; } = index;

    public string Type { get; } = type;

    public string CallId { get; init; } = "";

    public string Name { get; init; } = "";

    /// <summary>Whether its block has been opened.</summary>
    public bool IsOpen { get; set; }

    /// <summary>Whether any text or arguments of it have come.</summary>
    public bool HasPieces { get; set; }

    /// <summary>Whether the provider has ended it.</summary>
    public bool IsDone { get; set; }

    /// <summary>Of reasoning: its state, known when it is done.</summary>
    public ReasoningItem? Thought { get; set; }

    /// <summary>Of a custom tool's call: its text, known whole when it is done.</summary>
    public EscapedText Input { get; } = new();

    /// <summary>What is kept, in the order in which it came.</summary>
    public IReadOnlyList<(StreamedPieceKind Kind, byte[] Bytes)> Kept => _kept;

    public void Keep(StreamedPieceKind kind, ReadOnlySpan<byte> bytes) => _kept.Add((kind, bytes.ToArray()));

    public void ForgetKept() => _kept.Clear();
}
