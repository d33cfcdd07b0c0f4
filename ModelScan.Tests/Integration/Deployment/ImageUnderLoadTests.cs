using System.Globalization;
using System.Net;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Integration.Deployment;

/// <summary>
/// The image with 256 MB, nothing to write on, no capabilities and not as root, while it has a lot to do. It shares this machine's network, so
/// that it reaches a provider on loopback and nobody else reaches it.
/// </summary>
[Collection("container engine")]
public sealed class ImageUnderLoadTests(PublishedImage image) : IClassFixture<PublishedImage>, IAsyncLifetime, IDisposable
{
    private const long Limit = 256L << 20;

    private readonly string _container = $"modelscan-load-test-{Environment.ProcessId}-{Guid.NewGuid():N}"[..48];
    private readonly TemporaryFolder _folder = new();
    private readonly int _port = FreePort.Find();
    private HeldProvider? _provider;
    private HttpClient? _client;

    private HeldProvider Provider => _provider!;

    private HttpClient Client => _client!;

    public async Task InitializeAsync()
    {
        if (image.Engine.WhyNot is not null)
            return;
        _provider = await HeldProvider.StartAsync();
        _client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 400 }) { BaseAddress = new Uri($"http://127.0.0.1:{_port}"), Timeout = TimeSpan.FromMinutes(3) };
        var config = _folder.Write("modelscan.yaml", TestConfig.Direct.Default("openai/m", $"{_provider.Address}v1").Routing("shutdown: { delay: 1s, timeout: 120s }"));
        var started = await image.Engine.RunAsync(
            "run", "--detach", "--name", _container, "--pull", "never", "--read-only", "--tmpfs", "/tmp", "--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--memory", "256m", "--memory-swap", "256m",
            "--network", "host", "--volume", $"{config}:/etc/modelscan.yaml:ro", "--env", $"ASPNETCORE_URLS=http://127.0.0.1:{_port}", "--env", "RequestLog__Store=none", image.Name, "--config", "/etc/modelscan.yaml");
        Assert.True(started.Succeeded, started.Error);
        await Eventually.TrueAsync(async () => await HealthAsync() == HttpStatusCode.OK, "healthy");
    }

    public async Task DisposeAsync()
    {
        if (image.Engine.WhyNot is not null)
            return;
        await image.Engine.RunAsync("rm", "--force", "--time", "0", _container);
        await _provider!.DisposeAsync();
    }

    public void Dispose()
    {
        _client?.Dispose();
        _folder.Dispose();
    }

    [SkippableFact]
    public async Task RequestsStreamsAndLargeBodies_AreAllAnswered_WithinTheLimit()
    {
        image.Engine.SkipIfMissing();
        Assert.Equal((Limit, "1654", "[]"), await RestrictionsAsync());

        var streams = Enumerable.Range(0, 50).Select(_ => StreamAsync()).ToArray();
        await Eventually.TrueAsync(() => Provider.Open == 50, "the streams are open");
        var statuses = new int[3000];
        await Parallel.ForAsync(0, statuses.Length, new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (number, _) => statuses[number] = await AskAsync("hi"));
        var large = new int[12];
        var text = new string('x', 4 << 20);
        await Parallel.ForAsync(0, large.Length, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (number, _) => large[number] = await AskAsync(text));
        Provider.Release();

        Assert.All(await Task.WhenAll(streams), AssertWhole);
        Assert.All(statuses, status => Assert.Equal(200, status));
        Assert.All(large, status => Assert.Equal(200, status));
        Assert.Equal("true false 0", await StateAsync("{{.State.Running}} {{.State.OOMKilled}} {{.RestartCount}}"));
        Assert.InRange(await PeakAsync(), 1, Limit);
    }

    [SkippableFact]
    public async Task ToldToEnd_With200StreamsOpen_LetsThemAllEnd()
    {
        image.Engine.SkipIfMissing();
        var streams = Enumerable.Range(0, 200).Select(_ => StreamAsync()).ToArray();
        await Eventually.TrueAsync(() => Provider.Open == 200, "the streams are open");

        var told = await image.Engine.RunAsync("kill", "--signal", "TERM", _container);
        Assert.True(told.Succeeded, told.Error);

        // Not ready, then nothing new is taken; and all the while the streams stay open.
        await Eventually.TrueAsync(async () => await HealthAsync() == HttpStatusCode.ServiceUnavailable, "not ready");
        await Eventually.TrueAsync(async () => await HealthAsync() is null, "nothing new is taken");
        Assert.DoesNotContain(streams, stream => stream.IsCompleted);
        Provider.Release();

        Assert.All(await Task.WhenAll(streams), AssertWhole);
        var ended = await image.Engine.RunAsync("wait", _container);
        Assert.Equal("0", ended.Output.Trim());
    }

    private static void AssertWhole(string text)
    {
        Assert.Contains("first", text, StringComparison.Ordinal);
        Assert.Contains("last", text, StringComparison.Ordinal);
        Assert.EndsWith("data: [DONE]\n\n", text, StringComparison.Ordinal);
    }

    private async Task<string> StreamAsync()
    {
        using var body = HeldProvider.Ask(stream: true);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = body };
        using var response = await Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        return await response.Content.ReadAsStringAsync();
    }

    private async Task<int> AskAsync(string text)
    {
        using var body = HeldProvider.Ask(stream: false, text);
        using var response = await Client.PostAsync("/v1/chat/completions", body);
        return (await response.Content.ReadAsStringAsync()).Contains("whole", StringComparison.Ordinal) ? (int)response.StatusCode : 0;
    }

    // On a connection of its own each time: whether it is taken is the question.
    private async Task<HttpStatusCode?> HealthAsync()
    {
        using var client = new HttpClient { BaseAddress = Client.BaseAddress, Timeout = TimeSpan.FromSeconds(5) };
        try
        {
            using var response = await client.GetAsync("/health");
            return response.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    private async Task<string> StateAsync(string format) => (await image.Engine.RunAsync("container", "inspect", "--format", format, _container)).Output.Trim();

    private async Task<(long Memory, string User, string Capabilities)> RestrictionsAsync()
    {
        var state = (await StateAsync("{{.HostConfig.Memory}} {{.Config.User}} {{.EffectiveCaps}}")).Split(' ');
        return (long.Parse(state[0], CultureInfo.InvariantCulture), state[1], state[2]);
    }

    // The most that the program had in memory: https://man7.org/linux/man-pages/man5/proc_pid_status.5.html
    private async Task<long> PeakAsync()
    {
        var status = await File.ReadAllLinesAsync($"/proc/{await StateAsync("{{.State.Pid}}")}/status");
        var line = status.Single(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        return long.Parse(line["VmHWM:".Length..^" kB".Length].Trim(), CultureInfo.InvariantCulture) << 10;
    }
}
