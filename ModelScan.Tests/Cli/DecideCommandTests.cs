using System.Globalization;
using System.Text.Json;
using ModelScan.RoutingApi.Cli;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Cli;

public sealed class DecideCommandTests : IDisposable
{
    private const string Prompt = "Write a Python function that implements binary search";
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Prompt_GetsTheRouteAndItsModels()
    {
        var run = await CommandRun.OfAsync("decide", Prompt, "--config", Config());
        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.Equal(["route: code", "models: openai/coder, openai/other", "decided by: embedded"], run.Output.TrimEnd().Split('\n')[..3]);
    }

    [Fact]
    public async Task Prompt_ShowsTheProbabilitiesAsBars()
    {
        var rows = (await CommandRun.OfAsync("decide", Prompt, "--config", Config())).Output.TrimEnd('\n').Split('\n')[4..].Select(line => line.Split('\t')).ToArray();
        Assert.Equal(("code", "(none)"), (rows[0][0], rows[^1][0]));
        Assert.Equal(1, rows.Sum(row => double.Parse(row[1], CultureInfo.InvariantCulture)), 0.01);
        Assert.True(rows[0][2].Length > rows[^1][2].Length);
    }

    [Theory]
    [InlineData(0.0, "")]
    [InlineData(1.0, "██████████████████████████████")]
    [InlineData(0.05, "█▌")]
    [InlineData(7.0, "██████████████████████████████")]
    public void Bar_Probability_IsAsLong(double probability, string bar) => Assert.Equal(bar, ProbabilityBars.Bar(probability));

    [Fact]
    public async Task Prompt_InSeveralWords_IsOne() =>
        Assert.Contains("route: code", (await CommandRun.OfAsync(["decide", "--config", Config(), .. Prompt.Split(' ')])).Output, StringComparison.Ordinal);

    [Fact]
    public async Task Prompt_OfNoRoute_NamesTheDefault() => Assert.Contains(
        "models: none (the model that a request names answers, else openai/other)",
        (await CommandRun.OfAsync("decide", "What is the capital of France?", "--config", Config())).Output, StringComparison.Ordinal);

    [Fact]
    public async Task Explain_ShowsScoresAndRanking()
    {
        var run = await CommandRun.OfAsync("decide", Prompt, "--explain", "--config", Config());
        Assert.Contains("route\tprobability\t\tcosine\tutility", run.Output, StringComparison.Ordinal);
        Assert.Contains("\nopenai/coder\t-\t-\t-\tas declared", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Explain_AtATerminal_DrawsTables()
    {
        var run = await CommandRun.AtTerminalAsync("decide", Prompt, "--explain", "--config", Config());
        Assert.Contains("╭", run.Output, StringComparison.Ordinal);
        Assert.Contains("as declared", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_IsWhatTheEndpointAnswers()
    {
        var config = Config();
        using var said = JsonDocument.Parse((await CommandRun.OfAsync("decide", Prompt, "--json", "--config", config)).Output);
        await using var gateway = await GatewayUnderTest.StartAsync(await File.ReadAllTextAsync(config));
        var answered = (await gateway.DecideAsync(Prompt)).Json;
        Assert.Equal(answered.EnumerateObject().Select(member => member.Name), said.RootElement.EnumerateObject().Select(member => member.Name));
        Assert.Equal(answered.GetProperty("models").GetRawText(), said.RootElement.GetProperty("models").GetRawText());
    }

    [Fact]
    public async Task BrokenConfiguration_IsToldInOneLine() =>
        (await CommandRun.OfAsync("decide", Prompt, "--config", Config("routing: { mode: turbo }"))).FailedInOneLine(1, "line 1: routing.mode: 'turbo' is not one of");

    public void Dispose() => _folder.Dispose();

    private string Config(string? text = null) => _folder.Write("modelscan.yaml", text ?? TestConfig.Empty
        .Model("openai/coder")
        .Default("openai/other")
        .Route("code", "generating new code, writing functions, or creating boilerplate", ["openai/coder", "openai/other"]));
}
