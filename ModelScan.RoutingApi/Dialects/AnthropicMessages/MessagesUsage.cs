using System.Text.Json;
using ModelScan.RoutingApi.Dialects.Translation;

namespace ModelScan.RoutingApi.Dialects.AnthropicMessages;

/// <summary>
/// Token counts as Anthropic writes them: <c>input_tokens</c> are only those that touched no cache
/// (https://docs.anthropic.com/en/docs/build-with-claude/prompt-caching).
/// </summary>
internal static class MessagesUsage
{
    /// <summary>Writes the <c>usage</c> member.</summary>
    public static void Write(Utf8JsonWriter json, TokenTotals usage)
    {
        json.WriteStartObject("usage"u8);
        json.WriteNumber("input_tokens"u8, Math.Max(0, usage.Input - usage.CacheRead - usage.CacheWrite));
        json.WriteNumber("cache_creation_input_tokens"u8, usage.CacheWrite);
        json.WriteNumber("cache_read_input_tokens"u8, usage.CacheRead);
        json.WriteNumber("output_tokens"u8, usage.Output);
        if (usage.Reasoning > 0)
        {
            json.WriteStartObject("output_tokens_details"u8);
            json.WriteNumber("thinking_tokens"u8, usage.Reasoning);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    /// <summary>
    /// Reads a <c>usage</c> object at the reader's position on top of what is known: the counts of a stream come in two events, and
    /// of a count that comes twice the last one holds.
    /// </summary>
    public static void Read(ref Utf8JsonReader json, ref MessagesCounts counts)
    {
        if (json.TokenType != JsonTokenType.StartObject)
        {
            json.Skip();
            return;
        }

        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("input_tokens"u8))
                counts.Input = TokenCount.Read(ref json, counts.Input);
            else if (json.ValueTextEquals("cache_creation_input_tokens"u8))
                counts.CacheWrite = TokenCount.Read(ref json, counts.CacheWrite);
            else if (json.ValueTextEquals("cache_read_input_tokens"u8))
                counts.CacheRead = TokenCount.Read(ref json, counts.CacheRead);
            else if (json.ValueTextEquals("output_tokens"u8))
                counts.Output = TokenCount.Read(ref json, counts.Output);
            else if (json.ValueTextEquals("output_tokens_details"u8))
                ReadDetails(ref json, ref counts);
            else
                TokenCount.SkipValue(ref json);
        }
    }

    private static void ReadDetails(ref Utf8JsonReader json, ref MessagesCounts counts)
    {
        json.Read();
        if (json.TokenType != JsonTokenType.StartObject)
        {
            json.Skip();
            return;
        }

        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("thinking_tokens"u8))
                counts.Thinking = TokenCount.Read(ref json, counts.Thinking);
            else
                TokenCount.SkipValue(ref json);
        }
    }
}

/// <summary>The counts of a Messages answer as they are being read.</summary>
internal record struct MessagesCounts(long Input, long CacheRead, long CacheWrite, long Output, long Thinking)
{
    public readonly TokenTotals ToUsage() => new(Input + CacheRead + CacheWrite, CacheRead, CacheWrite, Output, Thinking);
}
