using System.Text.Json;
using ModelScan.RoutingApi.Dialects.Translation;

namespace ModelScan.RoutingApi.Dialects.OpenAiResponses;

/// <summary>Token counts as the Responses API has them: the details are parts of the totals.</summary>
internal static class ResponseUsage
{
    /// <summary>Writes the <c>usage</c> object at a value's place; cache writes only where there are any, for OpenAI has no such class.</summary>
    public static void Write(Utf8JsonWriter json, TokenTotals usage)
    {
        json.WriteStartObject();
        json.WriteNumber("input_tokens"u8, usage.Input);
        json.WriteStartObject("input_tokens_details"u8);
        json.WriteNumber("cached_tokens"u8, usage.CacheRead);
        if (usage.CacheWrite > 0)
            json.WriteNumber("cache_write_tokens"u8, usage.CacheWrite);
        json.WriteEndObject();
        json.WriteNumber("output_tokens"u8, usage.Output);
        json.WriteStartObject("output_tokens_details"u8);
        json.WriteNumber("reasoning_tokens"u8, usage.Reasoning);
        json.WriteEndObject();
        json.WriteNumber("total_tokens"u8, usage.Input + usage.Output);
        json.WriteEndObject();
    }

    /// <summary>Reads a <c>usage</c> value at the reader's position; <see langword="null"/> where it is no object.</summary>
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
