using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using ModelScan.RoutingApi.Decisions;
using ModelScan.RoutingApi.RequestLog.Records;
using ModelScan.RoutingApi.UsageReports;
using ModelScan.Tests.Cli;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.RequestLog;

/// <summary>Requests on record are decided again under another policy, over HTTP and on the command line, without anybody being asked.</summary>
public sealed class RedecisionTests
{
    private const string Prices = """{"openai/gpt-4o":{"input_per_million":10,"output_per_million":20},"openai/gpt-4o-mini":{"input_per_million":1,"output_per_million":2}}""";

    private static readonly string[] Prompts = ["Write a function that sorts a list", "Implement binary search in Python", "Book me a flight to Rome", "Find a hotel in Lisbon for two nights"];

    [Fact]
    public async Task Policy_WithAnotherModel_SaysWhatItWouldCost()
    {
        await using var prices = RawUpstream.Start(Http(Prices));
        await using var gateway = await StartAsync(prices);
        foreach (var (record, body) in Recorded(8))
            gateway.Log.Add(record, body);
        gateway.Log.Add(Recorded(1)[0].Record with { HasInput = false }, null);
        gateway.Log.Add(Recorded(1)[0].Record with { Operation = "count_tokens" }, null);

        var report = await RedecideAsync(gateway, Config(prices, "openai/gpt-4o-mini"));
        Assert.Equal((10, 8, 4, 0), (Number(report, "records"), Number(report, "decided"), Number(report, "other_models"), Number(report, "other_routes")));
        var cost = report.GetProperty("cost");
        Assert.Equal(8, Number(cost, "requests"));
        Assert.Equal(8 * 0.4m, cost.GetProperty("before_usd").GetDecimal());
        Assert.Equal((4 * 0.4m) + (4 * 0.04m), cost.GetProperty("after_low_usd").GetDecimal());
        Assert.Equal((4 * 0.4m) + (4 * 0.05m), cost.GetProperty("after_high_usd").GetDecimal());
        Assert.Equal([("code", "code", 4), ("travel", "travel", 4)], report.GetProperty("routes").EnumerateArray().Select(pair => (pair.GetProperty("from").GetString()!, pair.GetProperty("to").GetString()!, Number(pair, "requests"))).Order());
        Assert.Equal(["not on record", "nothing is decided"], report.GetProperty("undecidable").EnumerateArray().Select(problem => problem.GetProperty("reason").GetString()!).Select(reason => reason.Contains("not on record", StringComparison.Ordinal) ? "not on record" : reason[..18]).Order());
        Assert.Equal(4, report.GetProperty("changes").GetArrayLength());
    }

    [Fact]
    public async Task Policy_InForce_ChangesNothing()
    {
        await using var prices = RawUpstream.Start(Http(Prices));
        await using var gateway = await StartAsync(prices);
        foreach (var (record, body) in Recorded(8))
            gateway.Log.Add(record, body);
        var report = await RedecideAsync(gateway, null);
        Assert.Equal((8, 8, 0, 0), (Number(report, "records"), Number(report, "decided"), Number(report, "other_models"), Number(report, "other_routes")));
    }

    [Fact]
    public async Task Session_OfAPolicyThatHoldsIt_IsHeldInTheOrderOfItsRequests()
    {
        await using var prices = RawUpstream.Start(Http(Prices));
        await using var gateway = await StartAsync(prices);
        foreach (var (record, body) in Recorded(4))
            gateway.Log.Add(record with { Session = "s", SessionIsExplicit = true }, body);
        var report = await RedecideAsync(gateway, Config(prices, "openai/gpt-4o-mini"));

        // The first one is about code, and the session stays where it is, travel or not.
        Assert.Equal([("code", "code", 2), ("travel", "code", 2)], report.GetProperty("routes").EnumerateArray().Select(pair => (pair.GetProperty("from").GetString()!, pair.GetProperty("to").GetString()!, Number(pair, "requests"))).Order());
        Assert.Equal(4, Number(report, "other_models"));
    }

