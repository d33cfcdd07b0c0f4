using System.Text.Json;

namespace ModelScan.RoutingApi.Dialects.Usage;

/// <summary>Tokens of one answer as its provider reports them.</summary>
public readonly record struct TokenUsage
{
    /// <summary>Input.</summary>
    public long Input { get; init; }

    /// <summary>Output, reasoning included.</summary>
    public long Output { get; init; }

    /// <summary>Input that was read from the provider's prompt cache. OpenAI counts it in <see cref="Input"/>, Anthropic beside it.</summary>
    public long CacheRead { get; init; }

    /// <summary>Input that was written to the cache.</summary>
    public long CacheWrite { get; init; }

    /// <summary>Output that was reasoning.</summary>
    public long Reasoning { get; init; }

    /// <summary>
    /// Takes over what a <c>usage</c> object says and keeps what it does not say: Anthropic's streams give the input at their
    /// beginning and the output at their end.
    /// </summary>
    /// <param name="usage">The object, in the words of any of the formats.</param>
    public TokenUsage With(ReadOnlySpan<byte> usage)
    {
        var result = this;
        var total = 0L;
        var reader = new Utf8JsonReader(usage);
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType != JsonTokenType.PropertyName)
                    continue;
                if (reader.ValueTextEquals("prompt_tokens"u8) || reader.ValueTextEquals("input_tokens"u8))
                    result = result with { Input = Number(ref reader, result.Input) };
                else if (reader.ValueTextEquals("completion_tokens"u8) || reader.ValueTextEquals("output_tokens"u8))
                    result = result with { Output = Number(ref reader, result.Output) };
                else if (reader.ValueTextEquals("cached_tokens"u8) || reader.ValueTextEquals("cache_read_input_tokens"u8) || reader.ValueTextEquals("prompt_cache_hit_tokens"u8))
                    result = result with { CacheRead = Number(ref reader, result.CacheRead) };
                else if (reader.ValueTextEquals("cache_creation_input_tokens"u8) || reader.ValueTextEquals("cache_write_tokens"u8))
                    result = result with { CacheWrite = Number(ref reader, result.CacheWrite) };
                else if (reader.ValueTextEquals("total_tokens"u8))
                    total = Number(ref reader, total);
                else if (reader.ValueTextEquals("reasoning_tokens"u8) || reader.ValueTextEquals("thinking_tokens"u8))
                    result = result with { Reasoning = Number(ref reader, result.Reasoning) };
                else if (reader.CurrentDepth == 1)
                    result = result.WithConverse(ref reader);
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // A report that cannot be read is no report; the answer itself is none of this reader's business.
            return this;
        }

        return result with { Output = WithReasoning(result.Input, result.Output, result.Reasoning, total) };
    }

    /// <summary>The whole output: xAI and Gemini count reasoning beside it, which their total tells.</summary>
    /// <param name="input">Tokens of the input.</param>
    /// <param name="output">Tokens of the output, as the provider says.</param>
    /// <param name="reasoning">Tokens of the reasoning.</param>
    /// <param name="total">Tokens in all; 0 where the provider does not say.</param>
    internal static long WithReasoning(long input, long output, long reasoning, long total) =>
        reasoning > 0 && total == input + output + reasoning ? output + reasoning : output;

    // Converse. Its cacheDetails repeat a name inside, with other counts.
    private TokenUsage WithConverse(ref Utf8JsonReader reader)
    {
        if (reader.ValueTextEquals("inputTokens"u8))
            return this with { Input = Number(ref reader, Input) };
        if (reader.ValueTextEquals("outputTokens"u8))
            return this with { Output = Number(ref reader, Output) };
        if (reader.ValueTextEquals("cacheReadInputTokens"u8))
            return this with { CacheRead = Number(ref reader, CacheRead) };
        return reader.ValueTextEquals("cacheWriteInputTokens"u8) ? this with { CacheWrite = Number(ref reader, CacheWrite) } : this;
    }

    private static long Number(ref Utf8JsonReader reader, long otherwise)
    {
        reader.Read();
        return reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var number) && number >= 0 ? number : otherwise;
    }
}
