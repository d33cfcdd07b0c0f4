using System.Text.Json;
using ModelScan.RoutingApi.Dialects.Translation;

namespace ModelScan.RoutingApi.Dialects.OpenAiResponses;

/// <summary>
/// Reads the <c>usage</c> of a response: <c>{"input_tokens", "input_tokens_details": {"cached_tokens", "cache_write_tokens"},
/// "output_tokens", "output_tokens_details": {"reasoning_tokens"}}</c>.
/// </summary>
internal static class ResponsesUsageReader
{
    /// <summary>Reads the value after the property name at the reader's position; <see langword="null"/> where it is no object.</summary>
    public static TokenUsage? Read(ref Utf8JsonReader json)
    {
        json.Read();
        if (json.TokenType != JsonTokenType.StartObject)
        {
            json.Skip();
            return null;
        }

        var usage = default(TokenUsage);
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("input_tokens"u8))
                usage = usage with { Input = TokenCount.Read(ref json, usage.Input) };
            else if (json.ValueTextEquals("output_tokens"u8))
                usage = usage with { Output = TokenCount.Read(ref json, usage.Output) };
            else if (json.ValueTextEquals("input_tokens_details"u8) || json.ValueTextEquals("output_tokens_details"u8))
                ReadDetails(ref json, ref usage);
            else
                TokenCount.SkipValue(ref json);
        }

        return usage;
    }

    private static void ReadDetails(ref Utf8JsonReader json, ref TokenUsage usage)
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
                usage = usage with { CacheRead = TokenCount.Read(ref json, usage.CacheRead) };
            else if (json.ValueTextEquals("cache_write_tokens"u8))
                usage = usage with { CacheWrite = TokenCount.Read(ref json, usage.CacheWrite) };
            else if (json.ValueTextEquals("reasoning_tokens"u8))
                usage = usage with { Reasoning = TokenCount.Read(ref json, usage.Reasoning) };
            else
                TokenCount.SkipValue(ref json);
        }
    }
}
