using System.Text.Json;

namespace ModelScan.RoutingApi.Wire;

/// <summary>Reads the counts of a provider's usage. Whatever is no count leaves the one before.</summary>
internal static class TokenCount
{
    // More than any model takes, and small enough that sums of counts stay exact in every client.
    private const long Most = 1L << 50;

    /// <summary>The count after the property name at the reader's position.</summary>
    public static long Read(ref Utf8JsonReader json, long before)
    {
        json.Read();
        if (json.TokenType == JsonTokenType.Number)
        {
            if (json.TryGetInt64(out var whole))
                return Math.Clamp(whole, 0, Most);
            return json.TryGetDouble(out var number) && number is >= 0 and <= Most ? (long)number : before;
        }

        json.Skip();
        return before;
    }

    /// <summary>Passes over the value after the property name at the reader's position.</summary>
    public static void SkipValue(ref Utf8JsonReader json)
    {
        json.Read();
        json.Skip();
    }
}
