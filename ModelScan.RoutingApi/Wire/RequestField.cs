using System.Runtime.InteropServices;
using System.Text;

namespace ModelScan.RoutingApi.Wire;

/// <summary>
/// A value inside a client's request, which knows where it stands. Whoever asks for a type that is not there gets an
/// <see cref="InvalidRequestException"/> that names the place. A field that is <c>null</c> counts as absent, as the APIs hold it.
/// </summary>
internal readonly struct RequestField(JsonElement value, RequestSource source)
{
    public JsonElement Value { get; } = value;

    /// <summary>Where it stands: <c>messages[0].content[1].text</c>. Looked up anew each time.</summary>
    public string Path => source.PathOf(Raw);

    /// <summary>Where it stands, without indexes: <c>messages.content.text</c>.</summary>
    public string Place => WithoutIndexes(Path);

    public bool IsText => Value.ValueKind == JsonValueKind.String;

    public bool IsArray => Value.ValueKind == JsonValueKind.Array;

    public bool IsObject => Value.ValueKind == JsonValueKind.Object;

    /// <summary>The value's own bytes: texts stay escaped as they came, objects keep their order and numbers.</summary>
    public ReadOnlySpan<byte> Raw => JsonMarshal.GetRawUtf8Value(Value);

    /// <summary><see cref="Raw"/> as memory, which lives as long as the request's body.</summary>
    public ReadOnlyMemory<byte> RawMemory => source.MemoryOf(Raw);

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
        return Value.TryGetProperty(name, out var found) && found.ValueKind != JsonValueKind.Null ? new RequestField(found, source) : null;
    }

    /// <summary>The field <paramref name="name"/> of an object, which has to be there.</summary>
    public RequestField Get(string name) => Find(name) ?? throw new InvalidRequestException(Under(name), "is required");

    public string? FindText(string name) => Find(name)?.Text;

    public string GetText(string name) => Get(name).Text;

    /// <summary>The items of an array.</summary>
    public ItemList Items()
    {
        Require(JsonValueKind.Array, "an array");
        return new ItemList(Value.EnumerateArray(), source);
    }

    /// <summary>The fields of an object, those that are <c>null</c> left out.</summary>
    public FieldList Fields()
    {
        Require(JsonValueKind.Object, "an object");
        return new FieldList(Value.EnumerateObject(), source);
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
        writer.WriteRaw(name, Raw);
    }

    /// <summary>The same value; where it is no string, the request is refused.</summary>
    public RequestField AsText()
    {
        Require(JsonValueKind.String, "a string");
        return this;
    }

    /// <summary>The same value; where it is no object, the request is refused.</summary>
    public RequestField AsObject()
    {
        Require(JsonValueKind.Object, "an object");
        return this;
    }

    /// <summary>Whether the value is the string <c>""</c>.</summary>
    public bool IsEmptyText => IsText && Raw.Length == 2;

    /// <summary>Whether the value is an array without items.</summary>
    public bool IsEmptyList => IsArray && Value.GetArrayLength() == 0;

    public InvalidRequestException Refuse(string problem) => new(Path, problem);

    /// <summary>Refuses what the target has no way to say.</summary>
    public InvalidRequestException RefuseKind(string kind, string target) => Refuse($"'{kind}' cannot be said to {target}");

    /// <summary>A path without the indexes in it.</summary>
    public static string WithoutIndexes(string path)
    {
        if (!path.Contains('[', StringComparison.Ordinal))
            return path;
        var plain = new StringBuilder(path.Length);
        var depth = 0;
        foreach (var character in path)
        {
            depth += character == '[' ? 1 : 0;
            if (depth == 0)
                plain.Append(character);
            depth -= character == ']' ? 1 : 0;
        }

        return plain.ToString();
    }

    private string Under(string name) => Path is { Length: > 0 } path ? $"{path}.{name}" : name;

    private void Require(JsonValueKind kind, string name)
    {
        if (Value.ValueKind != kind)
            throw Refuse($"must be {name}");
    }

    /// <summary>Items of an array.</summary>
    public struct ItemList(JsonElement.ArrayEnumerator items, RequestSource source)
    {
        private JsonElement.ArrayEnumerator _items = items;

        public RequestField Current => new(_items.Current, source);

        public readonly ItemList GetEnumerator() => this;

        public bool MoveNext() => _items.MoveNext();

        /// <summary>Whether one of them is so.</summary>
        public readonly bool Any(Func<RequestField, bool> isSo)
        {
            foreach (var item in this)
            {
                if (isSo(item))
                    return true;
            }

            return false;
        }

        /// <summary>All of them.</summary>
        public readonly List<RequestField> ToList()
        {
            var list = new List<RequestField>();
            foreach (var item in this)
                list.Add(item);
            return list;
        }
    }

    /// <summary>Fields of an object.</summary>
    public struct FieldList(JsonElement.ObjectEnumerator members, RequestSource source)
    {
        private JsonElement.ObjectEnumerator _members = members;

        public (string Name, RequestField Field) Current => (_members.Current.Name, new(_members.Current.Value, source));

        public readonly FieldList GetEnumerator() => this;

        /// <summary>Whether the current one is called one of these, which are ASCII, without making a string of its name.</summary>
        public readonly bool IsOneOf(params ReadOnlySpan<string> names)
        {
            var written = JsonMarshal.GetRawUtf8PropertyName(_members.Current);
            if (written.Contains((byte)'\\'))
                return names.Contains(_members.Current.Name);
            foreach (var name in names)
            {
                if (Ascii.Equals(written, name))
                    return true;
            }

            return false;
        }

        public bool MoveNext()
        {
            while (_members.MoveNext())
            {
                if (_members.Current.Value.ValueKind != JsonValueKind.Null)
                    return true;
            }

            return false;
        }
    }
}
