using System.Diagnostics;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Integration.Deployment;

/// <summary><c>demo.sh</c> against the gateway with the sample configuration and the mock.</summary>
public sealed class DemoScriptTests
{
    [SkippableFact]
    public async Task Demo_ShowsDecisionsAnswersAndTheTurnOfTheOrder()
    {
        Skip.IfNot(File.Exists("/usr/bin/curl"), "curl is not on this machine");
        await using var mock = await RunningMock.StartAsync();
        var sample = await File.ReadAllTextAsync(Path.Combine(RepositoryFiles.Root, "samples", "modelscan.yaml"));
        await using var gateway = await GatewayUnderTest.StartAsync(
            sample, $"--MockProviders={mock.Address}", $"--services:metrics-mock:http:0={mock.Address}", $"--services:prometheus:http:0={mock.Address}");

        var (code, output) = await RunAsync("demo.sh", gateway.Client.BaseAddress!, mock.Address);

        Assert.True(code == 0, output);
        string[] expected =
        [
            "\"route\":\"code_generation\"", "\"route\":\"complex_reasoning\"", "\"models\":[\"none\"],\"route\":null",
            "x-modelscan-route: code_generation", "\"object\":\"chat.completion\"", "\"type\":\"message\"", "\"object\":\"response\"",
            "{\"models\":[\"openai/gpt-4o\",\"anthropic/claude-sonnet-4-20250514\"]",
        ];
        Assert.All(expected, text => Assert.Contains(text, output, StringComparison.Ordinal));
    }

    [SkippableFact]
    public async Task Demo_BesideTheManifests_IsTheSame()
    {
        Skip.IfNot(File.Exists("/usr/bin/curl"), "curl is not on this machine");
        await using var gateway = await GatewayUnderTest.StartAsync(await File.ReadAllTextAsync(Path.Combine(RepositoryFiles.Root, "samples", "modelscan.yaml")));

        // Nobody plays the providers: decisions need none.
        var (_, output) = await RunAsync("deploy/k8s/plano/demo.sh", gateway.Client.BaseAddress!, new Uri("http://127.0.0.1:1"));

        Assert.Contains("\"route\":\"code_generation\"", output, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Demo_WithoutAGateway_SaysHowToStartOne()
    {
        Skip.IfNot(File.Exists("/usr/bin/curl"), "curl is not on this machine");

        var (code, output) = await RunAsync("demo.sh", new Uri($"http://127.0.0.1:{FreePort.Find()}"), new Uri("http://127.0.0.1:1"));

        Assert.Equal(1, code);
        Assert.Contains("Start one: dotnet run --project ModelScan.AppHost", output, StringComparison.Ordinal);
    }

    private static async Task<(int Code, string Output)> RunAsync(string script, Uri gateway, Uri mock)
    {
        var start = new ProcessStartInfo("bash", [Path.Combine(RepositoryFiles.Root, script), gateway.ToString().TrimEnd('/'), mock.ToString().TrimEnd('/')])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        using var process = Process.Start(start)!;
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(90));
        var output = process.StandardOutput.ReadToEndAsync(patience.Token);
        var error = process.StandardError.ReadToEndAsync(patience.Token);
        await process.WaitForExitAsync(patience.Token);
        return (process.ExitCode, await output + await error);
    }
}
