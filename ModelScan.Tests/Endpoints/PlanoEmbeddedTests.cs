using ModelScan.Tests.Plano;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Endpoints;

/// <summary><c>routing.mode: plano_embedded</c> as clients see it, on a scripted engine; real ones are in <c>Integration/Plano</c>.</summary>
public sealed class PlanoEmbeddedTests : IDisposable
{
    private const string Body = """{"model":"gpt-4o","messages":[{"role":"user","content":"hi"}]}""";
    private readonly ScriptedEngine _engine = new();

    [SkippableFact]
    public async Task Healthy_RequestsReachTheContainerByteForByte()
    {
        byte[] seen = [];
        await using var plano = RawUpstream.Start(request =>
        {
            if (request.Body.Length > 0)
                seen = request.Body;
            return request.SendAsync(ProxyConfig.Ok);
        });
        await using var gateway = await StartAsync(plano.Address.Port);
        await UntilAsync(gateway, "healthy");
        var answer = await gateway.PostAsync("/v1/messages", Body);
        Assert.Equal((200, "plano_embedded", "plano"), (answer.Status, answer.Headers["x-modelscan-mode"], answer.Headers["x-modelscan-provider"]));
        Assert.Equal(Body, System.Text.Encoding.UTF8.GetString(seen));
        Assert.Matches("modelscan_plano_state\\{modelscan_plano_container=\"[^\"]+\",state=\"healthy\"\\} 1\n", await gateway.Client.GetStringAsync(new Uri("/metrics", UriKind.Relative)));
    }

    [SkippableTheory]
    [InlineData("", false)]
    [InlineData(", passthrough_auth: true", true)]
    public async Task ClientsCredential_ReachesOnlyAPlanoThatUsesIt(string provider, bool reaches)
    {
        var heads = "";
        await using var plano = RawUpstream.Start(request =>
        {
            heads += request.Head;
            return request.SendAsync(ProxyConfig.Ok);
        });
        _engine.Write("plano.yaml", $"version: v0.4.0\nlisteners: []\nmodel_providers: [{{ model: openai/gpt-4o{provider} }}]");
        await using var gateway = await StartAsync(plano.Address.Port);
        await UntilAsync(gateway, "healthy");
        await gateway.PostAsync("/v1/chat/completions", Body, ("Authorization", "Bearer sk-client"));
        Assert.Equal(reaches, heads.Contains("sk-client", StringComparison.Ordinal));
    }

