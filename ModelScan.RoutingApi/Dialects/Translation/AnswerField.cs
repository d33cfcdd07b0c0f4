using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Unicode;

namespace ModelScan.RoutingApi.Dialects.Translation;

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

    /// <summary>Reads a whole answer.</summary>
    /// <param name="answer">The provider's bytes; what of them is not UTF-8 counts as U+FFFD.</param>
    /// <param name="use">Called with the answer's object.</param>
    /// <exception cref="ProviderAnswerException">It is not a JSON object.</exception>
    public static void Read(ReadOnlyMemory<byte> answer, Action<AnswerField> use)
    {
        try
        {
            using var document = JsonDocument.Parse(Utf8.IsValid(answer.Span) ? answer : ProviderText.Valid(answer.Span).ToArray(), WireJson.Reading);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw new ProviderAnswerException("the provider's answer is not a JSON object");
            use(new AnswerField(document.RootElement));
        }
        catch (JsonException exception)
        {
            throw new ProviderAnswerException($"the provider's answer is not JSON: {JsonProblem.Describe(exception, answer.Span)}", exception);
        }
        catch (InvalidOperationException exception)
        {
            // A name with half of a surrogate pair in it, which cannot be compared with any.
            throw new ProviderAnswerException("the provider's answer has a field whose name is not valid Unicode", exception);
        }
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
        var reader = new Utf8JsonReader(Raw, new JsonReaderOptions { MaxDepth = WireJson.Reading.MaxDepth });
        reader.Read();
        return reader;
    }

    /// <summary>The objects of an array; nothing where there is none.</summary>
    public IEnumerable<AnswerField> Items(string name)
    {
        if (Find(name) is not { IsArray: true } field)
            yield break;
        foreach (var item in field.Value.EnumerateArray())
        {
            if (item.ValueKind == JsonValueKind.Object)
                yield return new AnswerField(item);
        }
    }
}
