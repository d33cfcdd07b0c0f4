using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Integration.Plano;

/// <summary>The whole gateway in mode <c>plano_embedded</c> on a real engine; the container's provider is the mock on this machine.</summary>
[Collection(RealEngineCollection.Name)]
public sealed class EmbeddedPlanoGatewayTests(RealEngine engine) : IDisposable
{
    private const string Body = """{"model":"gpt-4o","messages":[{"role":"user","content":"hi"}]}""";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("modelscan-embedded-gateway-");

    [SkippableFact]
    public async Task ChatCompletion_IsAnsweredThroughTheContainer()
    {
        engine.SkipIfMissing();
        await using var mock = await StartMockAsync();
        await using var gateway = await GatewayUnderTest.StartAsync(Config(mock), Hurry);
        await UntilHealthyAsync(gateway.Client);

        var answer = await gateway.PostAsync("/v1/chat/completions", Body);

        Assert.Equal((200, "plano_embedded", "plano"), (answer.Status, answer.Headers["x-modelscan-mode"], answer.Headers["x-modelscan-provider"]));
        Assert.Equal("assistant", answer.Json.GetProperty("choices")[0].GetProperty("message").GetProperty("role").GetString());
        using var client = new HttpClient();
        using var requests = JsonDocument.Parse(await client.GetStringAsync(new Uri($"http://127.0.0.1:{mock.Address.Port}/requests")));
        Assert.Equal("Bearer sk-embedded", Assert.Single(requests.RootElement.EnumerateArray()).GetProperty("headers").GetProperty("authorization").GetString());
    }