    [SkippableTheory]
    [InlineData("fallback: false", "")]
    [InlineData("fallback: true", ", while_starting: unavailable")]
    public async Task Starting_WithoutFallback_IsA503WithRetryAfter(string routing, string embedded)
    {
        _engine.Write("info.hangs");
        await using var mock = await RunningMock.StartAsync();
        await using var gateway = await StartAsync(1, routing, embedded, mock.Address);
        var answer = await gateway.PostAsync("/v1/chat/completions", Body);
        Assert.Equal((503, "2", "plano_embedded"), (answer.Status, answer.Headers["Retry-After"], answer.Headers["x-modelscan-mode"]));
        Assert.Contains("its container is starting", answer.Text, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Starting_WithFallback_IsAnsweredDirectly()
    {
        _engine.Write("info.hangs");
        await using var mock = await RunningMock.StartAsync();
        await using var gateway = await StartAsync(1, "fallback: true", provider: mock.Address);
        var answer = await gateway.PostAsync("/v1/chat/completions", Body);
        Assert.Equal((200, "direct"), (answer.Status, answer.Headers["x-modelscan-mode"]));
        Assert.Contains("its container is starting", answer.Headers["x-modelscan-fallback"], StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Failing_GatewayIsHealthyAndSaysWhatIsWrong()
    {
        _engine.Write("info.fails", "the daemon sleeps");
        await using var gateway = await StartAsync(1);
        await UntilAsync(gateway, "degraded");
        var state = await Answer.ReadAsync(await gateway.Client.GetAsync(new Uri("/admin/plano", UriKind.Relative)));
        Assert.Contains("the daemon sleeps", state.Json.GetProperty("last_error").GetString(), StringComparison.Ordinal);
        var answer = await gateway.PostAsync("/v1/chat/completions", Body);
        Assert.Equal(("30", "ContainerFailed"), (answer.Headers["Retry-After"], answer.Json.GetProperty("error").GetProperty("code").GetString()));
        Assert.Equal("Degraded", await gateway.Client.GetStringAsync(new Uri("/health", UriKind.Relative)));
        Assert.Equal(200, (int)(await gateway.Client.GetAsync(new Uri("/healthz", UriKind.Relative))).StatusCode);
    }

    [SkippableFact]
    public async Task OtherMode_StartsNothing()
    {
        await using var mock = await RunningMock.StartAsync();
        await using var gateway = await StartAsync(1, mode: "direct", provider: mock.Address);
        var state = await Answer.ReadAsync(await gateway.Client.GetAsync(new Uri("/admin/plano", UriKind.Relative)));
        Assert.Equal("not_in_use", state.Json.GetProperty("status").GetString());
        Assert.Equal(200, (await gateway.PostAsync("/v1/chat/completions", Body)).Status);
        Assert.Empty(_engine.Calls);
    }

    [SkippableFact]
    public async Task ChangedFile_KeepsTheContainerUnlessItsSettingsChange()
    {
        await using var plano = RawUpstream.Start(ProxyConfig.Ok);
        await using var gateway = await StartAsync(plano.Address.Port);
        await UntilAsync(gateway, "healthy");
        await File.WriteAllTextAsync(gateway.ConfigPath, Config("plano_embedded", "fallback: false\n  keep_alive: 9s", "", null));
        await UntilAsync(gateway, "/admin/config", answer => answer.Contains("9s", StringComparison.Ordinal));
        Assert.Single(_engine.CallsOf("run"));
        await File.WriteAllTextAsync(gateway.ConfigPath, Config("plano_embedded", "fallback: false", ", max_restarts: 7", null));
        await Eventually.TrueAsync(() => _engine.CallsOf("run").Length == 2 && _engine.CallsOf("stop").Length == 1, "another container");
    }

    public void Dispose() => _engine.Dispose();

    private static Task UntilAsync(GatewayUnderTest gateway, string status) =>
        UntilAsync(gateway, "/admin/plano", answer => answer.Contains($"\"status\": \"{status}\"", StringComparison.Ordinal));

    private static Task UntilAsync(GatewayUnderTest gateway, string path, Func<string, bool> condition) =>
        Eventually.TrueAsync(async () => condition(await gateway.Client.GetStringAsync(new Uri(path, UriKind.Relative))), path);

    private Task<GatewayUnderTest> StartAsync(int planoPort, string routing = "fallback: false", string embedded = "", Uri? provider = null, string mode = "plano_embedded")
    {
        Skip.If(ScriptedEngine.WhyNot is not null, ScriptedEngine.WhyNot);
        _engine.Write("image");
        _engine.Write("port", planoPort.ToString(System.Globalization.CultureInfo.InvariantCulture));
        if (!File.Exists(Path.Combine(_engine.Folder, "plano.yaml")))
            _engine.Write("plano.yaml", PlanoRig.PlanoConfig);
        return GatewayUnderTest.StartAsync(Config(mode, routing, embedded, provider));
    }

    private TestConfig Config(string mode, string routing, string embedded, Uri? provider) => TestConfig.Empty
        .Default("openai/gpt-4o", provider ?? new Uri("http://127.0.0.1:1"), "sk-own")
        .Yaml($$"""
            routing:
              mode: {{mode}}
              {{routing}}
              embedded: { config_path: "{{Path.Combine(_engine.Folder, "plano.yaml")}}", engine: "{{_engine.Program}}"{{embedded}} }
            """);
}
