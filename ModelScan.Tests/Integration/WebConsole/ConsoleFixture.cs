using System.Text;
using Microsoft.Playwright;
using ModelScan.Tests.RequestLog;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Integration.WebConsole;

/// <summary>The gateway as the sample configures it, with providers that are played, requests on record, and one browser for all tests.</summary>
public sealed class ConsoleFixture : IAsyncLifetime
{
    /// <summary>A prompt of the sample's route <c>code_generation</c>.</summary>
    public const string Code = "Write a Python function that implements binary search";

    /// <summary>A picture: 96 × 48 points in two colours.</summary>
    private const string Picture = "iVBORw0KGgoAAAANSUhEUgAAAGAAAAAwCAIAAABhdOiYAAAAb0lEQVR42u3YMQ0AIAwEwPrCCkoY0IQMZKGhI+0lP3/yN37MsVM566bye38AAgQIECBAgAABAgQIECBAgAAVA+o2ONsPCBAgQIAAAQIECBAgQIAAAQJUDchh5lEEBAgQIECAAAECBAgQIECAALUCeivyQJYekT2kAAAAAElFTkSuQmCC";

    /// <summary>An agent at work: thoughts, an edit, what a tool said, a picture.</summary>
    private const string Agent = """
        {"model":"gpt-4o-mini","max_tokens":1024,"stream":true,"system":"You are a careful programmer.",
         "tools":[{"name":"Edit","input_schema":{"type":"object"}},{"name":"Bash","input_schema":{"type":"object"}}],
         "messages":[
          {"role":"user","content":[{"type":"text","text":"Write a function that names the colour in this picture, and fix what the tests find"},{"type":"image","source":{"type":"base64","media_type":"image/png","data":"PICTURE"}}]},
          {"role":"assistant","content":[{"type":"text","text":"I look at what is there first."},{"type":"tool_use","id":"toolu_1","name":"Edit","input":{"file_path":"colour.py","old_string":"def name(image):\n    pass","new_string":"def name(image):\n    red, green, blue = image.mean()\n    return NAMES[nearest(red, green, blue)]"}}]},
          {"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_1","content":"1 file changed"}]},
          {"role":"assistant","content":[{"type":"tool_use","id":"toolu_2","name":"Bash","input":{"command":"pytest -q"}}]},
          {"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_2","content":"2 passed, 1 failed\nE   KeyError: 'mauve'"},{"type":"image","source":{"type":"url","url":"https://images.example/palette.png"}}]}]}
        """;

    // Amounts that no test reaches.
    private const string Governance = """

        governance:
          keys_file: keys.yaml
          anonymous: allow
          unknown_price: allow
          limits:
            - { id: day, kind: requests, amount: 2000, window: day, per: key }
            - { id: month, kind: spend, amount: 200, window: month, per: all }
            - { id: at-once, kind: parallel, amount: 64, per: key, mode: shadow }
        """;

    private readonly List<IPage> _open = [];
    private RunningMock? _mock;
    private LoggedGateway? _gateway;
    private Browser? _browser;

    /// <summary>The configuration that the gateway starts with when it is given none.</summary>
    internal static string Sample => File.ReadAllText(Path.Combine(RepositoryFiles.Root, "samples", "modelscan.yaml"));

    internal LoggedGateway Gateway => _gateway!;

    internal RunningMock Mock => _mock!;

    /// <summary>The gateway's address.</summary>
    public string Address => Gateway.Gateway.Client.BaseAddress!.GetLeftPart(UriPartial.Authority);

    /// <summary>Starts the gateway of the sample, or of another configuration.</summary>
    internal static Task<LoggedGateway> StartAsync(RunningMock mock, string? config = null, params string[] args) => LoggedGateway.StartAsync(
        config ?? Sample, null,
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

    /// <summary>Makes a key of the gateway's; its secret.</summary>
    internal static async Task<string> MakeKeyAsync(LoggedGateway gateway, string key, params (string Name, string Value)[] headers) =>
        (await gateway.Gateway.PostAsync("/admin/keys", key, headers)).Json.GetProperty("secret").GetString()!;

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
        _gateway = await StartAsync(_mock, Sample + Governance);

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
        await _gateway.Gateway.PostAsync("/v1/messages", Agent.Replace("PICTURE", Picture, StringComparison.Ordinal), ("User-Agent", "claude-cli/2.0"), ("x-modelscan-tags", "shows=reader"));
        var key = await MakeKeyAsync(_gateway, """{"id":"team-search","models":["openai/*","route:code_generation"],"tags":{"team":"search"},"limits":["day"],"expires":"2099-01-31"}""");
        await _gateway.Gateway.PostAsync("/admin/keys", """{"id":"nightly-build"}""");
        using (var disabled = new StringContent("""{"disabled":true}""", Encoding.UTF8, "application/json"))
            (await _gateway.Gateway.Client.PutAsync(new Uri("/admin/keys/nightly-build", UriKind.Relative), disabled)).Dispose();
        for (var i = 0; i < 5; i++)
            await _gateway.Gateway.PostAsync("/v1/chat/completions", GatewayUnderTest.Chat("What is the capital of Peru?"), ("Authorization", $"Bearer {key}"));
        await _gateway.UntilAsync(rows => rows.Length >= 13, "filter=body:true");
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
