namespace ModelScan.RoutingApi.UsageReports;

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
    /// beginning and the output at their end. A report that cannot be read is none.
    /// </summary>
    /// <param name="usage">The object, in the words of any of the formats.</param>
    public TokenUsage With(ReadOnlySpan<byte> usage)
    {
        var counts = new UsageCounts(Input, CacheRead, CacheWrite, Output, Reasoning, Total: 0);
        var reader = new Utf8JsonReader(usage);
        try
        {
            reader.Read();
            counts.Read(ref reader);
            reader.Read();
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return this;
        }

        return new TokenUsage { Input = counts.Input, Output = counts.WholeOutput, CacheRead = counts.CacheRead, CacheWrite = counts.CacheWrite, Reasoning = counts.Reasoning };
    }
}
