namespace ModelScan.RoutingApi.Dialects.Canonical;

/// <summary>A source that a text names.</summary>
/// <param name="Url">Its address; <see langword="null"/> for a source in the request itself, such as a document.</param>
/// <param name="Title">Its title.</param>
internal sealed record AnswerCitation(string? Url, string? Title)
{
    /// <summary>What it says, where the provider tells.</summary>
    public string CitedText { get; init; } = "";

    /// <summary>Where the text that names it begins and ends, in code points of the answer's text; <see langword="null"/> for all of the part.</summary>
    public (int Start, int End)? Range { get; init; }

    /// <summary>The citation in Anthropic's words, where they say more than an address; on one line.</summary>
    public byte[]? InMessages { get; init; }
}
