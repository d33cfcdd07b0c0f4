using ModelScan.RoutingApi.Dialects.Canonical;

namespace ModelScan.RoutingApi.Dialects.OpenAiChat;

/// <summary>
/// A chat message has one content and one thought, whatever parts an answer has: keeps the books of where paragraphs begin, and of what
/// citations are about.
/// </summary>
/// <param name="hasBlocks">Whether citations are of the text of their part, and signatures of the thought of theirs.</param>
internal sealed class ChatTexts(bool hasBlocks) : IDisposable
{
    private readonly List<AnswerCitation> _cited = [];
    private bool _hasText;
    private bool _hasThought;
    private bool _breaksText;
    private bool _breaksThought;
    private int _length;
    private int _start;

    /// <summary>Stands between paragraphs; a JSON string.</summary>
    public static ReadOnlySpan<byte> ParagraphBreak => "\"\\n\\n\""u8;

    /// <summary>The text of the thought that is going on, where it is needed once more.</summary>
    public EscapedText? Thought { get; private set; }

    public void BeginPart(PartKind kind, bool isParagraph)
    {
        if (kind == PartKind.Text)
        {
            _start = _length;
            _breaksText = isParagraph && _hasText;
        }
        else if (kind == PartKind.Thought)
        {
            _breaksThought = isParagraph && _hasThought;
            Thought?.Clear();
        }
    }

    /// <summary>Takes note of a piece.</summary>
    /// <returns>Whether a break has to stand before it.</returns>
    public bool Add(PartKind kind, ReadOnlySpan<byte> token)
    {
        var breaks = false;
        if (kind == PartKind.Text)
        {
            (breaks, _breaksText, _hasText) = (_breaksText, false, true);
            if (hasBlocks)
                _length += CodePoints.InToken(token);
        }
        else if (kind == PartKind.Thought)
        {
            (breaks, _breaksThought, _hasThought) = (_breaksThought, false, true);
            if (hasBlocks)
                (Thought ??= new EscapedText()).Append(token);
        }

        return breaks;
    }

    public void Dispose() => Thought?.Dispose();

    public void Cite(AnswerCitation citation)
    {
        if (citation.Url is not null)
            _cited.Add(citation);
    }

    /// <summary>The citations of the part that has ended, each with the range of the text that names it.</summary>
    public IEnumerable<(AnswerCitation Citation, (int Start, int End) Range)> TakeCitations()
    {
        foreach (var citation in _cited)
            yield return (citation, citation.Range ?? (_start, _length));
        _cited.Clear();
    }
}
