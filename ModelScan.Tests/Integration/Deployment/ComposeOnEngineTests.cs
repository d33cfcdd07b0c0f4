using System.Globalization;
using System.Text;
using ModelScan.Tests.Integration.Plano;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Integration.Deployment;

/// <summary>
/// <c>deploy/compose.yaml</c> run by podman-compose: the published image of the gateway, and this machine's own Redis, Prometheus and mock in
/// place of images that cannot be fetched.
/// </summary>
[Collection("container engine")]
public sealed class ComposeOnEngineTests(PublishedImage image) : IClassFixture<PublishedImage>, IAsyncLifetime, IDisposable
{
    private static readonly string[] Networks = ["front", "back", "out"];

    private readonly TemporaryFolder _folder = new();
    private readonly string _project = $"mscompose{Environment.ProcessId}";
    private readonly int _port = FreePort.Find();

    private RealEngine Engine => image.Engine;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (Engine.WhyNot is null && Command.Exists("podman-compose"))
        {
            foreach (var id in (await Engine.RunAsync("ps", "--all", "--quiet", "--filter", $"label=com.docker.compose.project={_project}")).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
                await Engine.RunAsync("rm", "--force", "--volumes", "--time", "1", id);
            foreach (var volume in (await Engine.RunAsync("volume", "ls", "--quiet", "--filter", $"label=com.docker.compose.project={_project}")).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
                await Engine.RunAsync("volume", "rm", "--force", volume);
            foreach (var network in Networks)
                await Engine.RunAsync("network", "rm", "--force", $"{_project}_{network}");
        }
    }

    public void Dispose() => _folder.Dispose();

    [SkippableFact]
    public async Task Demo_IsHealthy_Answers_AndComesBackAfterARestart()
    {
        Engine.SkipIfMissing();
        RecordedCompose.SkipIfMissing();
        Skip.IfNot(Engine.Program.EndsWith("podman", StringComparison.Ordinal), "podman-compose speaks to Podman");
        string[] programs = ["/usr/bin/redis-server", "/usr/bin/redis-cli", "/usr/bin/prometheus", "/usr/bin/wget"];
        Skip.IfNot(Array.TrueForAll(programs, File.Exists), "redis-server, prometheus or wget is not on this machine");
        var environment = await ImagesAsync();

        (await ComposeAsync(environment, "up", "-d", "--no-build", "gateway", "metrics-mock")).Succeeded();
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{_port}"), Timeout = TimeSpan.FromSeconds(30) };
        await UntilAsync(async () => await StatusAsync(client, "/health") == 200, "the gateway is healthy");
        await NamesAreAnsweredAsync();

        var answer = await AskAsync(client, "/v1/chat/completions");
        Assert.True(answer.Status == 200, answer.Text);
        Assert.Equal("code_generation", answer.Headers["x-modelscan-route"]);
        foreach (var service in (string[])["gateway", "redis", "prometheus"])
            await UntilAsync(async () => (await Engine.RunAsync("healthcheck", "run", await ContainerAsync(service))).Succeeded, $"{service} is healthy by its own check");
        await UntilAsync(async () => (await InAsync("redis", "redis-cli", "--scan")).Contains("plano:affinity:", StringComparison.Ordinal), "the session is in Redis");
        await UntilAsync(
            async () => (await InAsync("prometheus", "wget", "-q", "-O", "-", "http://127.0.0.1:9090/api/v1/query?query=up")).Contains("""
                "job":"modelscan"},"value"
                """, StringComparison.Ordinal), "Prometheus knows the gateway");
        await UntilAsync(async () => (await InAsync("gateway", "/bin/sh", "-c", "[ -s /home/app/requests.db ] && echo written")) == "written", "the log lies in the volume");

        Assert.Equal("true", (await Engine.RunAsync("network", "inspect", "--format", "{{.Internal}}", $"{_project}_back")).Output);
        await RewriteAsync("name: code_generation", "name: coding");
        await UntilAsync(async () => (await AskAsync(client, "/routing/v1/chat/completions")).Route == "coding", "the changed file is in force");

        (await ComposeAsync(environment, "restart", "-t", "60", "gateway")).Succeeded();
        await UntilAsync(async () => await StatusAsync(client, "/health") == 200, "the gateway is healthy again");
        await NamesAreAnsweredAsync();
        Assert.Equal(200, (await AskAsync(client, "/v1/messages")).Status);
        Assert.Equal("0", (await Engine.RunAsync("container", "inspect", "--format", "{{.State.ExitCode}}", await ContainerAsync("gateway"))).Output);

        (await ComposeAsync(environment, "down", "-t", "60")).Succeeded();
        Assert.Equal("", (await Engine.RunAsync("ps", "--quiet", "--filter", $"label=com.docker.compose.project={_project}")).Output);
    }

    private async Task<(string Name, string Value)[]> ImagesAsync()
    {
        var tag = $"test-{Environment.ProcessId}";
        var (redis, prometheus, mock) = ($"localhost/modelscan-redis:{tag}", $"localhost/modelscan-prometheus:{tag}", $"localhost/modelscan-mock:{tag}");
        await Engine.MakeAsync(redis, tar => MachineImage.WriteAsync(tar, ["/usr/bin/redis-server", "/usr/bin/redis-cli"], CancellationToken.None), "ENV PATH=/usr/bin:/bin");
        await Engine.MakeAsync(prometheus, tar => MachineImage.WriteAsync(tar, ["/usr/bin/prometheus", "/usr/bin/wget"], CancellationToken.None), "ENV PATH=/usr/bin:/bin", """ENTRYPOINT ["/usr/bin/prometheus"]""");
        await Engine.MakeAsync(
            mock, tar => GatewayImage.WriteProgramAsync(tar, "ModelScan.MetricsMock", CancellationToken.None), "ENV DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1",
            $"""ENTRYPOINT ["/{GatewayImage.DotNet}/dotnet", "/app/ModelScan.MetricsMock.dll"]""");
        return
        [
            ("GATEWAY_IMAGE", image.Name), ("REDIS_IMAGE", redis), ("PROMETHEUS_IMAGE", prometheus), ("MOCK_IMAGE", mock),
            ("GATEWAY_PORT", _port.ToString(CultureInfo.InvariantCulture)), ("MOCK_PROVIDERS", "http://metrics-mock:8080"),
            ("OPENAI_API_KEY", ""), ("ANTHROPIC_API_KEY", ""), ("GEMINI_API_KEY", ""),
        ];
    }

    // As editors do: a new file in the place of the old one.
    private async Task RewriteAsync(string before, string after)
    {
        var file = Path.Combine(_folder.Path, "deploy", "gateway", "modelscan.yaml");
        var text = await File.ReadAllTextAsync(file);
        Assert.Contains(before, text, StringComparison.Ordinal);
        await File.WriteAllTextAsync($"{file}.new", text.Replace(before, after, StringComparison.Ordinal));
        File.Move($"{file}.new", file, overwrite: true);
    }

    private Task<Command> ComposeAsync((string, string)[] environment, params string[] arguments)
    {
        var file = Path.Combine(_folder.Path, "deploy", "compose.yaml");
        if (!File.Exists(file))
            RecordedCompose.CopyInto(_folder);
        return Command.RunAsync("podman-compose", ["-p", _project, "-f", file, .. arguments], environment);
    }

    private async Task<string> ContainerAsync(string service) => (await Engine.RunAsync(
        "ps", "--all", "--quiet", "--filter", $"label=com.docker.compose.project={_project}", "--filter", $"label=com.docker.compose.service={service}")).Output;

    private async Task<string> InAsync(string service, params string[] command) => (await Engine.RunAsync(["exec", await ContainerAsync(service), .. command])).Output;

    private static async Task<Answer> AskAsync(HttpClient client, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new StringContent("""{"model":"gpt-4o-mini","max_tokens":50,"messages":[{"role":"user","content":"Write a Python function that implements binary search"}]}""", Encoding.UTF8, "application/json"),
        };
        if (!path.StartsWith("/routing", StringComparison.Ordinal))
            request.Headers.Add("x-model-affinity", "a session");
        using var response = await client.SendAsync(request);
        return await Answer.ReadAsync(response);
    }

