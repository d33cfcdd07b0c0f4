using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Pipeline;
using ModelScan.RoutingApi.Routing;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Endpoints;

/// <summary>The mode changes while the gateway runs.</summary>
public sealed class ModeSwitchTests
{
    private const string Body = """{"model":"gpt-4o","messages":[{"role":"user","content":"hi"}]}""";

    private static TestConfig Config(Uri plano, Uri provider, string mode, string more = "") => TestConfig.Empty
        .Default("openai/gpt-4o", provider, "sk-openai")
        .Routing($$"""mode: {{mode}}, proxy: { base_url: "{{plano}}" }{{more}}""");

    private static async Task<Answer> PutModeAsync(GatewayUnderTest gateway, string body)
    {
        using var response = await gateway.Client.PutAsync(new Uri("/admin/mode", UriKind.Relative), new StringContent(body, null, "application/json"));
        return await Answer.ReadAsync(response);
    }

    private static async Task<string> ModeOfAnswerAsync(GatewayUnderTest gateway, params (string, string)[] headers) =>
        (await gateway.PostAsync("/v1/chat/completions", Body, headers)).Headers["x-modelscan-mode"];

    [Fact]
    public async Task Put_SwitchesUntilDelete()
    {
        await using var mock = await RunningMock.StartAsync();
        await using var gateway = await GatewayUnderTest.StartAsync(Config(mock.Address, mock.Address, "policy"));
        Assert.Equal("policy", await ModeOfAnswerAsync(gateway));
        var switched = await PutModeAsync(gateway, """{"mode":"plano_proxy"}""");
        Assert.Equal(("plano_proxy", "policy", true), (switched.Json.GetProperty("mode").GetString(), switched.Json.GetProperty("configured").GetString(), switched.Json.GetProperty("commanded").GetBoolean()));
        Assert.Equal("plano_proxy", await ModeOfAnswerAsync(gateway));
        await gateway.Client.DeleteAsync(new Uri("/admin/mode", UriKind.Relative));
        Assert.Equal("policy", await ModeOfAnswerAsync(gateway));
    }

    [Theory]
    [InlineData("""{"mode":"turbo"}""", "mode: must be")]
    [InlineData("""{"mode":"plano_embedded"}""", "plano_embedded needs routing.embedded.config_path")]
    [InlineData("""{"mode":7}""", "mode: is required")]
    [InlineData("{", "Failed to parse JSON")]
    public async Task Put_OfNonsense_IsA400ThatSaysWhat(string body, string expected)
    {
        await using var mock = await RunningMock.StartAsync();
        await using var gateway = await GatewayUnderTest.StartAsync(Config(mock.Address, mock.Address, "direct"));
        var answer = await PutModeAsync(gateway, body);
        Assert.Equal(400, answer.Status);
        Assert.Contains(expected, answer.Text, StringComparison.Ordinal);
        Assert.Equal("direct", await ModeOfAnswerAsync(gateway));
    }

    [Fact]
    public async Task Header_ChoosesForOneRequest_WhereAllowed()
    {
        await using var mock = await RunningMock.StartAsync();
        await using var gateway = await GatewayUnderTest.StartAsync(Config(mock.Address, mock.Address, "policy", ", allow_mode_header: true"));
        Assert.Equal("direct", await ModeOfAnswerAsync(gateway, ("x-modelscan-mode", "direct")));
        Assert.Equal("plano_proxy", await ModeOfAnswerAsync(gateway, ("x-modelscan-mode", "plano_proxy")));
        Assert.Equal("policy", await ModeOfAnswerAsync(gateway));
    }

