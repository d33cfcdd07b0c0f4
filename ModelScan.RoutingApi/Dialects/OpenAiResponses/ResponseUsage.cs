using System.Text.Json;

namespace ModelScan.RoutingApi.Dialects.OpenAiResponses;

/// <summary>What an answer cost, in tokens, as the Responses API counts it: the details are parts of the totals.</summary>
/// <param name="Input">All tokens of the input.</param>
/// <param name="CacheRead">Those of them that were read from a cache.</param>
/// <param name="CacheWrite">Those of them that were written to a cache; told only where there are any, for OpenAI has no such class.</param>
/// <param name="Output">All tokens of the output.</param>
/// <param name="Reasoning">Those of them that were reasoning.</param>
internal readonly record struct ResponseUsage(long Input, long CacheRead, long CacheWrite, long Output, long Reasoning)
{
    public void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteNumber("input_tokens"u8, Input);
        writer.WriteStartObject("input_tokens_details"u8);
        writer.WriteNumber("cached_tokens"u8, CacheRead);
        if (CacheWrite > 0)
            writer.WriteNumber("cache_write_tokens"u8, CacheWrite);
        writer.WriteEndObject();
        writer.WriteNumber("output_tokens"u8, Output);
        writer.WriteStartObject("output_tokens_details"u8);
        writer.WriteNumber("reasoning_tokens"u8, Reasoning);
        writer.WriteEndObject();
        writer.WriteNumber("total_tokens"u8, Input + Output);
        writer.WriteEndObject();
    }
}