    private static async Task<int> StatusAsync(HttpClient client, string path)
    {
        try
        {
            using var response = await client.GetAsync(path);
            return (int)response.StatusCode;
        }
        catch (HttpRequestException)
        {
            return 0;
        }
    }

    // Whenever a container comes or goes, aardvark-dns 1.4 ends all its threads and begins them anew; now and then one does not come
    // back, and no name of its network is answered until the next container comes or goes (containers/aardvark-dns issue 389).
    private async Task NamesAreAnsweredAsync()
    {
        async ValueTask<bool> AnswersAsync() => await InAsync("prometheus", "wget", "-q", "-T", "3", "-t", "1", "-O", "-", "http://metrics-mock:8080/health") == "Healthy";

        for (var attempt = 0; attempt < 4; attempt++)
        {
            try
            {
                await Eventually.TrueAsync(AnswersAsync, "names are answered", TimeSpan.FromSeconds(15));
                return;
            }
            catch (TimeoutException)
            {
                await Engine.RunAsync("restart", "--time", "5", await ContainerAsync("metrics-mock"));
            }
        }

        await UntilAsync(async () => await AnswersAsync(), "the mock is healthy");
    }

    private async Task UntilAsync(Func<Task<bool>> condition, string what)
    {
        try
        {
            await Eventually.TrueAsync(async () => await condition(), what);
        }
        catch (TimeoutException exception)
        {
            var said = await Task.WhenAll(((string[])["gateway", "redis", "prometheus", "metrics-mock"]).Select(async service =>
            {
                var logs = await Engine.RunAsync("logs", "--tail", "15", await ContainerAsync(service));
                return $"{service}:\n{logs.Output}{logs.Error}";
            }));
            Assert.Fail($"{exception.Message}\n{string.Join("\n", said)}");
        }
    }
}
