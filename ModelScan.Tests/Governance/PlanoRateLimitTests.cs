namespace ModelScan.Tests.Governance;

/// <summary>Plano's <c>ratelimits</c> (vectors L9, L10, L12): tokens of input, by header and value.</summary>
public sealed class PlanoRateLimitTests
{
    [Fact]
    public async Task Limit_IsOfTheSelectedHeadersValue_AndOfNobodyElse()
    {
        await using var rig = await StartAsync("gpt-4o", 150, "minute");
        (string, string)[] a = [("x-arch-ratelimit-selector", "x-user"), ("x-user", "a")];
        Assert.Equal(200, (await rig.AskAsync(null, headers: a)).Status);
        var refused = await rig.AskAsync(null, headers: a, body: GovernedGateway.Body("openai/gpt-4o", text: string.Join(' ', Enumerable.Repeat("word", 60))));
        Assert.Equal((429, "rate_limit_exceeded"), (refused.Status, refused.Json.GetProperty("error").GetProperty("code").GetString()));
        Assert.Equal(200, (await rig.AskAsync(null, headers: ("x-user", "b"))).Status);
        Assert.Equal(200, (await rig.AskAsync(null)).Status);
    }

    [Fact]
    public async Task Request_LargerThanTheLimit_IsRefused()
    {
        await using var rig = await StartAsync("gpt-4o", 200, "hour");
        var refused = await rig.AskAsync(null, headers: ("x-user", "a"), body: GovernedGateway.Body("openai/gpt-4o", text: string.Join(' ', Enumerable.Repeat("word", 5000))));
        Assert.Equal(429, refused.Status);
        Assert.Contains("it never fits", refused.Text, StringComparison.Ordinal);
        Assert.Empty(rig.Seen);
    }

    [Fact]
    public async Task Output_IsNotCounted()
    {
        await using var rig = await StartAsync("gpt-4o", 1000, "day");
        await rig.AskAsync(null, headers: ("x-user", "a"));
        Assert.Equal(100, (await rig.UseAsync("ratelimits-0", "a")).Used);
    }

    // Plano knows the bare id alone.
    [Theory]
    [InlineData("gpt-4o", "openai/gpt-4o", 429)]
    [InlineData("openai/gpt-4o", "openai/gpt-4o", 429)]
    [InlineData("gpt-4o", "openai/gpt-4o-mini", 200)]
    public async Task Model_IsMeantByItsIdOrItsWholeName(string limited, string asked, int second)
    {
        await using var rig = await StartAsync(limited, 100, "day");
        await rig.AskAsync(null, asked, headers: ("x-user", "a"));
        Assert.Equal(second, (await rig.AskAsync(null, asked, headers: ("x-user", "a"))).Status);
    }

    private static Task<GovernedGateway> StartAsync(string model, int tokens, string unit) => GovernedGateway.StartAsync(
        "metrics: open", more: $"ratelimits: [{{ model: {model}, selector: {{ key: x-user, value: a }}, limit: {{ tokens: {tokens}, unit: {unit} }} }}]");
}