    [Theory]
    [InlineData(false, "direct", "routing.allow_mode_header")]
    [InlineData(true, "turbo", "must be policy, direct")]
    [InlineData(true, "plano_embedded", "routing.embedded.config_path")]
    public async Task Header_ThatCannotBeFollowed_IsA400(bool allowed, string mode, string expected)
    {
        await using var mock = await RunningMock.StartAsync();
        await using var gateway = await GatewayUnderTest.StartAsync(Config(mock.Address, mock.Address, "policy", allowed ? ", allow_mode_header: true" : ""));
        var answer = await gateway.PostAsync("/v1/messages", Body, ("x-modelscan-mode", mode));
        Assert.Equal(400, answer.Status);
        Assert.Contains(expected, answer.Json.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Environment_OverridesTheFile()
    {
        await using var mock = await RunningMock.StartAsync();
        await using var gateway = await GatewayUnderTest.StartAsync(Config(mock.Address, mock.Address, "policy"), "--Routing:Mode=direct");
        Assert.Equal("direct", await ModeOfAnswerAsync(gateway));
    }

    [Theory]
    [InlineData("plano_proxy", "plano_proxy")] // the file's new mode takes the command back
    [InlineData("policy", "direct")] // any other change leaves it
    public async Task ChangedFile_AfterACommand_LaterModeCounts(string modeInFile, string expected)
    {
        await using var mock = await RunningMock.StartAsync();
        await using var gateway = await GatewayUnderTest.StartAsync(Config(mock.Address, mock.Address, "policy"));
        await PutModeAsync(gateway, """{"mode":"direct"}""");
        var file = gateway.Services.GetRequiredService<ConfigFile>();
        await gateway.Services.GetRequiredService<CurrentSnapshot>().ReplaceAsync(file.Parse(Config(mock.Address, mock.Address, modeInFile, ", keep_alive: 5s")), default);
        Assert.Equal(expected, await ModeOfAnswerAsync(gateway));
    }

    [Fact]
    public async Task RunningStream_FinishesInTheModeItStartedIn()
    {
        var goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var plano = RawUpstream.Start(async request =>
        {
            await request.BeginChunkedAsync();
            await request.SendChunkAsync("data: 1\n\n");
            await goOn.Task;
            await request.SendChunkAsync("data: [DONE]\n\n");
            await request.EndChunkedAsync();
        });
        await using var gateway = await GatewayUnderTest.StartAsync(Config(plano.Address, plano.Address, "plano_proxy"));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = new StringContent(Body.Replace("{\"model", "{\"stream\":true,\"model", StringComparison.Ordinal), null, "application/json") };
        using var response = await gateway.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        var switched = await PutModeAsync(gateway, """{"mode":"direct"}""");
        var draining = switched.Json.GetProperty("serving").EnumerateArray().Single(entry => entry.GetProperty("draining").GetBoolean());
        Assert.Equal(("plano_proxy", 1), (draining.GetProperty("mode").GetString(), draining.GetProperty("requests").GetInt32()));
        goOn.SetResult();
        Assert.Equal("data: 1\n\ndata: [DONE]\n\n", await response.Content.ReadAsStringAsync());
        await Eventually.TrueAsync(() => gateway.Services.GetRequiredService<RouterSwitch>().Serving.All(entry => !entry.IsDraining), "the old mode to be freed");
    }

    [Fact]
    public async Task TwoHundredSwitches_UnderFiftyStreams_LoseNone()
    {
        const int Streams = 50;
        await using var mock = await RunningMock.StartAsync();
        await using var plano = await GatewayUnderTest.StartAsync(Config(mock.Address, mock.Address, "direct"));
        await using var gateway = await GatewayUnderTest.StartAsync(Config(plano.Client.BaseAddress!, mock.Address, "policy"));
        using var stop = new CancellationTokenSource();
        var answers = new ConcurrentBag<(string Mode, bool Whole)>();
        var streamed = Body.Replace("{\"model", "{\"stream\":true,\"model", StringComparison.Ordinal);
        var clients = Enumerable.Range(0, Streams).Select(_ => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                var answer = await gateway.PostAsync("/v1/chat/completions", streamed);
                answers.Add((answer.Headers["x-modelscan-mode"], answer.Status == 200 && answer.Text.EndsWith("data: [DONE]\n\n", StringComparison.Ordinal)));
            }
        })).ToArray();
        string[] modes = ["direct", "plano_proxy", "policy"];
        for (var i = 0; i < 200; i++)
        {
            var seen = answers.Count;
            Assert.Equal(200, (await PutModeAsync(gateway, $$"""{"mode":"{{modes[i % modes.Length]}}"}""")).Status);

            // Every mode gets to answer before the next one comes.
            await Eventually.TrueAsync(() => answers.Count > seen, "an answer after a switch");
        }

        await stop.CancelAsync();
        await Task.WhenAll(clients);
        Assert.All(answers, answer => Assert.True(answer.Whole));
        Assert.Equal(modes, answers.Select(answer => answer.Mode).Distinct().Order(StringComparer.Ordinal));
        Assert.Single(gateway.Services.GetRequiredService<RouterSwitch>().Serving);
    }
}
