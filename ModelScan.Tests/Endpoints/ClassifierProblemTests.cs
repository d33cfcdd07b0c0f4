using System.Diagnostics.Metrics;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ModelScan.RoutingApi.Decisions;
using ModelScan.RoutingApi.Decisions.Embedded.Encoder;
using ModelScan.Tests.Cli;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Endpoints;

/// <summary>A gateway whose encoder is missing or damaged starts, says so wherever one would look, and answers.</summary>
public sealed class ClassifierProblemTests : IDisposable
{
    private static readonly TestConfig Config = TestConfig.Empty.Model("openai/gpt-4o").Route("code", "writing code", ["openai/gpt-4o"]);

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public Task MissingFile_IsToldAndRequestsGoOn() => AssertToldAsync("model.onnx cannot be read");

    [Fact]
    public Task DamagedFile_IsToldAndRequestsGoOn()
    {
        _folder.Write(EncoderFiles.Model, "truncated");
        return AssertToldAsync("model.onnx is damaged: its SHA-256 is ");
    }

    [Fact]
    public async Task WholeFiles_ThereIsNoProblem()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(Config);
        Assert.Equal("code", (await gateway.DecideAsync("write a function that sorts a list")).Route);
        Assert.Null(await ProblemAsync(gateway));
    }

    [Fact]
    public async Task Doctor_FileOfTheUsersThatIsNoModel_IsAFailureThatNamesIt()
    {
        var (model, vocabulary) = (_folder.Write("mine.onnx", "no model"), _folder.Write("vocab.txt", "[CLS]\n[SEP]\n[UNK]\n"));
        var yaml = Config.Routing($"classifier: {{ kind: onnx, model: '{model}', vocab: '{vocabulary}' }}").Yaml($"listeners: [{{ type: model, name: m, port: {FreePort.Find()} }}]");

        var run = await CommandRun.OfAsync("doctor", "--config", _folder.Write("modelscan.yaml", yaml));

        Assert.Equal(1, run.Code);
        Assert.Contains($"failure: classifier: {model} cannot be loaded", run.Output, StringComparison.Ordinal);
        Assert.Contains("-> until that is mended, requests go on without a route", run.Output, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private async Task AssertToldAsync(string problem)
    {
        await using var gateway = await GatewayUnderTest.StartAsync(Config, services => services.AddSingleton(provider => new ClassifierFactory(
            provider.GetRequiredService<IHttpClientFactory>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<IMeterFactory>(),
            provider.GetRequiredService<ILoggerFactory>(), () => EncoderModel.LoadShipped(_folder.Path))));

        var answer = await gateway.PostAsync("/routing/v1/chat/completions?explain=true", GatewayUnderTest.Chat("write a function that sorts a list"));

        Assert.Equal((200, null), (answer.Status, answer.Route));
        Assert.Contains(answer.Json.GetProperty("explanation").GetProperty("notes").EnumerateArray(), note => note.GetString()!.Contains(problem, StringComparison.Ordinal));
        Assert.Contains(problem, await ProblemAsync(gateway), StringComparison.Ordinal);
        using var health = await gateway.Client.GetAsync("/health");
        Assert.True(health.IsSuccessStatusCode);
    }

    private static async Task<string?> ProblemAsync(GatewayUnderTest gateway)
    {
        using var config = JsonDocument.Parse(await gateway.Client.GetStringAsync("/admin/config"));
        return config.RootElement.GetProperty("classifier_problem").GetString();
    }
}
