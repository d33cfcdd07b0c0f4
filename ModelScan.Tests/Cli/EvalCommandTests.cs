using ModelScan.Tests.Support;

namespace ModelScan.Tests.Cli;

public sealed class EvalCommandTests : IDisposable
{
    private static readonly TestConfig Config = TestConfig.Empty
        .Model("openai/gpt-4o")
        .Route("code", "writing code", ["openai/gpt-4o"])
        .Route("travel", "flights, hotels and itineraries", ["openai/gpt-4o"]);

    private const string Items = """
        {"prompt": "Write a Python function that implements binary search", "route": "code", "lang": "en"}
        {"prompt": "Schreib mir eine Funktion, die eine Liste sortiert", "route": "code", "lang": "de"}
        {"prompt": "I need a hotel in Lisbon for two nights", "right": ["travel"], "lang": "en"}
        {"prompt": "What is the boiling point of mercury?", "route": null, "lang": "en"}
        {"prompt": "What is the boiling point of gold?", "right": ["code"], "lang": "en"}
        """;

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Items_AreScoredByRouteByLanguageAndByMistake()
    {
        var run = await RunAsync("eval", "--items", _folder.Write("items.jsonl", Items));

        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.Contains("right: 4 of 5 (80.0 %)", run.Output.Replace("80.0%", "80.0 %", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("\ncode\t3\t", run.Output, StringComparison.Ordinal);
        Assert.Contains("\nde\t1\t", run.Output, StringComparison.Ordinal);
        Assert.Contains("\ncode\t(none)\t1\tWhat is the boiling point of gold?", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0.8", 0)]
    [InlineData("0.81", 1)]
    public async Task FailUnder_SmallerShare_IsAFailure(string least, int code) =>
        Assert.Equal(code, (await RunAsync("eval", "--items", _folder.Write("items.jsonl", Items), "--fail-under", least)).Code);

    [Theory]
    [InlineData("""{"prompt": "x", "route": "cooking"}""", "items.jsonl:1: 'cooking' is not a route; there are code, travel")]
    [InlineData("""{"prompt": "x"}""", "items.jsonl:1: must be an object")]
    [InlineData("no json", "items.jsonl:1: must be an object")]
    [InlineData("", "there is no prompt in it")]
    public async Task WrongItems_AreToldInOneLine(string items, string saying) =>
        (await RunAsync("eval", "--items", _folder.Write("items.jsonl", items))).FailedInOneLine(1, saying);

    [Fact]
    public async Task Calibrate_FewPrompts_ShowsBeforeAndAfterAndWritesTheConstants()
    {
        var constants = Path.Combine(_folder.Path, "constants.json");

        var run = await RunAsync("calibrate", "--labels", _folder.Write("items.jsonl", Items), "--out", constants);

        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.Contains("now\t14.5791\t1.489\t1.3588\t", run.Output, StringComparison.Ordinal);
        Assert.Contains("fitted, cross-validated\t", run.Output, StringComparison.Ordinal);
        var config = Config.Routing($"classifier: {{ calibration: '{constants}' }}");
        var decided = await CommandRun.OfAsync("decide", "I need a hotel in Lisbon for two nights", "--config", _folder.Write("calibrated.yaml", config));
        Assert.Contains("route: travel", decided.Output, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private Task<CommandRun> RunAsync(params string[] args) => CommandRun.OfAsync([.. args, "--config", _folder.Write("modelscan.yaml", Config)]);
}
