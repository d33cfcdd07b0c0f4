namespace ModelScan.RoutingApi.UsageReports;

/// <summary>Tokens of one answer as its provider reports them.</summary>
public readonly record struct TokenUsage
{
    /// <summary>Input.</summary>
    public long Input { get; init; }

    /// <summary>Output, reasoning included.</summary>
    public long Output { get; init; }

    /// <summary>Input that was read from the provider's prompt cache: beside <see cref="Input"/> or in it (<see cref="CacheIsBeside"/>).</summary>
    public long CacheRead { get; init; }

    /// <summary>Input that was written to the cache.</summary>
    public long CacheWrite { get; init; }

    /// <summary>Output that was reasoning.</summary>
    public long Reasoning { get; init; }

    /// <summary>
    /// Whether what touched the cache stands beside <see cref="Input"/>, as Anthropic and Bedrock count, or in it, as OpenAI does. It follows from
    /// the format in which the provider answered, and not from the provider: several speak two.
    /// </summary>
    public bool CacheIsBeside { get; init; }

    /// <summary>Input with all that touched the cache.</summary>
    public long WholeInput => CacheIsBeside ? Input + CacheRead + CacheWrite : Input;

    /// <summary>Whether the answer ended before its provider had said how much it had written: then <see cref="Output"/> is less than that.</summary>
    public bool IsPartial { get; init; }

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
