using System.Net;
using System.Text;
using ModelScan.RoutingApi.RequestLog.Records;
using ModelScan.Tests.Cli;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.RequestLog;

/// <summary>People say whether a route was right, and what they say becomes labelled prompts.</summary>
public sealed class FeedbackTests
{
    private static readonly TestConfig Config = TestConfig.Empty
        .Model("openai/gpt-4o")
        .CodeRoute("openai/gpt-4o")
        .Route("travel", "flights, hotels and itineraries", ["openai/gpt-4o"]);

    [Fact]
    public async Task Verdicts_BecomeExamplesThatEvalReads()
    {
        await using var gateway = await LoggedGateway.StartAsync(Config, null, "--RequestLog:DecisionInputs=text");
        var prompts = new[] { "Write a function that sorts a list", "Book me a flight to Rome", "Was ist das für ein „Ding“?", "left without a verdict", "wrong, and nobody knows what would be right" };
        var ids = new List<string>();
        foreach (var prompt in prompts)
            ids.Add((await gateway.Gateway.DecideAsync(prompt)).Headers["x-modelscan-request-id"]);
        Assert.Equal(HttpStatusCode.OK, await SayAsync(gateway, ids[0], """{"right": true}"""));
        Assert.Equal(HttpStatusCode.OK, await SayAsync(gateway, ids[1], """{"right": false, "route": "code"}"""));
        Assert.Equal(HttpStatusCode.OK, await SayAsync(gateway, ids[1], """{"right": false, "route": "travel"}"""));
        Assert.Equal(HttpStatusCode.OK, await SayAsync(gateway, ids[2], """{"right": false, "route": null}"""));
        Assert.Equal(HttpStatusCode.OK, await SayAsync(gateway, ids[4], """{"right": false}"""));

        var whole = await gateway.GetAsync($"/admin/requests/{ids[1]}");
        Assert.Equal("travel", whole.GetProperty("feedback").GetProperty("route").GetString());
        var lines = (await gateway.Gateway.Client.GetStringAsync(new Uri("/admin/requests/examples", UriKind.Relative))).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(
            ["{\"prompt\":\"Was ist das für ein „Ding“?\",\"route\":null}", "{\"prompt\":\"Book me a flight to Rome\",\"route\":\"travel\"}", "{\"prompt\":\"Write a function that sorts a list\",\"route\":\"code\"}"], lines);

        var items = gateway.Folder.Write("items.jsonl", string.Join('\n', lines));
        var run = await CommandRun.OfAsync("eval", "--items", items, "--config", gateway.Folder.Write("modelscan.yaml", Config));
        Assert.Contains("of 3", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"right": "yes"}""")]
    [InlineData("""{}""")]
    [InlineData("""{"right": false, "route": 1}""")]
    [InlineData("""{"right": false, "route": ""}""")]
    [InlineData("not json")]
    public async Task Verdict_ThatIsNone_IsRefused(string body)
    {
        await using var gateway = await LoggedGateway.StartAsync(Config);
        var record = SampleRecords.Draw(1)[0];
        gateway.Log.Add(record, null);
        Assert.Equal(HttpStatusCode.BadRequest, await SayAsync(gateway, record.Id.ToString(), body));
    }

    [Fact]
    public async Task Verdict_OnARequestThatIsNotThere_IsNotFound()
    {
        await using var gateway = await LoggedGateway.StartAsync(Config);
        Assert.Equal(HttpStatusCode.NotFound, await SayAsync(gateway, RequestId.Create(SampleRecords.Start).ToString(), """{"right": true}"""));
    }

    private static async Task<HttpStatusCode> SayAsync(LoggedGateway gateway, string id, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await gateway.Gateway.Client.PutAsync(new Uri($"/admin/requests/{id}/feedback", UriKind.Relative), content);
        return response.StatusCode;
    }
}
