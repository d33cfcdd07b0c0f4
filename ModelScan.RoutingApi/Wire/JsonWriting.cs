namespace ModelScan.RoutingApi.Wire;

/// <summary>Short ways of the JSON writer.</summary>
internal static class JsonWriting
{
    /// <summary>Writes a member whose value is JSON already.</summary>
    public static void WriteRaw(this Utf8JsonWriter json, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        json.WritePropertyName(name);
        json.WriteRawValue(value, skipInputValidation: true);
    }

    /// <summary>The same with a name that is not UTF-8 yet.</summary>
    public static void WriteRaw(this Utf8JsonWriter json, string name, ReadOnlySpan<byte> value)
    {
        json.WritePropertyName(name);
        json.WriteRawValue(value, skipInputValidation: true);
    }
}
