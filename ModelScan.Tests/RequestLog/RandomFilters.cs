using System.Globalization;

namespace ModelScan.Tests.RequestLog;

/// <summary>Filters of one to four conditions about what <see cref="SampleRecords"/> draws.</summary>
internal static class RandomFilters
{
    private static readonly Func<Random, string>[] Conditions =
    [
        random => $"route:{Pick(random, "code_generation", "complex_reasoning,data_analysis", "none", "*_*", "nothing")}",
        random => $"model:{Pick(random, "openai/*", "anthropic/claude-sonnet-4-20250514", "*4o*", "groq/*,google/*")}",
        random => $"asked:{Pick(random, "openai/gpt-4o", "*mini", "groq/*")}",
        random => $"provider:{Pick(random, "openai", "anthropic,groq", "nobody")}",
        random => $"state:{Pick(random, "completed", "failed,aborted", "refused")}",
        random => $"status:{Pick(random, "200", "5xx", ">=400", "404,499")}",
        random => $"price:{Pick(random, "priced", "unknown", "none")}",
        random => $"key:{Pick(random, "key-aaaaaaaaaaaa", "none", "key-*")}",
        random => $"client:{Pick(random, "claude-cli", "*cli*")}",
        random => $"session:implicit:*{random.Next(10)}",
        random => $"error:{Pick(random, "UpstreamTimeout", "*failed", "none")}",
        random => string.Create(CultureInfo.InvariantCulture, $"duration:>{random.Next(3000)}ms"),
        random => string.Create(CultureInfo.InvariantCulture, $"ttft:<{random.Next(900)}ms"),
        random => string.Create(CultureInfo.InvariantCulture, $"cost:>{random.NextDouble() / 50:0.####}"),
        random => string.Create(CultureInfo.InvariantCulture, $"turn:>{random.Next(40)}"),
        random => string.Create(CultureInfo.InvariantCulture, $"confidence:<{random.NextDouble():0.##}"),
        random => string.Create(CultureInfo.InvariantCulture, $"tokens_in:>{random.Next(15000)}"),
        random => $"{Pick(random, "stream", "pinned", "switched", "fallback")}:{Pick(random, "true", "false")}",
        random => $"tag.team:{Pick(random, "search", "ads", "*")}",
        random => Pick(random, "cheapest", "sonnet", "UpstreamTimeout", "nothing-like-it"),
    ];

    public static string Draw(Random random) => string.Join(' ', Enumerable.Range(0, random.Next(1, 5)).Select(_ => $"{(random.Next(4) == 0 ? "-" : "")}{random.GetItems(Conditions, 1)[0](random)}"));

    private static string Pick(Random random, params string[] choices) => random.GetItems(choices, 1)[0];
}
