namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>What an answer cost, in tokens. The classes are parts of the totals, as OpenAI counts.</summary>
/// <param name="Input">All tokens of the input.</param>
/// <param name="CacheRead">Those of them that were read from a cache.</param>
/// <param name="CacheWrite">Those of them that were written to a cache.</param>
/// <param name="Output">All tokens of the output.</param>
/// <param name="Reasoning">Those of them that were reasoning.</param>
internal readonly record struct TokenUsage(long Input, long CacheRead, long CacheWrite, long Output, long Reasoning);
