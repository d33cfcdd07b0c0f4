namespace ModelScan.RoutingApi.Wire;

/// <summary>
/// Steps through JSON that is read once, in place: what is found are slices of the data. Values are those behind the property name at the
/// reader's position; afterwards it stands on their last token.
/// </summary>
/// <remarks>
/// <code>
/// if (json.EntersValue())                       {"usage": {…}}
///     while (json.NextMember())
///     {
///         if (json.ValueTextEquals("id"u8))
///             id = json.Text(data);
///         else
///             json.SkipValue();
///     }
/// </code>
/// </remarks>
internal static class JsonSteps
{
    // More than any model takes, and small enough that sums of counts stay exact in every client.
    private const long MostTokens = 1L << 50;

    /// <summary>Goes on to the next member of the object that the reader is inside of; <see langword="false"/> at its end.</summary>
    public static bool NextMember(this scoped ref Utf8JsonReader json) => json.Read() && json.TokenType == JsonTokenType.PropertyName;

    /// <summary>Goes into the object at the reader's position; passes over anything else.</summary>
    public static bool Enters(this scoped ref Utf8JsonReader json)
    {
        if (json.TokenType == JsonTokenType.StartObject)
            return true;
        json.Skip();
        return false;
    }

    /// <summary>Goes into the object behind a name; passes over anything else.</summary>
    public static bool EntersValue(this scoped ref Utf8JsonReader json) => json.Read() && json.Enters();

    /// <summary>Passes over a value.</summary>
    public static void SkipValue(this scoped ref Utf8JsonReader json)
    {
        json.Read();
        json.Skip();
    }

    /// <summary>The bytes of a value; empty for <c>null</c>.</summary>
    public static ReadOnlySpan<byte> Value(this scoped ref Utf8JsonReader json, ReadOnlySpan<byte> data)
    {
        json.Read();
        if (json.TokenType == JsonTokenType.Null)
            return default;
        var start = (int)json.TokenStartIndex;
        json.Skip();
        return data[start..(int)json.BytesConsumed];
    }

    /// <summary>A JSON string, quotes included; empty for anything else.</summary>
    public static ReadOnlySpan<byte> Text(this scoped ref Utf8JsonReader json, ReadOnlySpan<byte> data)
    {
        var value = json.Value(data);
        return json.TokenType == JsonTokenType.String ? value : default;
    }

    /// <summary>A JSON object; empty for anything else.</summary>
    public static ReadOnlySpan<byte> Object(this scoped ref Utf8JsonReader json, ReadOnlySpan<byte> data)
    {
        var value = json.Value(data);
        return json.TokenType == JsonTokenType.EndObject ? value : default;
    }

    /// <summary>A JSON array; empty for anything else.</summary>
    public static ReadOnlySpan<byte> Array(this scoped ref Utf8JsonReader json, ReadOnlySpan<byte> data)
    {
        var value = json.Value(data);
        return json.TokenType == JsonTokenType.EndArray ? value : default;
    }

    /// <summary>Whether the value is that string.</summary>
    public static bool IsText(this scoped ref Utf8JsonReader json, ReadOnlySpan<byte> text)
    {
        json.Read();
        var isIt = json.TokenType == JsonTokenType.String && json.ValueTextEquals(text);
        json.Skip();
        return isIt;
    }

    /// <summary>The name at the reader's position as a JSON string.</summary>
    public static ReadOnlySpan<byte> NameToken(this scoped ref Utf8JsonReader json, ReadOnlySpan<byte> data) => data.Slice((int)json.TokenStartIndex, json.ValueSpan.Length + 2);

    /// <summary>A whole number; <paramref name="otherwise"/> for anything else.</summary>
    public static int Index(this scoped ref Utf8JsonReader json, int otherwise)
    {
        json.Read();
        var index = json.TokenType == JsonTokenType.Number && json.TryGetInt32(out var number) ? number : otherwise;
        json.Skip();
        return index;
    }

    /// <summary>A count of tokens, 0 or more; <paramref name="otherwise"/> for what is none.</summary>
    public static long Count(this scoped ref Utf8JsonReader json, long otherwise)
    {
        json.Read();
        if (json.TokenType == JsonTokenType.Number)
        {
            if (json.TryGetInt64(out var whole))
                return Math.Clamp(whole, 0, MostTokens);
            return json.TryGetDouble(out var number) && number is >= 0 and <= MostTokens ? (long)number : otherwise;
        }

        json.Skip();
        return otherwise;
    }
}
