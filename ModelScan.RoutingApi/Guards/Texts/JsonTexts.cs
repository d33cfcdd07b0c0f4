using System.Buffers;
using System.Text;

namespace ModelScan.RoutingApi.Guards.Texts;

/// <summary>
/// Walks over all texts of a JSON value and changes some in place: every other byte stays as it is. JSON that stands in a string, as the
/// arguments of tools do, is walked over as JSON, so that what is put into it is escaped as it has to be there.
/// </summary>
internal static class JsonTexts
{
    private const int DeepestNesting = 3;
    private const int LongestName = 128;
    private const int LeastDigits = 9;

    // What is as long as that without a blank is no text that somebody wrote.
    private const int LongWord = 1024;
    private static readonly SearchValues<byte> Base64 = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=-_"u8);

    /// <summary>Changes texts.</summary>
    /// <param name="json">A JSON value.</param>
    /// <param name="change">What becomes of each.</param>
    /// <param name="place">What its strings are.</param>
    /// <returns><see langword="null"/> where nothing changed.</returns>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public static byte[]? Change(ReadOnlySpan<byte> json, ITextChange change, TextPlace place = TextPlace.Conversation) => Change(json, change, place, 0);

    private static byte[]? Change(ReadOnlySpan<byte> json, ITextChange change, TextPlace place, int nesting)
    {
        var bom = json.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) ? 3 : 0;
        var reader = new Utf8JsonReader(json[bom..], new JsonReaderOptions { MaxDepth = WireJson.Reading.MaxDepth });
        var edits = new JsonEdits(json);
        var around = new Stack<TextPlace>();
        var (here, value) = (place, place);
        Span<char> names = stackalloc char[LongestName];
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    if (here == TextPlace.Free)
                        ChangeString(ref reader, bom, change, here, DeepestNesting, edits);
                    var name = names[..NameOf(ref reader, names)];
                    var before = reader;
                    before.Read();
                    value = TextPlaces.Of(here, name, before.TokenType);
                    continue;
                case JsonTokenType.StartObject or JsonTokenType.StartArray:
                    around.Push(here);
                    here = value;
                    continue;
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    here = around.Pop();
                    value = here;
                    continue;
                case JsonTokenType.String:
                    ChangeString(ref reader, bom, change, value, nesting, edits);
                    break;
                case JsonTokenType.Number when value == TextPlace.Free && reader.ValueSpan.Length >= LeastDigits:
                    if (change.Change(Encoding.ASCII.GetString(reader.ValueSpan)) is { } number)
                        edits.Replace(bom + (int)reader.TokenStartIndex, reader.ValueSpan.Length, EscapedText.TokenOf(number));
                    break;
            }

            value = here;
        }

        return edits.ToArray();
    }

    private static void ChangeString(ref Utf8JsonReader reader, int offset, ITextChange change, TextPlace place, int nesting, JsonEdits edits)
    {
        if (place is TextPlace.Opaque or TextPlace.Schema || reader.ValueSpan.IsEmpty || IsBinary(reader.ValueSpan))
            return;
        var text = JsonText.Read(ref reader);
        if ((nesting < DeepestNesting && Nested(text, change, nesting) is { } nested ? nested.Changed : change.Change(text)) is { } changed)
            edits.Replace(offset + (int)reader.TokenStartIndex, reader.ValueSpan.Length + 2, EscapedText.TokenOf(changed));
    }

    // Null where it is no JSON, or only looks like it.
    private static (string? Changed, bool _)? Nested(string text, ITextChange change, int nesting)
    {
        var trimmed = text.AsSpan().Trim();
        if (trimmed.Length < 2 || (trimmed[0], trimmed[^1]) is not (('{', '}') or ('[', ']')))
            return null;
        try
        {
            return (Change(Encoding.UTF8.GetBytes(text), change, TextPlace.Free, nesting + 1) is { } changed ? Encoding.UTF8.GetString(changed) : null, true);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static bool IsBinary(ReadOnlySpan<byte> text) =>
        text.StartsWith("data:"u8) ? text[..Math.Min(text.Length, 128)].IndexOf(";base64,"u8) >= 0 : text.Length >= LongWord && text[..LongWord].IndexOfAnyExcept(Base64) < 0;

    // Longer ones are none that is known.
    private static int NameOf(ref Utf8JsonReader reader, scoped Span<char> name)
    {
        if (reader.ValueSpan.Length > name.Length)
            return 0;
        try
        {
            return reader.CopyString(name);
        }
        catch (InvalidOperationException)
        {
            return 0;
        }
    }
}
