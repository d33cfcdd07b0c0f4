namespace ModelScan.RoutingApi.Wire;

/// <summary>Parts of JSON as they are written: members and elements are slices of the memory that was given.</summary>
internal static class SlicedJson
{
    /// <summary>A reader that takes whatever depth the gateway takes, on the first token.</summary>
    public static Utf8JsonReader At(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = WireJson.Reading.MaxDepth });
        reader.Read();
        return reader;
    }

    /// <summary>A string, or <see langword="null"/> for null.</summary>
    /// <exception cref="InvalidRequestException">It is neither.</exception>
    public static string? OptionalText(ReadOnlySpan<byte> value, string field)
    {
        try
        {
            var reader = At(value);
            return JsonValues.OptionalText(ref reader, field);
        }
        catch (JsonException exception)
        {
            throw new InvalidRequestException($"Failed to parse JSON: the value of {field} is not valid", exception);
        }
    }

    /// <summary>The elements of an array, each as it is written; none where it is no array.</summary>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public static List<ReadOnlyMemory<byte>> Elements(ReadOnlyMemory<byte> array)
    {
        var elements = new List<ReadOnlyMemory<byte>>();
        var reader = At(array.Span);
        if (reader.TokenType != JsonTokenType.StartArray)
            return elements;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            elements.Add(array[start..(int)reader.BytesConsumed]);
        }

        return elements;
    }

    /// <summary>The value of a member of an object, as it is written; empty where it is not there, or null.</summary>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public static ReadOnlyMemory<byte> Member(ReadOnlyMemory<byte> json, ReadOnlySpan<byte> name)
    {
        var reader = At(json.Span);
        if (reader.TokenType != JsonTokenType.StartObject)
            return default;
        while (reader.NextMember())
        {
            var isIt = reader.ValueTextEquals(name);
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            if (isIt && reader.TokenType != JsonTokenType.Null)
                return json[start..(int)reader.BytesConsumed];
        }

        return default;
    }

    /// <summary>The text of a member; <see langword="null"/> where there is none.</summary>
    public static string? Text(ReadOnlyMemory<byte> json, ReadOnlySpan<byte> name)
    {
        var value = Member(json, name);
        return value.Length > 2 && value.Span[0] == '"' ? EscapedText.Decode(value.Span) : null;
    }

    /// <summary>Copies an object without one of its members.</summary>
    public static byte[] Without(ReadOnlyMemory<byte> json, ReadOnlySpan<byte> name)
    {
        using var output = new PooledBuffer();
        using (var writer = new Utf8JsonWriter(output, WireJson.Options))
        {
            writer.WriteStartObject();
            var reader = At(json.Span);
            while (reader.NextMember())
            {
                var isLeftOut = reader.ValueTextEquals(name);
                var nameToken = json.Span[(int)reader.TokenStartIndex..(int)(reader.TokenStartIndex + reader.ValueSpan.Length + 2)];
                reader.Read();
                var start = (int)reader.TokenStartIndex;
                reader.Skip();
                if (isLeftOut)
                    continue;
                writer.WriteRaw(EscapedText.Decode(nameToken), json.Span[start..(int)reader.BytesConsumed]);
            }

            writer.WriteEndObject();
        }

        return output.WrittenSpan.ToArray();
    }
}
