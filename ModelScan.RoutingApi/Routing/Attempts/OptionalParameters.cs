using System.Collections.Frozen;
using ModelScan.RoutingApi.Dialects;

namespace ModelScan.RoutingApi.Routing.Attempts;

/// <summary>
/// The members of a request without which it still asks the same: how to sample, how hard to think, how to account and to cache. When a
/// provider refuses one of them, the request is sent once more without it.
/// </summary>
internal static class OptionalParameters
{
    private static readonly FrozenSet<string> Names = FrozenSet.ToFrozenSet(
        [
            "temperature", "top_p", "top_k", "min_p", "top_a", "seed", "frequency_penalty", "presence_penalty", "repetition_penalty", "logit_bias", "logprobs", "top_logprobs",
            "reasoning_effort", "reasoning", "verbosity", "thinking", "output_config", "enable_thinking", "parallel_tool_calls", "stream_options",
            "user", "safety_identifier", "metadata", "store", "service_tier", "prompt_cache_key", "prompt_cache_retention", "prompt_cache_options", "prediction",
            "truncation", "include", "context_management", "client_metadata", RefusedThoughts.Name,
        ],
        StringComparer.Ordinal);

    /// <summary>The top-level member that a refused parameter (<c>top_k</c>, <c>reasoning.effort</c>) belongs to, if it may be left out; else <see langword="null"/>.</summary>
    public static string? MemberOf(string? parameter)
    {
        if (parameter is null)
            return null;
        var end = parameter.AsSpan().IndexOfAny('.', '[');
        var member = end < 0 ? parameter : parameter[..end];
        return Names.TryGetValue(member, out var known) ? known : null;
    }
}
