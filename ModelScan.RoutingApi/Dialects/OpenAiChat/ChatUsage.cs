using System.Text.Json;
using ModelScan.RoutingApi.Dialects.Translation;
using ModelScan.RoutingApi.Dialects.Usage;

namespace ModelScan.RoutingApi.Dialects.OpenAiChat;

/// <summary>Token counts as Chat Completions has them: the details are parts of the totals.</summary>
internal static class ChatUsage
{
    /// <summary>Writes the <c>usage</c> object at a value's place. OpenAI has no class for cache writes; OpenRouter's name for it is used.</summary>
    public static void Write(Utf8JsonWriter json, TokenTotals usage)
    {
        json.WriteStartObject();
        json.WriteNumber("prompt_tokens"u8, usage.Input);
        json.WriteNumber("completion_tokens"u8, usage.Output);
        json.WriteNumber("total_tokens"u8, usage.Input + usage.Output);
        json.WriteStartObject("prompt_tokens_details"u8);
        json.WriteNumber("cached_tokens"u8, usage.CacheRead);
        if (usage.CacheWrite > 0)
            json.WriteNumber("cache_write_tokens"u8, usage.CacheWrite);
        json.WriteEndObject();
        if (usage.Reasoning > 0)
        {
            json.WriteStartObject("completion_tokens_details"u8);
            json.WriteNumber("reasoning_tokens"u8, usage.Reasoning);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    /// <summary>Reads a <c>usage</c> value at the reader's position; <see langword="null"/> where it is no object with counts.</summary>
    public static TokenTotals? Read(ref Utf8JsonReader json)
    {
        if (json.TokenType != JsonTokenType.StartObject)
        {
            json.Skip();
            return null;
        }

        var counts = new Counts();
        var any = false;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            any = true;
            if (json.ValueTextEquals("prompt_tokens"u8))
                counts.Input = TokenCount.Read(ref json, counts.Input);
            else if (json.ValueTextEquals("completion_tokens"u8))
                counts.Output = TokenCount.Read(ref json, counts.Output);
            else if (json.ValueTextEquals("total_tokens"u8))
                counts.Total = TokenCount.Read(ref json, counts.Total);
            else if (json.ValueTextEquals("prompt_cache_hit_tokens"u8) || json.ValueTextEquals("cached_tokens"u8))
                counts.CacheRead = Math.Max(counts.CacheRead, TokenCount.Read(ref json, 0)); // DeepSeek, Moonshot
            else if (json.ValueTextEquals("cache_read_input_tokens"u8))
                counts.CacheRead = Math.Max(counts.CacheRead, TokenCount.Read(ref json, 0)); // LiteLLM
            else if (json.ValueTextEquals("cache_creation_input_tokens"u8))
                counts.CacheWrite = TokenCount.Read(ref json, counts.CacheWrite); // LiteLLM
            else if (json.ValueTextEquals("prompt_tokens_details"u8) || json.ValueTextEquals("completion_tokens_details"u8))
                ReadDetails(ref json, ref counts);
            else
                TokenCount.SkipValue(ref json);
        }

        return any ? counts.ToUsage() : null;
    }

    private static void ReadDetails(ref Utf8JsonReader json, ref Counts counts)
    {
        json.Read();
        if (json.TokenType != JsonTokenType.StartObject)
        {
            json.Skip();
            return;
        }

        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("cached_tokens"u8))
                counts.CacheRead = Math.Max(counts.CacheRead, TokenCount.Read(ref json, 0));
            else if (json.ValueTextEquals("cache_write_tokens"u8) || json.ValueTextEquals("cache_creation_tokens"u8))
                counts.CacheWrite = TokenCount.Read(ref json, counts.CacheWrite);
            else if (json.ValueTextEquals("reasoning_tokens"u8))
                counts.Reasoning = TokenCount.Read(ref json, counts.Reasoning);
            else
                TokenCount.SkipValue(ref json);
        }
    }

    private record struct Counts(long Input, long CacheRead, long CacheWrite, long Output, long Reasoning, long Total)
    {
        // Parts cannot be more than the whole, whatever a provider says.
        public readonly TokenTotals ToUsage()
        {
            var read = Math.Min(CacheRead, Input);
            var output = TokenUsage.WithReasoning(Input, Output, Reasoning, Total);
            return new TokenTotals(Input, read, Math.Min(CacheWrite, Input - read), output, Math.Min(Reasoning, output));
        }
    }
}
