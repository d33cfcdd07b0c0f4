using System.Collections.Concurrent;
using System.Text;
using ModelScan.Tests.Endpoints;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Governance;

/// <summary>Credentials reach the hosts that they are meant for, and no other: the gateway's keys none at all.</summary>
public sealed class CredentialReachTests
{
    private const string ClientsOwn = "sk-clients-own-credential";

    /// <summary>Where the gateway's key may stand, and the client's own beside it.</summary>
    public static TheoryData<string, string> Places => new()
    {
        { $"authorization=Bearer {GovernedGateway.KeyA}", "" },
        { $"x-api-key={GovernedGateway.KeyA}", "" },
        { $"x-modelscan-key={GovernedGateway.KeyA}", "" },
        { $"authorization=Bearer {GovernedGateway.KeyA}|x-api-key={ClientsOwn}", ClientsOwn },
        { $"x-api-key={GovernedGateway.KeyA}|authorization=Bearer {ClientsOwn}", ClientsOwn },
        { $"x-modelscan-key={GovernedGateway.KeyA}|authorization=Bearer {ClientsOwn}", ClientsOwn },
    };

    [Theory]
    [MemberData(nameof(Places))]
    public async Task GatewayKey_ReachesNoProvider_AndTheClientsOwnOnlyWhereItIsMeantFor(string headers, string own)
    {
        await using var rig = await GovernedGateway.StartAsync(GovernedGateway.Keys());
        (string, string)[] given = [.. headers.Split('|').Select(header => (header.Split('=')[0], header.Split('=')[1]))];
        foreach (var (path, model) in ((string, string)[])
        [
            ("/v1/chat/completions", "groq/llama-3.3-70b"), ("/v1/messages", "groq/llama-3.3-70b"), ("/v1/responses", "groq/llama-3.3-70b"), ("/v1/chat/completions", "openai/gpt-4o"),
            ("/v1/messages", "anthropic/claude-sonnet-4-20250514"), ("/v1/embeddings", "openai/text-embedding-3-small"), ("/v1/embeddings", "groq/llama-3.3-70b"),
        ])
        {
            await rig.AskAsync(null, model, path, path.EndsWith("responses", StringComparison.Ordinal) ? $$"""{"model":"{{model}}","input":"hi"}""" : null, given);
            Assert.True(rig.Seen.TryDequeue(out var seen), $"{path} {model}");
            Assert.DoesNotContain("msk_", seen.Head + seen.Body, StringComparison.OrdinalIgnoreCase);
            var isMeant = own.Length > 0 && model.StartsWith("groq", StringComparison.Ordinal);
            Assert.Equal(isMeant, seen.Head.Contains(ClientsOwn, StringComparison.Ordinal));
            Assert.Equal(!model.StartsWith("groq", StringComparison.Ordinal), seen.Head.Contains("-secret", StringComparison.Ordinal));
            rig.Seen.Clear();
        }
    }

