using System.Text;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Integration.Plano;

/// <summary>The whole application with a Plano container of its own: the same prompt in all four modes, switched by the dashboard's commands.</summary>
[Collection(RealEngineCollection.Name)]
public sealed class AppHostModeTests(RealEngine engine) : IDisposable
{
    private const string Prompt = """{"model":"gpt-4o","messages":[{"role":"user","content":"Write a Python function for binary search"}]}""";
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(3);
    // The tunnel from containers to this machine is an image that has to be built on one that has to be pulled.
    static AppHostModeTests() => Environment.SetEnvironmentVariable("ASPIRE_ENABLE_CONTAINER_TUNNEL", "false");

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("modelscan-apphost-modes-");

    [SkippableFact]
    public async Task SamePrompt_InAllFourModes_IsAnsweredByThatMode()
    {
        engine.SkipIfMissing();
        await using var mock = await RunningMock.StartAsync("--urls", "http://0.0.0.0:0");
        var plano = Path.Combine(_folder.FullName, "plano.yaml");
        await File.WriteAllTextAsync(plano, PlanoText.WithProvider(engine.HostName, mock.Address.Port).Replace("12500", "12000", StringComparison.Ordinal).Replace("$OPENAI_API_KEY", "sk-plano", StringComparison.Ordinal));
        await using var application = await AppHostFixture.StartAsync(
            StartLimit, "--Mode=plano_embedded", $"--Plano:Image={engine.Image}", $"--Plano:Config={plano}", $"--ASPIRE_CONTAINER_RUNTIME={engine.Program}");
        using var limit = new CancellationTokenSource(StartLimit);
        await application.ResourceNotifications.WaitForResourceHealthyAsync("plano", limit.Token);
        using var gateway = application.CreateHttpClient("routing-api");

        Assert.Equal("plano_embedded", await ModeOfAnswerAsync(gateway));
        foreach (var (command, mode) in ((string, string)[])[("mode-policy", "policy"), ("mode-direct", "direct"), ("mode-plano-proxy", "plano_proxy"), ("mode-configured", "plano_embedded")])
        {
            var result = await application.ResourceCommands.ExecuteCommandAsync("routing-api", command, limit.Token);
            Assert.True(result.Success, result.Message);
            Assert.Equal(mode, await ModeOfAnswerAsync(gateway));
        }

        foreach (var mode in (string[])["policy", "direct", "plano_proxy", "plano_embedded"])
            Assert.Equal(mode, await ModeOfAnswerAsync(gateway, mode));

        Assert.True((await application.ResourceCommands.ExecuteCommandAsync("plano", KnownResourceCommands.RestartCommand, limit.Token)).Success);
        await application.ResourceNotifications.WaitForResourceHealthyAsync("plano", WaitBehavior.WaitOnResourceUnavailable, limit.Token);
        Assert.Equal("plano_embedded", await ModeOfAnswerAsync(gateway));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static async Task<string> ModeOfAnswerAsync(HttpClient gateway, string? asked = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = new StringContent(Prompt, Encoding.UTF8, "application/json") };
        if (asked is not null)
            request.Headers.Add("x-modelscan-mode", asked);
        using var response = await gateway.SendAsync(request);
        var answer = await Answer.ReadAsync(response);
        Assert.True(answer.Status == 200, answer.Text);
        Assert.False(answer.Headers.ContainsKey("x-modelscan-fallback"), answer.Headers.GetValueOrDefault("x-modelscan-fallback"));
        Assert.Contains("\"assistant\"", answer.Text, StringComparison.Ordinal);
        return answer.Headers["x-modelscan-mode"];
    }
}
