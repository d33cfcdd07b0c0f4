using System.Runtime.InteropServices;

namespace ModelScan.RoutingApi.Wire;

/// <summary>
/// A value inside a provider's answer, read leniently: what is absent or of another type than promised counts as not said. Only an
/// answer that is not of its format at all is an error.
/// </summary>
internal readonly struct AnswerField(JsonElement value)
{
    public JsonElement Value { get; } = value;

    public bool IsObject => Value.ValueKind == JsonValueKind.Object;

    public bool IsText => Value.ValueKind == JsonValueKind.String;

    public bool IsArray => Value.ValueKind == JsonValueKind.Array;

    /// <summary>The value as it came.</summary>
    public ReadOnlySpan<byte> Raw => JsonMarshal.GetRawUtf8Value(Value);

    /// <summary>Opens JSON that lives no longer than the caller's span; what is behind the value is not looked at. Dispose the document.</summary>
    /// <exception cref="JsonException">It is no JSON.</exception>
    public static JsonDocument Open(ReadOnlySpan<byte> json)
    {
        var reader = EventJson.ReaderOf(json);
        return JsonDocument.ParseValue(ref reader);
    }

    /// <summary>A field; <see langword="null"/> where there is none, or <c>null</c> in it.</summary>
    public AnswerField? Find(string name) =>
        IsObject && Value.TryGetProperty(name, out var found) && found.ValueKind != JsonValueKind.Null ? new AnswerField(found) : null;

    /// <summary>A field that is an object; <see langword="null"/> where it is anything else.</summary>
    public AnswerField? FindObject(string name) => Find(name) is { IsObject: true } field ? field : null;

    /// <summary>A string; <see langword="null"/> where there is none. Half of a surrogate pair becomes U+FFFD.</summary>
    public string? FindText(string name) => Find(name) is { IsText: true } field ? EscapedText.Decode(field.Raw) : null;

    /// <summary>A string as a JSON token with its quotes; <c>""</c> where there is none.</summary>
    public ReadOnlySpan<byte> FindToken(string name) => Find(name) is { IsText: true } field ? field.Raw : "\"\""u8;

    /// <summary>A count, of tokens or of seconds; 0 where there is none.</summary>
    public long Count(string name) =>
        Find(name) is { Value.ValueKind: JsonValueKind.Number } field && field.Value.TryGetInt64(out var count) && count is > 0 and < (1L << 50) ? count : 0;

    /// <summary>A reader on the first token of the value.</summary>
    public Utf8JsonReader ToReader()
    {
        var reader = EventJson.ReaderOf(Raw);
        reader.Read();
        return reader;
    }

    /// <summary>The objects of an array; nothing where there is none.</summary>
    public ObjectList Items(string name) => Find(name) is { IsArray: true } field ? new ObjectList(field.Value.EnumerateArray()) : default;

    /// <summary>Objects of an array.</summary>
    public struct ObjectList(JsonElement.ArrayEnumerator items)
    {
        private JsonElement.ArrayEnumerator _items = items;

        public readonly AnswerField Current => new(_items.Current);

        public readonly ObjectList GetEnumerator() => this;

        public bool MoveNext()
        {
            while (_items.MoveNext())
            {
                if (_items.Current.ValueKind == JsonValueKind.Object)
                    return true;
            }

            return false;
        }
    }
}
