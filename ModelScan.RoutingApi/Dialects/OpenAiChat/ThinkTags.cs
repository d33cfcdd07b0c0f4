namespace ModelScan.RoutingApi.Dialects.OpenAiChat;

/// <summary>
/// Takes apart content that begins with a thought between tags: <c>&lt;think&gt;2+2&lt;/think&gt;4</c>. The tags may be cut anywhere.
/// Only a tag at the very beginning opens a thought; later ones are text.
/// </summary>
internal sealed class ThinkTags
{
    private const string Open = "<think>";
    private const string Close = "</think>";

    // Blanks in front of a tag; more than this are an answer of blanks.
    private const int MostBlanks = 256;

    private enum At
    {
        Beginning,
        Thought,
        AfterThought,
        Answer,
    }

    private At _at;
    private string _held = "";

    /// <summary>Whether all that follows is answer.</summary>
    public bool IsOver => _at == At.Answer;

    /// <summary>Whether something is held back: what may be a tag.</summary>
    public bool IsHolding => _held.Length > 0;

    /// <summary>Whether a text can begin with a tag, as its first character tells.</summary>
    /// <param name="token">The text's beginning as a JSON string, quotes included; not empty.</param>
    public static bool MayBegin(ReadOnlySpan<byte> token) =>
        token[1] is (byte)'<' or (byte)' ' || (token[1] == '\\' && (token[2] is (byte)'n' or (byte)'r' or (byte)'t' || token[1..].StartsWith("\\u003c"u8) || token[1..].StartsWith("\\u003C"u8)));

    /// <summary>Takes the next piece.</summary>
    /// <returns>What of it, and of what was held back before, is thought and what is answer.</returns>
    public (string Thought, string Answer) Split(string piece)
    {
        var text = _held + piece;
        _held = "";
        var thought = "";
        if (_at == At.Beginning)
        {
            var start = text.AsSpan().TrimStart();
            if (start.Length < Open.Length && text.Length < MostBlanks && Open.AsSpan().StartsWith(start, StringComparison.Ordinal))
            {
                _held = text;
                return ("", "");
            }

            var opens = start.StartsWith(Open, StringComparison.Ordinal);
            _at = opens ? At.Thought : At.Answer;
            if (opens)
                text = start[Open.Length..].ToString();
        }

        if (_at == At.Thought)
        {
            var end = text.IndexOf(Close, StringComparison.Ordinal);
            if (end < 0)
            {
                var kept = PartialCloseLength(text);
                _held = text[^kept..];
                return (text[..^kept], "");
            }

            thought = text[..end];
            text = text[(end + Close.Length)..];
            _at = At.AfterThought;
        }

        // Line breaks between thought and answer belong to neither.
        if (_at == At.AfterThought)
        {
            text = text.TrimStart();
            if (text.Length > 0)
                _at = At.Answer;
        }

        return (thought, text);
    }

    /// <summary>What is still held back when the content ends.</summary>
    public (string Thought, string Answer) End()
    {
        var rest = _held;
        _held = "";
        return _at == At.Thought ? (rest, "") : ("", rest);
    }

    private static int PartialCloseLength(string text)
    {
        for (var length = Math.Min(Close.Length - 1, text.Length); length > 0; length--)
        {
            if (text.AsSpan(text.Length - length).SequenceEqual(Close.AsSpan(0, length)))
                return length;
        }

        return 0;
    }
}
