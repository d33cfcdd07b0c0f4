using ModelScan.RoutingApi.UsageReports;

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
}
