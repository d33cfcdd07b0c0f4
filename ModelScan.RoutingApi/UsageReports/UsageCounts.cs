
namespace ModelScan.RoutingApi.UsageReports;

/// <summary>
/// The counts of a <c>usage</c> object in the words of any format, as they are being read: those of a stream may come in several events, and
/// of a count that comes twice the last one holds.
/// </summary>
/// <remarks>
/// <code>
/// {"prompt_tokens": 9, "completion_tokens": 5, "total_tokens": 14, "prompt_tokens_details": {"cached_tokens": 4}, …}      Chat Completions
/// {"input_tokens": 9, "output_tokens": 5, "total_tokens": 14, "input_tokens_details": {"cached_tokens": 4}, …}           Responses
/// {"input_tokens": 5, "cache_read_input_tokens": 4, "output_tokens": 5, "output_tokens_details": {"thinking_tokens": 2}}  Messages
/// {"inputTokens": 5, "cacheReadInputTokens": 4, "outputTokens": 5}                                                        Converse
/// </code>
/// </remarks>
internal record struct UsageCounts(long Input, long CacheRead, long CacheWrite, long Output, long Reasoning, long Total)
{
    private enum Count
    {
        Input,
        CacheRead,
        CacheWrite,
        Output,
        Reasoning,
        Total,
    }

    private static readonly Utf8Names<Count> Names = new(
        ("prompt_tokens", Count.Input),
        ("completion_tokens", Count.Output),
        ("input_tokens", Count.Input),
        ("output_tokens", Count.Output),
        ("total_tokens", Count.Total),
        ("cached_tokens", Count.CacheRead), // in the details; Moonshot beside them
        ("prompt_cache_hit_tokens", Count.CacheRead), // DeepSeek
        ("cache_read_input_tokens", Count.CacheRead), // Anthropic, LiteLLM
        ("cache_creation_input_tokens", Count.CacheWrite), // Anthropic, LiteLLM
        ("cache_write_tokens", Count.CacheWrite), // OpenRouter
        ("cache_creation_tokens", Count.CacheWrite), // LiteLLM
        ("reasoning_tokens", Count.Reasoning),
        ("thinking_tokens", Count.Reasoning),
        ("inputTokens", Count.Input),
        ("outputTokens", Count.Output),
        ("cacheReadInputTokens", Count.CacheRead),
        ("cacheWriteInputTokens", Count.CacheWrite));

    /// <summary>Takes over what the value at the reader's position says.</summary>
    /// <returns>Whether it is an object with anything in it.</returns>
    public bool Read(scoped ref Utf8JsonReader json)
    {
        if (!json.Enters())
            return false;
        var hasCacheRead = false;
        return ReadMembers(ref json, ref hasCacheRead);
    }

    /// <summary>The totals where the counts of what touched a cache stand beside that of the input (Anthropic, Bedrock).</summary>
    public readonly TokenTotals WithCacheBeside() => new(Input + CacheRead + CacheWrite, CacheRead, CacheWrite, Output, Reasoning);

    /// <summary>The totals where all details are parts of them (OpenAI). Parts cannot be more than the whole, whatever a provider says.</summary>
    public readonly TokenTotals WithDetailsInside()
    {
        var read = Math.Min(CacheRead, Input);
        return new TokenTotals(Input, read, Math.Min(CacheWrite, Input - read), WholeOutput, Math.Min(Reasoning, WholeOutput));
    }

    /// <summary>The whole output: xAI and Gemini count reasoning beside it, which their total tells.</summary>
    public readonly long WholeOutput => Reasoning > 0 && Total == Input + Output + Reasoning ? Output + Reasoning : Output;

    private bool ReadMembers(scoped ref Utf8JsonReader json, scoped ref bool hasCacheRead)
    {
        var any = false;
        while (json.NextMember())
        {
            any = true;
            if (Names.TryFind(ref json, out var count))
                Set(count, json.Count(this[count]), ref hasCacheRead);
            else if (IsDetails(json.ValueSpan) && json.EntersValue())
                ReadMembers(ref json, ref hasCacheRead);
            else if (json.TokenType == JsonTokenType.PropertyName)
                json.SkipValue();
        }

        return any;
    }

    // prompt_tokens_details, output_tokens_details, …; what lies deeper elsewhere repeats names with other counts (Converse's cacheDetails).
    private static bool IsDetails(ReadOnlySpan<byte> name) => name.EndsWith("_tokens_details"u8);

    private readonly long this[Count count] => count switch
    {
        Count.Input => Input,
        Count.CacheRead => CacheRead,
        Count.CacheWrite => CacheWrite,
        Count.Output => Output,
        Count.Reasoning => Reasoning,
        _ => Total,
    };

    private void Set(Count count, long value, scoped ref bool hasCacheRead)
    {
        switch (count)
        {
            case Count.Input:
                Input = value;
                break;
            case Count.CacheRead:
                // Some say it under two names, and under one of them nothing.
                CacheRead = hasCacheRead ? Math.Max(CacheRead, value) : value;
                hasCacheRead = true;
                break;
            case Count.CacheWrite:
                CacheWrite = value;
                break;
            case Count.Output:
                Output = value;
                break;
            case Count.Reasoning:
                Reasoning = value;
                break;
            default:
                Total = value;
                break;
        }
    }
}
