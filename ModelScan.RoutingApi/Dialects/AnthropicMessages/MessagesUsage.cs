using ModelScan.RoutingApi.UsageReports;

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
}
