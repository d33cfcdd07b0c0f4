using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;

namespace ModelScan.RoutingApi.Guards;

/// <summary>
/// What stands in a request for what its model is not to see, such as <c>[EMAIL_1]</c>, and what it stood for. The same value has the same
/// placeholder throughout a request, numbers follow the order in which values come up, so that a conversation that goes on keeps those it has.
/// Used by one request, never written anywhere.
/// </summary>
/// <param name="body">The request, in which a placeholder of ours may stand literally: such a one is not used.</param>
internal sealed class Placeholders(ReadOnlyMemory<byte> body)
{
    private const int LongestName = 16;
    private const int LongestNumber = 7;

    private readonly Dictionary<(string Kind, string Value), string> _byValue = [];
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _last = new(StringComparer.Ordinal);

    // Whether the request holds the beginning of a placeholder of that name literally.
    private readonly Dictionary<string, bool> _literal = new(StringComparer.Ordinal);

    /// <summary>Whether there is none.</summary>
    public bool IsEmpty => _values.Count == 0;

    /// <summary>Most letters of one.</summary>
    public static int Longest => LongestName + LongestNumber + 3;

    /// <summary>The placeholder of a value.</summary>
    public string For(string kind, string value)
    {
        if (_byValue.TryGetValue((kind, value), out var known))
            return known;
        var name = NameOf(kind);
        string placeholder;
        do
        {
            var number = _last[kind] = _last.GetValueOrDefault(kind) + 1;
            placeholder = string.Create(CultureInfo.InvariantCulture, $"[{name}_{number}]");
        }
        while (IsTaken(name, placeholder));

        _values[placeholder] = value;
        return _byValue[(kind, value)] = placeholder;
    }

    /// <summary>What the placeholder that begins with a bracket stands for.</summary>
    /// <param name="text">A text.</param>
    /// <param name="at">Where the bracket is.</param>
    /// <param name="length">How long the placeholder is.</param>
    /// <returns><see langword="null"/> where none begins there.</returns>
    public string? Find(ReadOnlySpan<char> text, int at, out int length)
    {
        length = 0;
        var rest = text[at..Math.Min(text.Length, at + Longest)];
        var end = rest.IndexOf(']');
        if (end < 0 || !_values.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(rest[..(end + 1)], out var value))
            return null;
        length = end + 1;
        return value;
    }

    /// <summary>Where the beginning of a placeholder stands at the end of a text, whose rest may follow; the text's length where none does.</summary>
    public int BeginningAtEnd(ReadOnlySpan<char> text)
    {
        var at = text.LastIndexOf('[');
        if (at < 0 || text.Length - at > Longest || text[at..].Contains(']'))
            return text.Length;
        foreach (var placeholder in _values.Keys)
        {
            if (placeholder.AsSpan().StartsWith(text[at..], StringComparison.Ordinal))
                return at;
        }

        return text.Length;
    }

    /// <summary>A text in which every value that a placeholder stands for is that placeholder, for what is written down.</summary>
    public string Mask(string text)
    {
        foreach (var (placeholder, value) in _values.OrderByDescending(pair => pair.Value.Length))
        {
            text = text.Replace(value, placeholder, StringComparison.Ordinal);
            var escaped = JsonEncodedText.Encode(value, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).ToString();
            if (escaped != value)
                text = text.Replace(escaped, placeholder, StringComparison.Ordinal);

            // What is kept may be cut within a value.
            for (var length = Math.Min(value.Length - 1, text.Length); length >= 4; length--)
            {
                if (!text.AsSpan().EndsWith(value.AsSpan(0, length), StringComparison.Ordinal))
                    continue;
                text = $"{text.AsSpan(0, text.Length - length)}{placeholder}";
                break;
            }
        }

        return text;
    }

    /// <summary>How placeholders call a kind of finding.</summary>
    public static string NameOf(string kind) => kind switch
    {
        Detection.DenyDetector.Kind => "REDACTED",
        _ => kind.ToUpperInvariant(),
    };

    private bool IsTaken(string name, string placeholder)
    {
        if (!_literal.TryGetValue(name, out var isLiteral))
            _literal[name] = isLiteral = body.Span.IndexOf(Encoding.ASCII.GetBytes($"[{name}_")) >= 0;
        return isLiteral && body.Span.IndexOf(Encoding.ASCII.GetBytes(placeholder)) >= 0;
    }
}
