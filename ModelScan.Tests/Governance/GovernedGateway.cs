using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using ModelScan.RoutingApi.Governance;
using ModelScan.RoutingApi.Governance.Keys;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Governance;

/// <summary>A gateway with keys and limits before a provider that reports what each answer used.</summary>
internal sealed class GovernedGateway : IAsyncDisposable
{
    private readonly RawUpstream _provider;

    private GovernedGateway(GatewayUnderTest gateway, RawUpstream provider, ConcurrentQueue<(string Head, string Body)> seen) => (Gateway, _provider, Seen) = (gateway, provider, seen);

    /// <summary>The secrets of the keys <c>a</c> and <c>b</c>.</summary>
    public static string KeyA { get; } = "msk_a_ABCDEFGHIJKLMNOPQRSTUVWXYZabcdef";

    public static string KeyB { get; } = "msk_b_abcdefABCDEFGHIJKLMNOPQRSTUVWXYZ";

    public GatewayUnderTest Gateway { get; }

    public Governor Governor => Gateway.Services.GetRequiredService<Governor>();

    /// <summary>What the provider was sent.</summary>
    public ConcurrentQueue<(string Head, string Body)> Seen { get; }

    /// <summary>The entries of <c>keys</c> for <see cref="KeyA"/> and <see cref="KeyB"/>.</summary>
    public static string Keys(string a = "", string b = "") => $$"""
        keys:
            - { id: a, hash: "{{KeySecret.HashOf(KeyA)}}"{{(a.Length > 0 ? $", {a}" : "")}} }
            - { id: b, hash: "{{KeySecret.HashOf(KeyB)}}"{{(b.Length > 0 ? $", {b}" : "")}} }
        """;

    /// <summary>The configuration, its <c>governance</c> section given without indentation.</summary>
    public static string Config(Uri provider, string governance, string routing = "mode: direct", string more = "") => TestConfig.Empty
        .Default("openai/gpt-4o", provider, "sk-openai-secret")
        .Model("openai/gpt-4o-mini", provider, "sk-openai-secret")
        .Model("anthropic/claude-sonnet-4-20250514", provider, "sk-anthropic-secret")
        .Model("groq/llama-3.3-70b", $"{provider}v1", null, "passthrough_auth: true")
        .Model("own/free", provider, null, "provider_interface: openai")
        .Model("openai/text-embedding-3-small", provider, "sk-openai-secret")
        .Routing(routing)
        .Yaml(more)
        .Yaml($"governance:\n  {governance.ReplaceLineEndings("\n").Replace("\n", "\n  ", StringComparison.Ordinal)}");

    /// <summary>Starts; the provider answers that <paramref name="input"/> and <paramref name="output"/> tokens were used.</summary>
    public static async Task<GovernedGateway> StartAsync(
        string governance, string routing = "mode: direct", string more = "", int input = 100, int output = 50, Func<RawRequest, Task>? answer = null, Action<IServiceCollection>? services = null, string? log = null)
    {
        var seen = new ConcurrentQueue<(string Head, string Body)>();
        var provider = RawUpstream.Start(async request =>
        {
            seen.Enqueue((request.Head, Encoding.UTF8.GetString(request.Body)));
            await (answer is null ? AnswerAsync(request, input, output) : answer(request));
        });
        try
        {
            return new GovernedGateway(await GatewayUnderTest.StartAsync(Config(provider.Address, governance, routing, more), services, log is null ? [] : ["--RequestLog:Store=sqlite", $"--RequestLog:Path={log}"]), provider, seen);
        }
        catch
        {
            await provider.DisposeAsync();
            throw;
        }
    }

    /// <summary>Asks with a key; <see langword="null"/> for none.</summary>
    public Task<Answer> AskAsync(string? key, string model = "openai/gpt-4o", string path = "/v1/chat/completions", string? body = null, params (string Name, string Value)[] headers) =>
        Gateway.PostAsync(path, body ?? Body(model), key is null ? headers : [.. headers, ("authorization", $"Bearer {key}")]);

    /// <summary>A question that allows ten tokens of answer.</summary>
    public static string Body(string model, int most = 10, string text = "hi") =>
        new JsonObject { ["model"] = model, ["max_tokens"] = most, ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = text }) }.ToJsonString();

    /// <summary>An answer of the format that was asked in.</summary>
    public static Task AnswerAsync(RawRequest request, int input, int output)
    {
        var path = request.Head.Split(' ')[1];
        var body = path.Contains("/messages", StringComparison.Ordinal)
            ? $$$"""{"id":"msg_1","type":"message","role":"assistant","model":"claude","content":[{"type":"text","text":"hi"}],"stop_reason":"end_turn","usage":{"input_tokens":{{{input}}},"output_tokens":{{{output}}}}}"""
            : path.Contains("/responses", StringComparison.Ordinal)
            ? $$$"""{"id":"resp_1","object":"response","status":"completed","model":"gpt-4o","output":[{"type":"message","id":"m","role":"assistant","status":"completed","content":[{"type":"output_text","text":"hi","annotations":[]}]}],"usage":{"input_tokens":{{{input}}},"output_tokens":{{{output}}},"total_tokens":{{{input + output}}}}}"""
            : $$$"""{"id":"c","object":"chat.completion","created":1,"model":"gpt-4o","choices":[{"index":0,"message":{"role":"assistant","content":"hi"},"finish_reason":"stop"}],"usage":{"prompt_tokens":{{{input}}},"completion_tokens":{{{output}}},"total_tokens":{{{input + output}}}}}""";
        return request.SendAsync($"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}");
    }

    /// <summary>What <c>/admin/limits</c> says of a subject of a limit.</summary>
    public async Task<(double Used, double Reserved)> UseAsync(string limit, string subject)
    {
        using var response = await Gateway.Client.GetAsync("/admin/limits");
        var answer = await Answer.ReadAsync(response);
        foreach (var found in answer.Json.GetProperty("limits").EnumerateArray().Where(found => found.GetProperty("id").GetString() == limit))
        {
            foreach (var use in found.GetProperty("subjects").EnumerateArray().Where(use => use.GetProperty("subject").GetString() == subject))
                return (use.GetProperty("used").GetDouble(), use.GetProperty("reserved").GetDouble());
        }

        return default;
    }

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        await _provider.DisposeAsync();
    }
}
