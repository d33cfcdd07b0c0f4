using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Integration;

/// <summary>What a gateway that runs as a process writes on its standard output of each request.</summary>
public sealed class RequestConsoleTests
{
    private static readonly TestConfig Config = TestConfig.Direct.Default("openai/gpt-4o", "http://127.0.0.1:1/v1");

    [Fact]
    public async Task Text_IsOneLineARequest_WithItsTime()
    {
        var lines = await LinesAsync(3);

        Assert.All(lines, line => Assert.Matches(
            @"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z 502 direct route none \(\w+\) model \S+ provider \S+ attempts 1 tokens unknown/unknown cost unknown USD first byte unknown ms total [\d.]+ ms request \S+$", line));
    }

    [Fact]
    public async Task Json_IsOneObjectARequest_WithEveryFieldAsAField()
    {
        foreach (var line in await LinesAsync(3, "--Logging:Console:FormatterName=json"))
        {
            using var document = JsonDocument.Parse(line);
            var root = document.RootElement;
            Assert.Equal(("ModelScan.Requests", "Information"), (root.GetProperty("Category").GetString(), root.GetProperty("LogLevel").GetString()));
            Assert.True(root.GetProperty("Timestamp").TryGetDateTimeOffset(out _));
            var state = root.GetProperty("State");
            Assert.Equal((502, "direct", "none", 1), (state.GetProperty("Status").GetInt32(), state.GetProperty("Mode").GetString(), state.GetProperty("Route").GetString(), state.GetProperty("Attempts").GetInt32()));
            Assert.Equal(JsonValueKind.Null, state.GetProperty("CostUsd").ValueKind);
            Assert.True(state.GetProperty("TotalMs").GetDouble() >= 0);
        }
    }

    [Fact]
    public async Task LevelOff_IsNothing() => Assert.Empty(await LinesAsync(0, "--Logging:Console:LogLevel:ModelScan.Requests=None"));

    private static async Task<string[]> LinesAsync(int expected, params string[] args)
    {
        using var folder = new TemporaryFolder();
        var port = FreePort.Find();
        var start = new ProcessStartInfo(
            "dotnet", [Path.Combine(AppContext.BaseDirectory, "ModelScan.RoutingApi.dll"), "--config", folder.Write("modelscan.yaml", Config), "--urls", $"http://127.0.0.1:{port}", .. args])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        using var process = Process.Start(start)!;
        try
        {
            var lines = new ConcurrentQueue<string>();
            process.OutputDataReceived += (_, line) => { if (line.Data is { } text) lines.Enqueue(text); };
            process.ErrorDataReceived += (_, _) => { };
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
            await Eventually.TrueAsync(async () => await IsUpAsync(client), "the gateway");
            for (var i = 0; i < Math.Max(expected, 1); i++)
            {
                using var body = new StringContent(GatewayUnderTest.Chat("hi", "openai/gpt-4o"), Encoding.UTF8, "application/json");
                using var response = await client.PostAsync("/v1/chat/completions", body);
                Assert.Equal(502, (int)response.StatusCode);
            }

            using (var kill = Process.Start("kill", ["-TERM", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]))
                await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
            await process.WaitForExitAsync();
            return [.. lines.Where(line => line.Contains(" direct route ", StringComparison.Ordinal))];
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    private static async Task<bool> IsUpAsync(HttpClient client)
    {
        try
        {
            using var response = await client.GetAsync(new Uri("/healthz", UriKind.Relative));
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
