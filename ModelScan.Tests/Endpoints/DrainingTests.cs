using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using ModelScan.RoutingApi.Configuration;
using ModelScan.Tests.Configuration;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Endpoints;

/// <summary>The orderly end: not ready at once, still serving for a while, then nothing new.</summary>
public sealed class DrainingTests
{
    private static TestConfig Config(string shutdown) => TestConfig.Direct.Default("openai/gpt-4o", key: null).Routing($"shutdown: {{ {shutdown} }}");

    [Fact]
    public async Task Stopping_IsNotReadyButStillServes_ForTheDelay()
    {
        var clock = new FakeTimeProvider();
        await using var gateway = await GatewayUnderTest.StartAsync(Config("delay: 20s, timeout: 5s"), services => services.AddSingleton<TimeProvider>(clock));
        Assert.Equal(200, await StatusAsync(gateway, "/health"));

        var stopped = StopAsync(gateway);
        await Eventually.TrueAsync(async () => await StatusAsync(gateway, "/health") == 503, "not ready");
        Assert.Equal((200, 200, 200), (await StatusAsync(gateway, "/alive"), await StatusAsync(gateway, "/healthz"), await StatusAsync(gateway, "/v1/models")));
        Assert.False(stopped.IsCompleted);

        clock.Advance(TimeSpan.FromSeconds(20));
        await stopped.WaitAsync(TimeSpan.FromSeconds(20));
        await Assert.ThrowsAsync<HttpRequestException>(() => StatusAsync(gateway, "/v1/models"));
    }

    [Theory]
    [InlineData("/v1/chat/completions", """{"model":"gpt-4o","stream":true,"messages":[{"role":"user","content":"hi"}]}""", "data: {\"error\":{")]
    [InlineData("/v1/messages", """{"model":"gpt-4o","stream":true,"max_tokens":9,"messages":[{"role":"user","content":"hi"}]}""", "event: error\ndata: {\"type\":\"error\",\"error\":{")]
    [InlineData("/v1/responses", """{"model":"groq/m","stream":true,"input":"hi"}""", "event: response.failed\ndata: {")]
    public async Task StreamThatIsCutAtTheEnd_EndsWithAnErrorOfItsFormat(string path, string body, string begins)
    {
        const string Event = "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"word \"},\"finish_reason\":null}]}\n\n";
        var clock = new FakeTimeProvider();
        await using var provider = RawUpstream.Start(async request =>
        {
            await request.BeginChunkedAsync();
            await request.SendChunkAsync(Event);
            await request.WaitForCloseAsync();
        });
        await using var gateway = await GatewayUnderTest.StartAsync(
            TestConfig.Direct.Default("openai/gpt-4o", provider.Address).Model("groq/m", $"{provider.Address}v1").Routing("shutdown: { timeout: 20s }"),
            services => services.AddSingleton<TimeProvider>(clock));
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json") };
        using var response = await gateway.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        var read = Answer.ReadTextAsync(response);

        var stopped = StopAsync(gateway);
        await Eventually.TrueAsync(async () => (await Record.ExceptionAsync(() => StatusAsync(gateway, "/healthz"))) is HttpRequestException, "it takes nothing new");
        Assert.False(read.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(19));

        var (text, isCut) = await read.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.True(isCut);
        Assert.Contains("word ", text, StringComparison.Ordinal);
        Assert.Contains(begins, text, StringComparison.Ordinal);
        Assert.Contains("the gateway is shutting down", text, StringComparison.Ordinal);
        await stopped.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task WholeAnswerThatIsCutAtTheEnd_IsA503()
    {
        var clock = new FakeTimeProvider();
        await using var provider = RawUpstream.Start(request => request.WaitForCloseAsync());
        await using var gateway = await GatewayUnderTest.StartAsync(ProxyConfig.At(provider.Address, "mode: direct, shutdown: { timeout: 20s }"), services => services.AddSingleton<TimeProvider>(clock));
        var asked = gateway.PostAsync("/v1/messages", """{"model":"gpt-4o","max_tokens":9,"messages":[{"role":"user","content":"hi"}]}""");
        await Eventually.TrueAsync(() => provider.Requests > 0, "the provider is asked");

        var stopped = StopAsync(gateway);
        await Eventually.TrueAsync(async () => (await Record.ExceptionAsync(() => StatusAsync(gateway, "/healthz"))) is HttpRequestException, "it takes nothing new");
        clock.Advance(TimeSpan.FromSeconds(19));

        var answer = await asked.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal(503, answer.Status);
        Assert.Contains("GatewayShutdown", answer.Text, StringComparison.Ordinal);
        await stopped.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task Timeout_IsTheHostsTogetherWithTheDelay()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(Config("delay: 7s, timeout: 40s"));

        Assert.Equal(TimeSpan.FromSeconds(47), gateway.Services.GetRequiredService<Microsoft.Extensions.Options.IOptions<HostOptions>>().Value.ShutdownTimeout);
    }

    [Fact]
    public async Task Timeout_OfTheHostsOwnSetting_Wins()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(Config("timeout: 40s"), "--shutdownTimeoutSeconds=9");

        Assert.Equal(TimeSpan.FromSeconds(9), gateway.Services.GetRequiredService<Microsoft.Extensions.Options.IOptions<HostOptions>>().Value.ShutdownTimeout);
    }

    [Theory]
    [InlineData("delay: 11m", "routing.shutdown.delay")]
    [InlineData("timeout: 0s", "routing.shutdown.timeout")]
    [InlineData("timeout: 3h", "routing.shutdown.timeout")]
    [InlineData("grace: 3s", "routing.shutdown.grace")]
    public void Configuration_ThatCannotBeMeant_IsRefused(string shutdown, string path)
    {
        var problem = Assert.Throws<InvalidConfigException>(() => ConfigText.Load(Config(shutdown)));
        Assert.Contains(problem.Errors, error => error.Path == path);
    }

    private static async Task<int> StatusAsync(GatewayUnderTest gateway, string path)
    {
        using var response = await gateway.Client.GetAsync(path);
        return (int)response.StatusCode;
    }

    private static async Task StopAsync(GatewayUnderTest gateway)
    {
        // As on SIGTERM: the signal first, then the host stops what it hosts.
        gateway.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        await gateway.Services.GetRequiredService<IHost>().StopAsync();
    }
}