    [Fact]
    public async Task Policy_ThatIsWrong_IsRefusedWithItsErrors()
    {
        await using var prices = RawUpstream.Start(Http(Prices));
        await using var gateway = await StartAsync(prices);
        using var content = new StringContent(JsonSerializer.Serialize(new { policy = "version: v0.4.0\nmodle_providers: []" }), Encoding.UTF8, "application/json");
        using var response = await gateway.Gateway.Client.PostAsync(new Uri("/admin/requests/redecide", UriKind.Relative), content);
        var answer = await Answer.ReadAsync(response);
        Assert.Equal(400, answer.Status);
        Assert.Contains("did you mean 'model_providers'?", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Policy_ThatAsksARouterModel_DoesNotWithoutSayingSo()
    {
        await using var prices = RawUpstream.Start(Http(Prices));
        await using var gateway = await StartAsync(prices);
        foreach (var (record, body) in Recorded(4))
            gateway.Log.Add(record, body);
        await using var router = RawUpstream.Start(Http("{}"));
        var report = await RedecideAsync(gateway, Config(prices, "openai/gpt-4o").Routing($$"""classifier: { type: endpoint, base_url: "{{router.Address}}", model: m }"""));
        Assert.Equal((4, 0, 0), (Number(report, "decided"), Number(report, "other_models"), router.Requests));
        Assert.Contains("router model is not asked", report.GetProperty("notes")[0].GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cost>+5%", 0)]
    [InlineData("cost<-5%", 1)]
    [InlineData("models>40%", 1)]
    [InlineData("models>60%", 0)]
    [InlineData("undecidable>0", 0)]
    [InlineData("costs>5%", 2)]
    public async Task Simulate_DecidesAnExportAndFailsWhereAsked(string condition, int code)
    {
        await using var prices = RawUpstream.Start(Http(Prices));
        await using var gateway = await StartAsync(prices);
        foreach (var (record, body) in Recorded(8))
            gateway.Log.Add(record, body);
        var export = gateway.Folder.Write("log.ndjson", await gateway.Gateway.Client.GetStringAsync(new Uri("/admin/requests/export?inputs=true", UriKind.Relative)));
        var policy = gateway.Folder.Write("new.yaml", Config(prices, "openai/gpt-4o-mini"));
        var run = await CommandRun.OfAsync("simulate", "--policy", policy, "--records", export, "--fail-if", condition);
        Assert.True(code == run.Code, run.Output + run.Error);
        if (code != 2)
            Assert.Contains("cost: 3.2 USD then, 1.76 to 1.8 USD now", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Simulate_OfAFileThatIsNone_SaysWhichLine()
    {
        using var folder = new TemporaryFolder();
        var run = await CommandRun.OfAsync("simulate", "--policy", "x", "--records", folder.Write("log.ndjson", "\n{\"id\":\"no\"}\n"));
        Assert.Equal(2, run.Code);
        Assert.Contains("log.ndjson:2:", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Vectors_OnRecord_AreDecidedOnWithoutTheEncoder()
    {
        await using var prices = RawUpstream.Start(Http(Prices));
        string[] inputs;
        await using (var recording = await StartAsync(prices, "vectors"))
        {
            foreach (var prompt in Prompts)
                await DecideAsync(recording, prompt);
            await DecideAsync(recording, Prompts[0], "and one for trees");
            var rows = await recording.UntilAsync(rows => rows.Length == 5);
            var export = await recording.Gateway.Client.GetStringAsync(new Uri("/admin/requests/export?inputs=true", UriKind.Relative));
            inputs = [.. export.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("body").GetProperty("decision_input").GetString()!)];
        }

        Assert.All(inputs, input => Assert.Contains("\"vector\"", input, StringComparison.Ordinal));
        await using var gateway = await StartAsync(prices);
        var encoder = await gateway.Gateway.Services.GetRequiredService<ClassifierFactory>().EncoderAsync();
        Add(inputs[0]);
        await RedecideAsync(gateway, null); // encodes the routes, and the text by which encoders are told apart
        var encoded = encoder!.Encoded;
        Array.ForEach(inputs[1..], Add);
        Assert.Equal(5, Number(await RedecideAsync(gateway, null), "decided"));
        Assert.Equal(encoded, encoder.Encoded);

        void Add(string input)
        {
            var id = RequestId.Create(SampleRecords.Start);
            gateway.Log.Add(Recorded(1)[0].Record with { Id = id }, new RequestBody(id) { Input = input });
        }
    }

    [Fact]
    public async Task Vectors_OfAnotherEncoder_AreNotTaken()
    {
        await using var prices = RawUpstream.Start(Http(Prices));
        await using var gateway = await StartAsync(prices);
        var (record, _) = Recorded(1)[0];
        var vector = Convert.ToBase64String(new byte[768]);
        gateway.Log.Add(record, new RequestBody(record.Id) { Input = $$"""[{"text":"{{Prompts[0]}}","encoder":"00000000","vector":"{{vector}}"}]""" });
        var report = await RedecideAsync(gateway, null);
        Assert.Equal((1, 0), (Number(report, "decided"), Number(report, "other_routes")));
    }

    private static async Task DecideAsync(LoggedGateway gateway, params string[] turns)
    {
        using var content = new StringContent(JsonSerializer.Serialize(new { model = "openai/gpt-4o", messages = turns.Select(text => new { role = "user", content = text }) }), Encoding.UTF8, "application/json");
        using var response = await gateway.Gateway.Client.PostAsync(new Uri("/routing/v1/chat/completions", UriKind.Relative), content);
        Assert.True(response.IsSuccessStatusCode);
    }

    private static (RequestRecord Record, RequestBody Body)[] Recorded(int count) =>
    [
        .. Enumerable.Range(0, count).Select(number =>
        {
            var id = RequestId.Create(SampleRecords.Start.AddSeconds(number));
            var record = new RequestRecord(id)
            {
                RequestModel = "openai/gpt-4o",
                Model = "openai/gpt-4o",
                Provider = "openai",
                Mode = "policy",
                Route = number % 4 < 2 ? "code" : "travel",
                Usage = new TokenUsage { Input = 20_000, Output = 10_000 },
                Cost = new CostRecord(CostState.Priced) { Input = 0.2, Output = 0.2, PriceSource = "cost endpoint" },
                HasInput = true,
            };
            return (record, new RequestBody(id) { Input = $$"""[{"text":"{{Prompts[number % 4]}}"}]""" });
        }),
    ];

    private static async Task<JsonElement> RedecideAsync(LoggedGateway gateway, string? policy)
    {
        using var content = new StringContent(JsonSerializer.Serialize(new { policy }), Encoding.UTF8, "application/json");
        using var response = await gateway.Gateway.Client.PostAsync(new Uri("/admin/requests/redecide", UriKind.Relative), content);
        var answer = await Answer.ReadAsync(response);
        Assert.True(answer.Status == 200, answer.Text);
        return answer.Json;
    }

    private static int Number(JsonElement json, string name) => json.GetProperty(name).GetInt32();

    private static string Http(string body) => $"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {body.Length}\r\n\r\n{body}";

    private static async Task<LoggedGateway> StartAsync(RawUpstream prices, string inputs = "text")
    {
        var gateway = await LoggedGateway.StartAsync(Config(prices, "openai/gpt-4o"), null, $"--RequestLog:DecisionInputs={inputs}");
        await Eventually.TrueAsync(async () => (await gateway.Gateway.Client.GetStringAsync(new Uri("/metrics", UriKind.Relative))).Contains("modelscan_model_metrics_age_seconds{", StringComparison.Ordinal), "prices");
        return gateway;
    }

    private static TestConfig Config(RawUpstream prices, string coder) => TestConfig.Empty
        .Default("openai/gpt-4o")
        .Model("openai/gpt-4o-mini")
        .Route("code", "generating new code, writing functions, implementing algorithms", [coder])
        .Route("travel", "booking flights and hotels, planning trips", ["openai/gpt-4o"])
        .Yaml($$"""model_metrics_sources: [{ type: cost_metrics, url: "{{prices.Address}}" }]""");
}