    [SkippableFact]
    public async Task Stream_IsAnsweredThroughTheContainer()
    {
        engine.SkipIfMissing();
        await using var mock = await StartMockAsync();
        await using var gateway = await GatewayUnderTest.StartAsync(Config(mock), Hurry);
        await UntilHealthyAsync(gateway.Client);
        var answer = await gateway.PostAsync("/v1/chat/completions", Body.Replace("{\"model", "{\"stream\":true,\"model", StringComparison.Ordinal));
        Assert.Equal((200, "plano_embedded"), (answer.Status, answer.Headers["x-modelscan-mode"]));
        Assert.EndsWith("data: [DONE]\n\n", answer.Text, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task ContainerKilled_RequestsAreAnsweredDirectlyUntilItIsBack()
    {
        engine.SkipIfMissing();
        await using var mock = await StartMockAsync();
        await using var gateway = await GatewayUnderTest.StartAsync(
            Config(mock, "fallback: true"), services => services.AddSingleton(RealContainer.Hurried with { Backoff = TimeSpan.FromSeconds(3) }));
        var name = (await UntilHealthyAsync(gateway.Client)).GetProperty("container_name").GetString()!;
        await engine.RunAsync("kill", name);

        var answer = await gateway.PostAsync("/v1/chat/completions", Body);
        Assert.Equal((200, "direct"), (answer.Status, answer.Headers["x-modelscan-mode"]));
        Assert.StartsWith("plano_embedded: ", answer.Headers["x-modelscan-fallback"], StringComparison.Ordinal);

        await UntilStateAsync(gateway.Client, state => state.GetProperty("status").GetString() == "healthy" && state.GetProperty("restarts").GetInt32() == 1);
        Assert.Equal("plano_embedded", (await gateway.PostAsync("/v1/chat/completions", Body)).Headers["x-modelscan-mode"]);
    }

    [SkippableFact]
    public async Task ModeSwitchedAway_ContainerIsRemoved()
    {
        engine.SkipIfMissing();
        await using var mock = await StartMockAsync();
        await using var gateway = await GatewayUnderTest.StartAsync(Config(mock), Hurry);
        var name = (await UntilHealthyAsync(gateway.Client)).GetProperty("container_name").GetString()!;
        await gateway.Client.PutAsync(new Uri("/admin/mode", UriKind.Relative), new StringContent("""{"mode":"direct"}""", null, "application/json"));
        await Eventually.TrueAsync(async () => !await engine.HasContainerAsync(name), "the container to be removed");
        Assert.Equal(200, (await gateway.PostAsync("/v1/chat/completions", Body)).Status);
    }

    [SkippableFact]
    public async Task TwoGateways_HaveContainersOfTheirOwn()
    {
        engine.SkipIfMissing();
        await using var mock = await StartMockAsync();
        await using var first = await GatewayUnderTest.StartAsync(Config(mock), Hurry);
        var one = await UntilHealthyAsync(first.Client);
        await using var second = await GatewayProcess.StartAsync(Config(mock));
        try
        {
            var other = await UntilHealthyAsync(second.Client);
            Assert.NotEqual(one.GetProperty("container_name").GetString(), other.GetProperty("container_name").GetString());
            Assert.NotEqual(one.GetProperty("address").GetString(), other.GetProperty("address").GetString());
            Assert.Equal(one.GetProperty("container_id").GetString(), (await StateAsync(first.Client)).GetProperty("container_id").GetString());
            Assert.Equal(200, (await first.PostAsync("/v1/chat/completions", Body)).Status);
            using var answer = await second.Client.PostAsync(new Uri("/v1/chat/completions", UriKind.Relative), new StringContent(Body, Encoding.UTF8, "application/json"));
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
        finally
        {
            await second.TerminateAsync();
        }
    }

    [SkippableFact]
    public async Task GatewayKilled_NextOneRemovesTheContainerItLeft()
    {
        engine.SkipIfMissing();
        await using var mock = await StartMockAsync();
        string left;
        await using (var killed = await GatewayProcess.StartAsync(Config(mock)))
            left = (await UntilHealthyAsync(killed.Client)).GetProperty("container_name").GetString()!;
        Assert.True(await engine.HasContainerAsync(left)); // disposing kills without a word

        await using var next = await GatewayProcess.StartAsync(Config(mock));
        var own = (await UntilHealthyAsync(next.Client)).GetProperty("container_name").GetString()!;
        Assert.False(await engine.HasContainerAsync(left));

        // Asked to end, it leaves nothing.
        Assert.Equal(0, await next.TerminateAsync());
        Assert.False(await engine.HasContainerAsync(own));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static Task<RunningMock> StartMockAsync() => RunningMock.StartAsync("--urls", "http://0.0.0.0:0");

    private static void Hurry(IServiceCollection services) => services.AddSingleton(RealContainer.Hurried);

    private static async Task<JsonElement> StateAsync(HttpClient gateway)
    {
        using var document = JsonDocument.Parse(await gateway.GetStringAsync(new Uri("/admin/plano", UriKind.Relative)));
        return document.RootElement.Clone();
    }

    private static Task<JsonElement> UntilHealthyAsync(HttpClient gateway) => UntilStateAsync(gateway, state => state.GetProperty("status").GetString() == "healthy");

    private static async Task<JsonElement> UntilStateAsync(HttpClient gateway, Func<JsonElement, bool> condition)
    {
        var state = default(JsonElement);
        await Eventually.TrueAsync(async () => condition(state = await StateAsync(gateway)), "the state of the Plano", Patience);
        return state;
    }

    private string Config(RunningMock mock, string routing = "fallback: false")
    {
        var plano = Path.Combine(_folder.FullName, "plano.yaml");
        File.WriteAllText(plano, PlanoText.WithProvider(engine.HostName, mock.Address.Port));
        return TestConfig.Empty.Default("openai/gpt-4o", $"http://127.0.0.1:{mock.Address.Port}", "sk-own").Yaml($$"""
            routing:
              mode: plano_embedded
              {{routing}}
              embedded: { config_path: "{{plano}}", image: "{{engine.Image}}", pull: never, health_interval: 200ms, env: { OPENAI_API_KEY: sk-embedded } }
            """);
    }
}
