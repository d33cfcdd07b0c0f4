using System.Text.Json;
using ModelScan.RoutingApi.Cli;
using ModelScan.Tests.RequestLog;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Cli;

/// <summary><c>modelscan logs</c>, asked of a gateway whose provider does not answer: what is on record are failures.</summary>
public sealed class LogsCommandTests
{
    private static readonly TestConfig Config = TestConfig.Direct
        .Default("openai/gpt-4o", "http://127.0.0.1:1/v1")
        .Model("openai/gpt-4o-mini", "http://127.0.0.1:1/v1");

    [Fact]
    public async Task Logs_OfAGateway_AreItsRequests_TheLatestLast()
    {
        await using var gateway = await LoggedGateway.StartAsync(Config);
        await AskAsync(gateway, "openai/gpt-4o", "openai/gpt-4o-mini", "openai/gpt-4o");
        await gateway.UntilAsync(rows => rows.Length == 3);

        var run = await CommandRun.OfAsync("logs", "--gateway", Address(gateway), "-n", "2");

        var lines = run.Output.TrimEnd().Split('\n').Select(line => line.TrimEnd('\r').Split('\t')).ToArray();
        Assert.Equal((0, "", 3), (run.Code, run.Error, lines.Length));
        Assert.Equal(["time", "state", "asked"], lines[0][..3]);
        Assert.Equal(["failed 502", "openai/gpt-4o-mini"], lines[1][1..3]);
        Assert.Equal(["failed 502", "openai/gpt-4o"], lines[2][1..3]);
    }

    [Fact]
    public async Task Logs_WithAFilter_AreThoseThatMatch_AsJsonALineEach()
    {
        await using var gateway = await LoggedGateway.StartAsync(Config);
        await AskAsync(gateway, "openai/gpt-4o", "openai/gpt-4o-mini");
        await gateway.UntilAsync(rows => rows.Length == 2);

        var run = await CommandRun.OfAsync("logs", "--gateway", Address(gateway), "--json", "--filter", "model:openai/gpt-4o-mini");

        using var row = JsonDocument.Parse(Assert.Single(run.Output.TrimEnd().Split('\n')));
        Assert.Equal("openai/gpt-4o-mini", row.RootElement.GetProperty("request_model").GetString());
    }

    [Fact]
    public async Task Logs_Followed_GoOnWithWhatIsRecordedMeanwhile_EachOnce()
    {
        await using var gateway = await LoggedGateway.StartAsync(Config);
        await AskAsync(gateway, "openai/gpt-4o");
        await gateway.UntilAsync(rows => rows.Length == 1);
        await using var output = new StringWriter();
        await using var error = new StringWriter();
        var shown = TextWriter.Synchronized(output);
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(60));

        var command = CommandLine.RunAsync(["logs", "-f", "--json", "--gateway", Address(gateway)], new CommandOutput(shown, error), stop.Token);
        await Eventually.TrueAsync(() => Lines(output) == 1, "the request before");
        await AskAsync(gateway, "openai/gpt-4o-mini");
        await Eventually.TrueAsync(() => Lines(output) == 2, "the request meanwhile");
        await stop.CancelAsync();
        Assert.Equal(0, await command);

        var ids = output.ToString().TrimEnd().Split('\n').Select(line => JsonDocument.Parse(line).RootElement.GetProperty("id").GetString()).ToArray();
        Assert.Equal(2, ids.Distinct().Count());
        Assert.Equal("", error.ToString());
    }

    [Fact]
    public async Task Logs_WithAFilterThatIsWrong_FailInOneLine_ThatSaysWhere()
    {
        await using var gateway = await LoggedGateway.StartAsync(Config);
        (await CommandRun.OfAsync("logs", "--gateway", Address(gateway), "--filter", "cost:>much")).FailedInOneLine(1, "cost");
    }

    [Fact]
    public async Task Logs_WhereNobodyListens_FailInOneLine()
    {
        var port = FreePort.Find();
        (await CommandRun.OfAsync("logs", "--gateway", $"http://127.0.0.1:{port}")).FailedInOneLine(1, "no gateway answers");
    }

    private static string Address(LoggedGateway gateway) => gateway.Gateway.Client.BaseAddress!.ToString();

    // A writer that somebody writes to must not be read in the middle of a line.
    private static int Lines(StringWriter output) => output.ToString().Count(character => character == '\n');

    private static async Task AskAsync(LoggedGateway gateway, params string[] models)
    {
        foreach (var model in models)
            Assert.Equal(502, (await gateway.Gateway.PostAsync("/v1/chat/completions", GatewayUnderTest.Chat("hi", model))).Status);
    }
}
