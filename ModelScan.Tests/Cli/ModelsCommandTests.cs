using ModelScan.Tests.Support;

namespace ModelScan.Tests.Cli;

public sealed class ModelsCommandTests : IDisposable
{
    private static readonly TestConfig Config = TestConfig.Empty
        .Default("openai/gpt-4o-mini")
        .Model("anthropic/claude-sonnet-4-20250514", key: null, more: "name: clever")
        .Model("openai/o1-mini")
        .Model("groq/*")
        .Alias("fast", "openai/gpt-4o-mini");

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Models_AreListedWithStateCapabilitiesAndPrices()
    {
        await using var feed = await HttpFeed.StartAsync("""{"openai/gpt-4o-mini": {"input_per_million": 0.15, "output_per_million": 0.6}}""");
        var run = await CommandRun.OfAsync("models", "--config", Write(feed.Address));
        Assert.Equal((0, ""), (run.Code, run.Error));
        var rows = run.Output.TrimEnd().Split('\n').Select(line => line.Split('\t')).ToArray();
        Assert.Equal(["model", "also called", "state", "takes", "context", "output tokens", "USD/M in", "USD/M out", "latency s"], rows[0]);
        Assert.Equal(["openai/gpt-4o-mini", "fast", "ready, default"], rows[1][..3]);
        Assert.Contains("images", rows[1][3], StringComparison.Ordinal);
        Assert.Equal(["0.15", "0.6", "-"], rows[1][6..]);
        Assert.Equal(["anthropic/claude-sonnet-4-20250514", "clever", "no key"], rows[2][..3]);
        Assert.DoesNotContain("images", rows[3][3], StringComparison.Ordinal);
        Assert.Equal(["groq/*", "", "every model of the provider"], rows[4][..3]);
    }

    [Fact]
    public async Task Source_ThatDoesNotAnswer_IsNoted()
    {
        var run = await CommandRun.OfAsync("models", "--config", Write(new Uri($"http://127.0.0.1:{FreePort.Find()}")));
        Assert.Equal(0, run.Code);
        Assert.Contains("note: no data of ", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AtATerminal_ATableIsDrawn() => Assert.Contains("╭", (await CommandRun.AtTerminalAsync("models", "--config", Write(new Uri("http://127.0.0.1:1")))).Output, StringComparison.Ordinal);

    [Fact]
    public async Task BrokenConfiguration_IsToldInOneLine() =>
        (await CommandRun.OfAsync("models", "--config", _folder.Write("broken.yaml", "routing: { mode: turbo }"))).FailedInOneLine(1, "routing.mode");

    public void Dispose() => _folder.Dispose();

    private string Write(Uri feed) => _folder.Write("modelscan.yaml", Config.Yaml($$"""model_metrics_sources: [{ type: cost_metrics, url: "{{feed}}" }]"""));
}