    [Fact]
    public async Task GatewayKey_WhereNoKeysAreConfigured_IsNotHandedOn()
    {
        await using var rig = await GovernedGateway.StartAsync("metrics: open");
        await rig.AskAsync(GovernedGateway.KeyA, "groq/llama-3.3-70b");
        Assert.True(rig.Seen.TryDequeue(out var seen));
        Assert.DoesNotContain("msk_", seen.Head, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Failover_EachProviderGetsItsOwnKey()
    {
        var heads = new ConcurrentQueue<string>();
        await using var first = RawUpstream.Start(request => { heads.Enqueue($"1 {request.Head}"); return request.SendAsync(ProxyConfig.Error(500)); });
        await using var second = RawUpstream.Start(request => { heads.Enqueue($"2 {request.Head}"); return request.SendAsync(ProxyConfig.Ok); });
        await using var gateway = await GatewayUnderTest.StartAsync($"{ProxyConfig.Chain(first.Address, second.Address)}\ngovernance:\n  {GovernedGateway.Keys().Replace("\n", "\n  ", StringComparison.Ordinal)}");
        var answer = await gateway.PostAsync("/v1/chat/completions", ProxyConfig.CodePrompt, ("authorization", $"Bearer {GovernedGateway.KeyA}"));
        Assert.Equal(200, answer.Status);
        Assert.Contains(heads, head => head.StartsWith('1') && head.Contains("sk-a", StringComparison.Ordinal) && !head.Contains("sk-b", StringComparison.Ordinal));
        Assert.Contains(heads, head => head.StartsWith('2') && head.Contains("sk-b", StringComparison.Ordinal) && !head.Contains("sk-a", StringComparison.Ordinal));
        Assert.All(heads, head => Assert.DoesNotContain("msk_", head, StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task Redirect_IsNotFollowed_SoThatNoKeyGoesThere(int status)
    {
        await using var elsewhere = RawUpstream.Start(ProxyConfig.Ok);
        await using var rig = await GovernedGateway.StartAsync(
            GovernedGateway.Keys(), answer: request => request.SendAsync($"HTTP/1.1 {status} Moved\r\nlocation: {elsewhere.Address}v1/chat/completions\r\ncontent-length: 0\r\n\r\n"));
        var answer = await rig.AskAsync(GovernedGateway.KeyA);
        Assert.Equal(502, answer.Status);
        Assert.Equal(0, elsewhere.Requests);
        Assert.False(answer.Headers.ContainsKey("location"));
    }

    [Theory]
    [InlineData("api_key: plano-own", "plano-own", false)]
    [InlineData("passthrough_auth: true", ClientsOwn, true)]
    [InlineData("retry_count: 0", "", false)]
    public async Task Plano_GetsWhatItsModeSays_AndNeverTheGatewaysKey(string proxy, string expected, bool isClients)
    {
        string? head = null;
        await using var plano = RawUpstream.Start(request => { head = request.Head + Encoding.UTF8.GetString(request.Body); return GovernedGateway.AnswerAsync(request, 1, 1); });
        await using var rig = await GovernedGateway.StartAsync(GovernedGateway.Keys(), $"mode: plano_proxy, proxy: {{ base_url: \"{plano.Address}\", {proxy} }}");
        var answer = await rig.AskAsync(GovernedGateway.KeyA, headers: ("x-api-key", ClientsOwn));
        Assert.Equal(200, answer.Status);
        Assert.DoesNotContain("msk_", head, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(isClients, head!.Contains(ClientsOwn, StringComparison.Ordinal));
        Assert.Contains(expected, head, StringComparison.Ordinal);
        Assert.DoesNotContain("-secret", head, StringComparison.Ordinal);
        Assert.Empty(rig.Seen);
    }

    [Fact]
    public async Task EmbeddedPlano_GetsNoCredential()
    {
        string? head = null;
        await using var plano = RawUpstream.Start(request => { head = request.Head + Encoding.UTF8.GetString(request.Body); return GovernedGateway.AnswerAsync(request, 1, 1); });
        await using var rig = await GovernedGateway.StartAsync(GovernedGateway.Keys(), $"mode: plano_embedded, embedded: {{ address: \"{plano.Address}\" }}");
        var answer = await rig.AskAsync(GovernedGateway.KeyA, headers: ("x-api-key", ClientsOwn));
        Assert.Equal(200, answer.Status);
        foreach (var secret in (string[])["msk_", ClientsOwn, "-secret"])
            Assert.DoesNotContain(secret, head, StringComparison.OrdinalIgnoreCase);
        Assert.Empty(rig.Seen);
    }

    [Fact]
    public async Task Secrets_AreShownNowhere()
    {
        await using var rig = await GovernedGateway.StartAsync($"admin_key: admin-secret-0123456789\n{GovernedGateway.Keys()}");
        await rig.AskAsync(GovernedGateway.KeyA);
        foreach (var path in (string[])["/admin/config", "/admin/keys", "/admin/limits", "/admin/providers", "/admin/requests/status", "/metrics"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.TryAddWithoutValidation("authorization", "Bearer admin-secret-0123456789");
            using var response = await rig.Gateway.Client.SendAsync(request);
            var text = await response.Content.ReadAsStringAsync();
            Assert.True(response.IsSuccessStatusCode, path);
            Assert.DoesNotContain(GovernedGateway.KeyA[6..], text, StringComparison.Ordinal);
            Assert.DoesNotContain("admin-secret", text, StringComparison.Ordinal);
            Assert.DoesNotContain("sk-openai-secret", text, StringComparison.Ordinal);
        }
    }
}
