using System.Text;
using System.Text.Encodings.Web;
using ModelScan.RoutingApi.Guards.Texts;

namespace ModelScan.RoutingApi.Guards.Answers;

/// <summary>One text of a streamed answer: what has come of it and not been sent, and where what is decided ends. Positions count from its beginning. Used by one request.</summary>
/// <param name="run">The guards.</param>
/// <param name="isJson">Whether it is JSON.</param>
internal sealed class AnswerText(GuardRun run, bool isJson)
{
    // What has been sent is kept as far as whatever is found looks back.
    private const int LookBack = 64;

    // What goes on for longer is sent even if it has not ended.
    private const int LongestHold = 64 << 10;
    private const int LongestKey = 4 << 10;

    private readonly StringBuilder _text = new();
    private readonly List<TextEdit> _edits = [];

    // Position of the first unit that is kept.
    private long _first;

    /// <summary>Up to where it is decided what is sent.</summary>
    public long Decided { get; private set; }

    /// <summary>How much has come.</summary>
    public long Length => _first + _text.Length;

    /// <summary>Takes a piece.</summary>
    public void Add(string piece)
    {
        run.Passed(piece.Length);
        _text.Append(piece);
    }

    /// <summary>Decides as much as can be.</summary>
    /// <param name="hold">Characters at the end that stay undecided; <see langword="null"/> for all, until the end.</param>
    /// <param name="isOver">Whether nothing follows.</param>
    public void Decide(int? hold, bool isOver)
    {
        if (Decided == Length || (hold is null && !isOver))
            return;
        var text = _text.ToString();
        var from = (int)(Decided - _first);
        var end = isOver ? text.Length : Math.Max(from, text.Length - hold!.Value);
        if (!isOver && !run.Placeholders.IsEmpty)
            end = Math.Min(end, Math.Max(from, run.Placeholders.BeginningAtEnd(text)));
        if (!isOver && hold is > 0)
            end = BeginningOfKey(text, from, end);
        var edits = new List<TextEdit>();
        run.EditsOfAnswer(text, from, edits);

        // What has begun, or touches the end, may go on.
        if (!isOver && hold is > 0 && edits.Find(edit => edit.Start < end && (edit.End > end || edit.End == text.Length)) is { Length: > 0 } open && text.Length - open.Start < LongestHold)
            end = open.Start;
        foreach (var edit in edits)
        {
            if (edit.End > end)
                break;
            run.Count(edit, text.AsSpan(edit.Start, edit.Length));
            if (edit.Replacement is { } replacement)
                _edits.Add(edit with { Start = edit.Start + Offset, Replacement = isJson ? Escaped(replacement) : replacement });
        }

        Decided = _first + end;
    }

    /// <summary>What is sent of a piece, all of which is decided.</summary>
    /// <param name="start">Where it begins.</param>
    /// <param name="piece">The piece as it came.</param>
    /// <returns><see langword="null"/> where it is sent as it came.</returns>
    public string? Sent(long start, string piece)
    {
        StringBuilder? sent = null;
        var at = 0;
        foreach (var edit in _edits)
        {
            var (from, to) = (edit.Start - start, edit.End - start);
            if (to <= 0 || from >= piece.Length)
                continue;
            sent ??= new StringBuilder();
            if (from >= at)
                sent.Append(piece, at, (int)from - at);
            if (from >= 0)
                sent.Append(edit.Replacement);
            at = (int)Math.Min(piece.Length, to);
        }

        return sent?.Append(piece, at, piece.Length - at).ToString();
    }

    /// <summary>Forgets what nobody asks for any more.</summary>
    /// <param name="sent">Up to where everything has been sent.</param>
    public void Forget(long sent)
    {
        _edits.RemoveAll(edit => edit.End <= sent);
        var dropped = (int)Math.Max(0, Math.Min(sent, Decided) - LookBack - _first);
        if (dropped < LookBack)
            return;
        _text.Remove(0, dropped);
        _first += dropped;
    }

    // Keys may be longer than what is held back: none is decided before all of it is there.
    private static int BeginningOfKey(string text, int from, int end)
    {
        var at = end;
        while (at > from && end - at < LongestKey && (char.IsAsciiLetterOrDigit(text[at - 1]) || text[at - 1] is '-' or '_' or '.' or '+' or '/' or '='))
            at--;
        return end - at < LongestKey ? at : end;
    }

    // Edits are kept by positions that fit into an int: texts of answers are far shorter than that.
    private int Offset => checked((int)_first);

    private static string Escaped(string text) => JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).ToString();
}
