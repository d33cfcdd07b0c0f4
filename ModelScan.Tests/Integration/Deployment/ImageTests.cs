using System.Globalization;
using System.Text.Json;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Integration.Deployment;

/// <summary>The image that is published, run as it is meant to be: not root, nothing to write on, no more memory than it needs.</summary>
[Collection("container engine")]
public sealed class ImageTests(PublishedImage image) : IClassFixture<PublishedImage>, IAsyncLifetime
{
    private readonly string _container = $"modelscan-image-test-{Environment.ProcessId}-{Guid.NewGuid():N}"[..48];

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (image.Engine.WhyNot is null)
            await image.Engine.RunAsync("rm", "--force", "--time", "0", _container);
    }

    [SkippableFact]
    public async Task Image_RunsAsAnotherUserThanRoot_AndListensOnItsPort()
    {
        image.Engine.SkipIfMissing();
        var inspected = await image.Engine.RunAsync("image", "inspect", image.Name);
        using var document = JsonDocument.Parse(inspected.Output);
        var config = document.RootElement[0].GetProperty("Config");

        Assert.Equal(PublishedImage.User, config.GetProperty("User").GetString());
        Assert.Equal("12000/tcp", Assert.Single(config.GetProperty("ExposedPorts").EnumerateObject(), port => port.Name.StartsWith("12000", StringComparison.Ordinal)).Name);
        Assert.Contains("ASPNETCORE_URLS=http://+:12000", config.GetProperty("Env").EnumerateArray().Select(variable => variable.GetString()));
    }

    [SkippableFact]
    public async Task Image_ReadOnlyWithLittleMemory_DecidesAndAnswersUnderLoad()
    {
        image.Engine.SkipIfMissing();
        var port = FreePort.Find();
        await StartAsync(port, "--memory", "256m");
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = TimeSpan.FromSeconds(30) };
        await UntilAsync(async () => await StatusAsync(client, "/health") == 200, "healthy");

        var answers = new List<Answer>();
        await Parallel.ForEachAsync(Enumerable.Range(0, 400), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (number, cancellationToken) =>
        {
            using var body = new StringContent(GatewayUnderTest.Chat($"Write a Python function that implements binary search, variant {number}"), System.Text.Encoding.UTF8, "application/json");
            using var response = await client.PostAsync("/routing/v1/chat/completions", body, cancellationToken);
            var answer = await Answer.ReadAsync(response);
            lock (answers)
                answers.Add(answer);
        });

        Assert.Equal(400, answers.Count(answer => answer is { Status: 200, Route: "code_generation" }));
        var state = await image.Engine.RunAsync("container", "inspect", "--format", "{{.State.Running}} {{.State.OOMKilled}}", _container);
        Assert.Equal("true false", state.Output.Trim());
    }

    [SkippableFact]
    public async Task Image_ChecksItsOwnHealth_WithoutAShell()
    {
        image.Engine.SkipIfMissing();
        await StartAsync(FreePort.Find());

        await UntilAsync(
            async () => (await image.Engine.RunAsync("exec", _container, "dotnet", "/app/ModelScan.RoutingApi.dll", "health")) is { Succeeded: true, Output: var text } && text.Trim() == "Healthy", "healthy");
    }

    [SkippableFact]
    public async Task Image_KeepsItsLogInAVolume_ThatItMayWrite()
    {
        image.Engine.SkipIfMissing();
        var volume = $"{_container}-log";
        try
        {
            await StartAsync(FreePort.Find(), "--volume", $"{volume}:/home/app");
            await UntilAsync(async () => (await image.Engine.RunAsync("exec", _container, "/bin/sh", "-c", "[ -s /home/app/requests.db ]")).Succeeded, "the log is there");
        }
        finally
        {
            await image.Engine.RunAsync("rm", "--force", "--time", "0", _container);
            await image.Engine.RunAsync("volume", "rm", "--force", volume);
        }
    }

    [SkippableFact]
    public async Task Image_ToldToEnd_EndsByItselfWithSuccess()
    {
        image.Engine.SkipIfMissing();
        var port = FreePort.Find();
        await StartAsync(port);
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = TimeSpan.FromSeconds(30) };
        await UntilAsync(async () => await StatusAsync(client, "/healthz") == 200, "serving");

        var stopped = await image.Engine.RunAsync("stop", "--time", "30", _container);
        Assert.True(stopped.Succeeded, stopped.Error);

        var state = await image.Engine.RunAsync("container", "inspect", "--format", "{{.State.ExitCode}}", _container);
        Assert.Equal("0", state.Output.Trim());
    }

    [SkippableFact]
    public async Task Image_ThatNobodyHasOpened_RefusesWhoeverComesFromOutside()
    {
        image.Engine.SkipIfMissing();
        var port = FreePort.Find();
        await StartAsync(port, "--env", "Governance__Anonymous=loopback");
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = TimeSpan.FromSeconds(30) };
        await UntilAsync(async () => await StatusAsync(client, "/health") == 200, "healthy");

        Assert.Equal((403, 403), (await StatusAsync(client, "/v1/models"), await StatusAsync(client, "/admin/config")));
    }

    private async Task StartAsync(int port, params string[] options)
    {
        string[] run =
        [
            "run", "--detach", "--name", _container, "--pull", "never", "--read-only", "--tmpfs", "/tmp", "--cap-drop", "ALL", "--env", "Governance__Anonymous=allow",
            "--publish", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}:12000"), .. options, image.Name,
        ];
        var started = await image.Engine.RunAsync(run);
        Assert.True(started.Succeeded, started.Error);
    }

    private async Task UntilAsync(Func<ValueTask<bool>> condition, string what)
    {
        try
        {
            await Eventually.TrueAsync(condition, what);
        }
        catch (Xunit.Sdk.XunitException exception)
        {
            var logs = await image.Engine.RunAsync("logs", "--tail", "20", _container);
            Assert.Fail($"{exception.Message}\n{logs.Output}{logs.Error}");
        }
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
}
