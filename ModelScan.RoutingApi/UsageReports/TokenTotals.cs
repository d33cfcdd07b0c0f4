namespace ModelScan.RoutingApi.UsageReports;

/// <summary>
/// What an answer cost, in tokens, the same in all translations: totals, of which the other counts are parts. (What a provider reports
/// need not add up so: Anthropic counts cached input beside the input.)
/// </summary>
/// <param name="Input">All tokens of the input.</param>
/// <param name="CacheRead">Those of them that were read from a cache.</param>
/// <param name="CacheWrite">Those of them that were written to a cache.</param>
/// <param name="Output">All tokens of the output.</param>
/// <param name="Reasoning">Those of them that were reasoning.</param>
internal readonly record struct TokenTotals(long Input, long CacheRead, long CacheWrite, long Output, long Reasoning);
