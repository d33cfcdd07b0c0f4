using System.Runtime.InteropServices;
using System.Text.Json;

namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>
/// A value inside a client's request and where it stands. Whoever asks for a type that is not there gets an
/// <see cref="InvalidRequestException"/> that names the place. A field that is <c>null</c> counts as absent, as both APIs hold it.
/// </summary>
internal readonly struct RequestField(JsonElement value, string path)
{
    public JsonElement Value { get; } = value;

    public string Path { get; } = path;

    public bool IsText => Value.ValueKind == JsonValueKind.String;

    public bool IsArray => Value.ValueKind == JsonValueKind.Array;

    public bool IsObject => Value.ValueKind == JsonValueKind.Object;

    /// <summary>The value's own bytes: texts stay escaped as they came, objects keep their order and numbers.</summary>
    public ReadOnlySpan<byte> Raw => JsonMarshal.GetRawUtf8Value(Value);

    /// <summary>A string; an escaped lone surrogate in it becomes U+FFFD.</summary>
    public string Text
    {
        get
        {
            Require(JsonValueKind.String, "a string");
            var reader = new Utf8JsonReader(Raw);
            reader.Read();
            return JsonText.Read(ref reader);
        }
    }

    public bool Flag => Value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Refuse("must be true or false"),
    };

    /// <summary>A whole number of at least <paramref name="least"/>.</summary>
    public int Count(int least) =>
        Value.ValueKind == JsonValueKind.Number && Value.TryGetInt32(out var count) && count >= least
            ? count
            : throw Refuse($"must be a whole number of at least {least}");

    public double Number =>
        Value.ValueKind == JsonValueKind.Number && Value.TryGetDouble(out var number) && double.IsFinite(number) ? number : throw Refuse("must be a number");

    /// <summary>The field <paramref name="name"/> of an object; <see langword="null"/> where it is absent or <c>null</c>.</summary>
    public RequestField? Find(string name)
    {
        Require(JsonValueKind.Object, "an object");
        return Value.TryGetProperty(name, out var found) && found.ValueKind != JsonValueKind.Null ? new RequestField(found, Under(name)) : null;
    }

    /// <summary>The field <paramref name="name"/> of an object, which has to be there.</summary>
    public RequestField Get(string name) => Find(name) ?? throw new InvalidRequestException(Under(name), "is required");

    public string? FindText(string name) => Find(name)?.Text;

    public string GetText(string name) => Get(name).Text;

    /// <summary>The items of an array.</summary>
    public IEnumerable<RequestField> Items()
    {
        Require(JsonValueKind.Array, "an array");
        var index = 0;
        foreach (var item in Value.EnumerateArray())
            yield return new RequestField(item, $"{Path}[{index++}]");
    }

    /// <summary>The fields of an object, those that are <c>null</c> left out.</summary>
    public IEnumerable<(string Name, RequestField Field)> Fields()
    {
        Require(JsonValueKind.Object, "an object");
        foreach (var property in Value.EnumerateObject())
        {
            if (property.Value.ValueKind != JsonValueKind.Null)
                yield return (property.Name, new RequestField(property.Value, Under(property.Name)));
        }
    }

    /// <summary>Writes a string as it came, escapes and all.</summary>
    public void CopyText(Utf8JsonWriter writer, string name)
    {
        Require(JsonValueKind.String, "a string");
        CopyRaw(writer, name);
    }

    /// <summary>Writes the value as it came.</summary>
    public void CopyRaw(Utf8JsonWriter writer, string name)
    {
        writer.WritePropertyName(name);
        writer.WriteRawValue(Raw, skipInputValidation: true);
    }

    /// <summary>Whether the value is the string <c>""</c>.</summary>
    public bool IsEmptyText => IsText && Raw.Length == 2;

    public InvalidRequestException Refuse(string problem) => new(Path, problem);

    /// <summary>Refuses what the target has no way to say.</summary>
    public InvalidRequestException RefuseKind(string kind, string target) => new(Path, $"'{kind}' cannot be said to {target}");

    private string Under(string name) => Path.Length == 0 ? name : $"{Path}.{name}";

    private void Require(JsonValueKind kind, string name)
    {
        if (Value.ValueKind != kind)
            throw Refuse($"must be {name}");
    }
}
