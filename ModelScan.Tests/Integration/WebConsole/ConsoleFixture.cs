using Microsoft.Playwright;
using ModelScan.Tests.RequestLog;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Integration.WebConsole;

/// <summary>The gateway as the sample configures it, with providers that are played, requests on record, and one browser for all tests.</summary>
public sealed class ConsoleFixture : IAsyncLifetime
{
    /// <summary>A prompt of the sample's route <c>code_generation</c>.</summary>
    public const string Code = "Write a Python function that implements binary search";

    private readonly List<IPage> _open = [];
    private RunningMock? _mock;
    private LoggedGateway? _gateway;
    private Browser? _browser;

    internal LoggedGateway Gateway => _gateway!;

    internal RunningMock Mock => _mock!;

    /// <summary>The gateway's address.</summary>
    public string Address => Gateway.Gateway.Client.BaseAddress!.GetLeftPart(UriPartial.Authority);

    /// <summary>Starts the gateway of the sample, or of another configuration.</summary>
    internal static Task<LoggedGateway> StartAsync(RunningMock mock, string? config = null, params string[] args) => LoggedGateway.StartAsync(
        config ?? File.ReadAllText(Path.Combine(RepositoryFiles.Root, "samples", "modelscan.yaml")), null,
        [
            $"--MockProviders={mock.Address}", $"--services:metrics-mock:http:0={mock.Address}", $"--services:prometheus:http:0={mock.Address}",
            "--RequestLog:Bodies=all", "--RequestLog:DecisionInputs=text", "--Routing:Fallback=true", .. args,
        ]);

    /// <summary>Asks the gateway something, as a client.</summary>
    internal static async Task AskAsync(LoggedGateway gateway, string prompt, string? session = null, bool stream = false, string model = "gpt-4o-mini")
    {
        var body = GatewayUnderTest.Chat(prompt, model);
        if (stream)
            body = body.Replace("{\"model\"", "{\"stream\":true,\"model\"", StringComparison.Ordinal);
        (string, string)[] headers = session is null ? [("User-Agent", "OpenAI/1.0")] : [("User-Agent", "claude-cli/2.0"), ("x-model-affinity", session)];
        await gateway.Gateway.PostAsync("/v1/chat/completions", body, headers);
    }

    /// <summary>Asks the gateway something, as a client.</summary>
    public Task AskAsync(string prompt, string? session = null, bool stream = false) => AskAsync(Gateway, prompt, session, stream);

    /// <summary>Opens a page of the console.</summary>
    /// <param name="path">Below <c>/console/</c>.</param>
    public Task<IPage> OpenAsync(string path) => OpenAsync(path, 1400, 900, ColorScheme.Light);

    /// <summary>Opens a page as another reader has it.</summary>
    public async Task<IPage> OpenAsync(string path, int width, int height, ColorScheme colors)
    {
        Skip.If(_browser is null, "There is no Chromium on this machine (apt-get install chromium).");
        var page = await _browser.OpenAsync("about:blank", width, height, colors);
        _open.Add(page);
        await page.GotoAsync($"{Address}/console/{path}");
        return page;
    }

    /// <summary>Opens any address.</summary>
    public async Task<IPage> OpenAddressAsync(string address)
    {
        Skip.If(_browser is null, "There is no Chromium on this machine (apt-get install chromium).");
        var page = await _browser.OpenAsync(address, 1400, 900, ColorScheme.Light);
        _open.Add(page);
        return page;
    }

    /// <summary>Closes what a test has opened: a page of requests holds a connection for as long as it is there.</summary>
    public async Task CloseAsync()
    {
        foreach (var page in _open)
            await page.CloseAsync();
        _open.Clear();
    }

    /// <summary>The id of a request on record.</summary>
    public async Task<string> IdAsync(string filter) => (await Gateway.UntilAsync(rows => rows.Length > 0, $"filter={Uri.EscapeDataString(filter)}"))[0].GetProperty("id").GetString()!;

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        if (!Browser.IsInstalled)
            return;
        _mock = await RunningMock.StartAsync();
        _gateway = await StartAsync(_mock);

        // A day's worth of requests that were made up, then some that are real.
        var now = TimeProvider.System.GetUtcNow();
        foreach (var record in SampleRecords.Draw(150, seed: 7, start: now.AddHours(-20), apart: TimeSpan.FromMinutes(8)))
            _gateway.Log.Add(record with { HasBody = false, HasInput = false }, null);
        await AskAsync(Code);
        await AskAsync("Explain the trade-offs between microservices and monolithic architectures", stream: true);
        await AskAsync("What is the capital of France?");
        foreach (var prompt in (string[])[Code, "Now add type hints and doctests to it", "And a version for linked lists"])
            await AskAsync(prompt, session: "refactor-search");
        await _mock.FailAsync("anthropic/claude-sonnet-4-20250514", """{"kind": "rate_limit", "retry_after_seconds": 1, "times": 1}""");
        await AskAsync(Code + " in Rust");
        await _gateway.UntilAsync(rows => rows.Length >= 7, "filter=body:true");
        _browser = await Browser.SharedAsync();
    }

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        await CloseAsync();
        if (_gateway is not null)
            await _gateway.DisposeAsync();
        if (_mock is not null)
            await _mock.DisposeAsync();
    }
}

/// <summary>The tests that look at one gateway's console.</summary>
[CollectionDefinition(Name)]
public sealed class ConsoleCollection : ICollectionFixture<ConsoleFixture>
{
    /// <summary>Its name.</summary>
    public const string Name = "console";
}
