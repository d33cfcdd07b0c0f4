using System.Text.Json;

namespace ModelScan.RoutingApi.Wire;

/// <summary>Short ways of the JSON writer.</summary>
internal static class RawMembers
{
    /// <summary>Writes a member whose value is JSON already.</summary>
    public static void WriteRawValueOf(this Utf8JsonWriter json, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        json.WritePropertyName(name);
        json.WriteRawValue(value, skipInputValidation: true);
    }
}
