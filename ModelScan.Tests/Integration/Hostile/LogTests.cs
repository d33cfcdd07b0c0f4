using ModelScan.Tests.Endpoints;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Integration.Hostile;

/// <summary>What a client or a provider writes cannot become a line of the log, or move a terminal's cursor.</summary>
public sealed class LogTests
{
    private const string Said = """{"error":{"message":"no luck\n2026-01-01T00:00:00.000Z 200 forged\r\u001b[2J\u009b31m","code":502}}""";

    [Fact]
    public async Task WordsOfAProvider_AreShownAsWhatTheyAre()
    {
        await using var first = RawUpstream.Start($"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {Said.Length}\r\n\r\n{Said}");
        await using var second = RawUpstream.Start(ProxyConfig.Ok);
        await using var gateway = await GatewayProcess.StartAsync(ProxyConfig.Chain(first.Address, second.Address));
        using var content = new StringContent(ProxyConfig.CodePrompt, System.Text.Encoding.UTF8, "application/json");
        using var answer = await gateway.Client.PostAsync("/v1/chat/completions", content);
        Assert.Equal(200, (int)answer.StatusCode);

        await Eventually.TrueAsync(() => gateway.Output.Contains("no luck", StringComparison.Ordinal), "the log says why");
        var lines = gateway.Output.Split('\n');
        Assert.Contains(lines, line => line.Contains(@"no luck\n2026-01-01T00:00:00.000Z 200 forged\r\u001b[2J\u009b31m", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => line.StartsWith("2026-01-01T00:00:00.000Z", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ModelName_WithControlCharacters_StartsNoLine()
    {
        await using var provider = RawUpstream.Start(ProxyConfig.Ok);
        await using var gateway = await GatewayProcess.StartAsync(TestConfig.Direct.Model("groq/*", $"{provider.Address}v1"));
        using var content = new StringContent("""{"model":"groq/a\r\nforged \u001b[2J\u009b31m","messages":[{"role":"user","content":"hi"}]}""", System.Text.Encoding.UTF8, "application/json");
        using var answer = await gateway.Client.PostAsync("/v1/chat/completions", content);

        await Eventually.TrueAsync(() => gateway.Output.Contains("forged", StringComparison.Ordinal), "the log has a line of it");
        Assert.DoesNotContain(gateway.Output, character => character is '\u001b' or '\u009b' or '\r');
        Assert.DoesNotContain(gateway.Output.Split('\n'), line => line.StartsWith("forged", StringComparison.Ordinal));
    }
}
