using System.Globalization;

namespace ModelScan.RoutingApi.Configuration.Reading;

/// <summary>Reads <c>retry_policy</c> of an entry of <c>model_providers</c>.</summary>
internal static class RetryPolicyReader
{
    private const int MostMilliseconds = 60_000;

    public static RetryPolicyConfig? Read(ConfigMap provider)
    {
        if (provider.Map("retry_policy") is not { } map)
            return null;
        var standard = new RetryPolicyConfig();
        var policy = new RetryPolicyConfig
        {
            FallbackModels = map.Texts("fallback_models"),
            Default = new RetryRuleConfig([], Strategy(map, "default_strategy") ?? standard.Default.Strategy, Attempts(map, "default_max_attempts") ?? standard.Default.MaxAttempts),
        };
        policy = policy with
        {
            OnStatus = [.. map.Maps("on_status_codes").Select(rule => ReadRule(rule, policy.Default, hasCodes: true))],
            OnTimeout = map.Map("on_timeout") is { } timeout ? ReadRule(timeout, policy.Default, hasCodes: false) : null,
            Backoff = ReadBackoff(map),
        };
        map.RefuseOtherKeys();
        return policy;
    }

    /// <summary>Refuses models that stand in and are not there.</summary>
    public static void CheckNames(IReadOnlyList<ModelProviderReader.Entry> entries, ModelNames names)
    {
        foreach (var (provider, map, _) in entries)
        {
            foreach (var model in provider.Retry?.FallbackModels.Where(model => names.Find(model) is null) ?? [])
                map.Error("retry_policy", $"fallback_models: '{model}' is not among model_providers");
        }
    }

    private static RetryRuleConfig ReadRule(ConfigMap map, RetryRuleConfig standard, bool hasCodes)
    {
        var codes = hasCodes ? ReadCodes(map) : [];
        var rule = new RetryRuleConfig(codes, Strategy(map, "strategy") ?? standard.Strategy, Attempts(map, "max_attempts") ?? standard.MaxAttempts);
        map.RefuseOtherKeys();
        return rule;
    }

    // 429, or a range: "502-504".
    private static List<int> ReadCodes(ConfigMap map)
    {
        var codes = new List<int>();
        var written = map.Texts("codes");
        if (written.Count == 0)
            map.Error("codes", "at least one status is required");
        foreach (var text in written)
        {
            var ends = text.Split('-', 2);
            if (int.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out var first) && int.TryParse(ends[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var last)
                && first >= 400 && last is <= 599 && first <= last)
            {
                codes.AddRange(Enumerable.Range(first, last - first + 1));
            }
            else
            {
                map.Error("codes", $"'{text}' is no status from 400 to 599, nor a range of them");
            }
        }

        return codes;
    }

    private static RetryBackoffConfig? ReadBackoff(ConfigMap policy)
    {
        if (policy.Map("backoff") is not { } map)
            return null;
        RetryStrategy? applies = map.OneOf("apply_to", "same_model", "same_provider", "all_retries", "global") switch
        {
            "same_model" => RetryStrategy.SameModel,
            "same_provider" => RetryStrategy.SameProvider,
            _ => null,
        };
        var first = map.Whole("base_ms", 1, MostMilliseconds) ?? 100;
        var largest = map.Whole("max_ms", 1, MostMilliseconds) ?? 5000;
        if (first > largest)
            map.Error("base_ms", $"{first} is more than max_ms, {largest}");
        var backoff = new RetryBackoffConfig(applies, TimeSpan.FromMilliseconds(first), TimeSpan.FromMilliseconds(largest), map.Flag("jitter") ?? true);
        map.RefuseOtherKeys();
        return backoff;
    }

    private static RetryStrategy? Strategy(ConfigMap map, string key) => map.OneOf(key, "same_model", "same_provider", "different_provider") switch
    {
        "same_model" => RetryStrategy.SameModel,
        "same_provider" => RetryStrategy.SameProvider,
        "different_provider" => RetryStrategy.DifferentProvider,
        _ => null,
    };

    private static int? Attempts(ConfigMap map, string key) => map.Whole(key, 1, 10);
}
