using System.Text.Json;
using ModelScan.RoutingApi.Dialects.Translation;

namespace ModelScan.RoutingApi.Dialects.OpenAiResponses;

/// <summary>Reads the <c>usage</c> of a response.</summary>
internal static class ResponseUsageReader
{
    /// <summary>Reads the value at the reader's position; <see langword="null"/> where it is no object.</summary>
    public static TokenTotals? Read(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return null;
        }

        var usage = default(TokenTotals);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("input_tokens"u8))
                usage = usage with { Input = TokenCount.Read(ref reader, 0) };
            else if (reader.ValueTextEquals("output_tokens"u8))
                usage = usage with { Output = TokenCount.Read(ref reader, 0) };
            else if (reader.ValueTextEquals("input_tokens_details"u8) || reader.ValueTextEquals("output_tokens_details"u8))
                ReadDetails(ref reader, ref usage);
            else
                TokenCount.SkipValue(ref reader);
        }

        return usage;
    }

    private static void ReadDetails(ref Utf8JsonReader reader, ref TokenTotals usage)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("cached_tokens"u8))
                usage = usage with { CacheRead = TokenCount.Read(ref reader, 0) };
            else if (reader.ValueTextEquals("cache_write_tokens"u8))
                usage = usage with { CacheWrite = TokenCount.Read(ref reader, 0) };
            else if (reader.ValueTextEquals("reasoning_tokens"u8))
                usage = usage with { Reasoning = TokenCount.Read(ref reader, 0) };
            else
                TokenCount.SkipValue(ref reader);
        }
    }
}
