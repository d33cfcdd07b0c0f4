using Microsoft.Extensions.DependencyInjection;
using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Pipeline;
using ModelScan.Tests.Endpoints.Sockets;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Governance;

/// <summary>Who has a key may ask, for what the key opens; nobody else may.</summary>
public sealed class KeyTests
{
    [Theory]
    [InlineData("authorization", "Bearer {0}")]
    [InlineData("authorization", "bearer {0}")]
    [InlineData("x-api-key", "{0}")]
    [InlineData("x-modelscan-key", "{0}")]
    public async Task Key_InEachOfItsPlaces_Opens(string header, string form)
    {
        await using var rig = await GovernedGateway.StartAsync(GovernedGateway.Keys());
        var answer = await rig.AskAsync(null, headers: (header, string.Format(System.Globalization.CultureInfo.InvariantCulture, form, GovernedGateway.KeyA)));
        Assert.Equal(200, answer.Status);
    }

    [Theory]
    [InlineData("/v1/chat/completions", "error", "authentication_error")]
    [InlineData("/v1/responses", "error", "authentication_error")]
    [InlineData("/v1/messages", "error", "authentication_error")]
    public async Task NoKey_IsRefusedInTheClientsDialect(string path, string member, string type)
    {
        await using var rig = await GovernedGateway.StartAsync(GovernedGateway.Keys());
        var answer = await rig.AskAsync(null, path: path);
        Assert.Equal(401, answer.Status);
        Assert.Equal((type, "invalid_api_key"), (answer.Json.GetProperty(member).GetProperty("type").GetString(), answer.Json.GetProperty(member).GetProperty("code").GetString()));
        Assert.StartsWith("Bearer", answer.Headers["www-authenticate"], StringComparison.Ordinal);
        Assert.Empty(rig.Seen);
    }

    [Fact]
    public async Task Key_ThatHasExpired_OrIsDisabled_OpensNothing()
    {
        await using var rig = await GovernedGateway.StartAsync(GovernedGateway.Keys("expires: 2020-01-01", "disabled: true"));
        Assert.Contains("has expired", (await rig.AskAsync(GovernedGateway.KeyA)).Text, StringComparison.Ordinal);
        Assert.Contains("is disabled", (await rig.AskAsync(GovernedGateway.KeyB)).Text, StringComparison.Ordinal);
        Assert.Empty(rig.Seen);
    }

    [Fact]
    public async Task Keys_OneAfterTheOtherOnAConnection_AreToldApart()
    {
        await using var rig = await GovernedGateway.StartAsync(GovernedGateway.Keys("models: [\"openai/gpt-4o\"]", "models: [\"openai/gpt-4o-mini\"]"));
        foreach (var (key, model, status) in new[]
        {
            (GovernedGateway.KeyA, "openai/gpt-4o", 200), (GovernedGateway.KeyA, "openai/gpt-4o", 200), (GovernedGateway.KeyB, "openai/gpt-4o", 403), (GovernedGateway.KeyB, "openai/gpt-4o-mini", 200),
            (GovernedGateway.KeyA[..^1] + "x", "openai/gpt-4o", 401), (GovernedGateway.KeyA, "openai/gpt-4o-mini", 403), (GovernedGateway.KeyA, "openai/gpt-4o", 200),
        })
            Assert.Equal(status, (await rig.AskAsync(key, model)).Status);
    }

    [Fact]
    public async Task Key_TakenAwayWhileItsConnectionLives_OpensNothing()
    {
        await using var rig = await GovernedGateway.StartAsync(GovernedGateway.Keys());
        Assert.Equal(200, (await rig.AskAsync(GovernedGateway.KeyB)).Status);
        var file = rig.Gateway.Services.GetRequiredService<ConfigFile>();
        var without = string.Join('\n', (await File.ReadAllLinesAsync(rig.Gateway.ConfigPath)).Where(line => !line.Contains("id: b,", StringComparison.Ordinal)));
        await rig.Gateway.Services.GetRequiredService<CurrentSnapshot>().ReplaceAsync(file.Parse(without), default);
        Assert.Equal(401, (await rig.AskAsync(GovernedGateway.KeyB)).Status);
        Assert.Equal(200, (await rig.AskAsync(GovernedGateway.KeyA)).Status);
    }

    [Theory]
    [InlineData("openai/gpt-4o", "openai/gpt-4o", 200)]
    [InlineData("openai/*", "openai/gpt-4o-mini", 200)]
    [InlineData("openai/*", "gpt-4o-mini", 200)]
    [InlineData("openai/gpt-4o", "openai/gpt-4o-mini", 403)]
    [InlineData("openai/gpt-4o", "fast", 403)]
    [InlineData("openai/gpt-4o-mini", "fast", 200)]
    [InlineData("openai/*", "anthropic/claude-sonnet-4-20250514", 403)]
    [InlineData("route:code", "openai/gpt-4o", 403)]
    [InlineData("*", "anthropic/claude-sonnet-4-20250514", 200)]
    public async Task Models_OfAKey_AreAllThatItOpens(string allowed, string asked, int status)
    {
        await using var rig = await GovernedGateway.StartAsync(GovernedGateway.Keys($"models: [\"{allowed}\"]"), more: "model_aliases: { fast: { target: openai/gpt-4o-mini } }");
        var answer = await rig.AskAsync(GovernedGateway.KeyA, asked);
        Assert.Equal(status, answer.Status);
        Assert.Equal(status == 200 ? 1 : 0, rig.Seen.Count);
        if (status == 403)
            Assert.Equal("model_not_allowed", answer.Json.GetProperty("error").GetProperty("code").GetString());
    }

    [Fact]
    public async Task Models_ThatAKeyDoesNotOpen_AreNotListed()
    {
        await using var rig = await GovernedGateway.StartAsync(GovernedGateway.Keys("models: [\"anthropic/*\"]"));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/models");
        request.Headers.TryAddWithoutValidation("authorization", $"Bearer {GovernedGateway.KeyA}");
        using var response = await rig.Gateway.Client.SendAsync(request);
        var listed = (await Answer.ReadAsync(response)).Json.GetProperty("data").EnumerateArray().Select(model => model.GetProperty("id").GetString());
        Assert.Equal(["anthropic/claude-sonnet-4-20250514"], listed);
    }

    [Fact]
    public async Task Route_OfAKey_OpensItsCandidates_AndOthersAreLeftOutOfTheOrder()
    {
        const string Routes = """routing_preferences: [{ name: code, description: "generating new code, writing functions", models: [openai/gpt-4o, anthropic/claude-sonnet-4-20250514] }]""";
        await using var byRoute = await GovernedGateway.StartAsync(GovernedGateway.Keys("models: [\"route:code\"]", "models: [\"anthropic/*\"]"), "mode: policy", Routes);
        var code = """{"messages":[{"role":"user","content":"write a function that sorts a list"}]}""";
        Assert.Equal("openai/gpt-4o", (await byRoute.AskAsync(GovernedGateway.KeyA, body: code)).Headers["x-modelscan-model"]);
        Assert.Equal("anthropic/claude-sonnet-4-20250514", (await byRoute.AskAsync(GovernedGateway.KeyB, body: code)).Headers["x-modelscan-model"]);

        var explained = await byRoute.AskAsync(GovernedGateway.KeyB, path: "/routing/v1/chat/completions?explain=1", body: code);
        Assert.Equal(["anthropic/claude-sonnet-4-20250514"], explained.Models);
        Assert.Contains("left out: not allowed for the key", explained.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task InlineRoute_CalledLikeAnAllowedOne_OpensNothing()
    {
        const string Routes = """routing_preferences: [{ name: code, description: "generating new code, writing functions", models: [openai/gpt-4o] }]""";
        await using var rig = await GovernedGateway.StartAsync(GovernedGateway.Keys("models: [\"route:code\"]"), "mode: policy", Routes);
        var answer = await rig.AskAsync(GovernedGateway.KeyA, body: """
            {"model":"openai/gpt-4o-mini","messages":[{"role":"user","content":"write a function that sorts a list"}],
             "routing_preferences":[{"name":"code","description":"generating new code, writing functions","models":["openai/gpt-4o-mini"]}]}
            """);
        Assert.Equal(403, answer.Status);
        Assert.Empty(rig.Seen);
    }

    [Fact]
    public async Task EveryEndpointForClients_NeedsAKey_AndNoOtherDoes()
    {
        await using var rig = await GovernedGateway.StartAsync(GovernedGateway.Keys());
        foreach (var operation in RoutingApi.Endpoints.Reference.ApiOperations.All.Where(operation => operation.Method != "OPTIONS"))
        {
            var path = operation.Path.Replace("{**path}", "x", StringComparison.Ordinal).Replace("{id}", "x", StringComparison.Ordinal).Replace("{**id}", "x", StringComparison.Ordinal).Replace("{documentName}", "v1", StringComparison.Ordinal);
            if (path == "/admin/requests/tail")
                continue; // never ends
            using var request = new HttpRequestMessage(HttpMethod.Parse(operation.Method), path) { Content = operation.Method is "POST" or "PUT" ? new StringContent("{}", System.Text.Encoding.UTF8, "application/json") : null };
            using var response = await rig.Gateway.Client.SendAsync(request);
            var isForClients = path.StartsWith("/v1/", StringComparison.Ordinal) || path.StartsWith("/routing/", StringComparison.Ordinal);
            Assert.True(isForClients == (response.StatusCode == System.Net.HttpStatusCode.Unauthorized), $"{operation.Method} {path}: {response.StatusCode}");
        }

        Assert.Empty(rig.Seen);
    }

    [Fact]
    public async Task WebSocket_WithoutAKey_IsNotOpened_AndEndsToAnswerWhenTheKeyDoes()
    {
        await using var rig = await GovernedGateway.StartAsync(GovernedGateway.Keys());
        await Assert.ThrowsAsync<System.Net.WebSockets.WebSocketException>(() => SocketClient.OpenAsync(rig.Gateway));
        await using var client = await SocketClient.OpenAsync(rig.Gateway, ("authorization", $"Bearer {GovernedGateway.KeyA}"));
        await client.SendAsync("""{"type":"response.create","model":"openai/gpt-4o","input":"hi"}""");
        var first = await client.ReadAsync();
        Assert.NotEqual("error", (string?)first!["type"]);

        await File.WriteAllTextAsync(rig.Gateway.ConfigPath, (await File.ReadAllTextAsync(rig.Gateway.ConfigPath)).Replace("{ id: a,", "{ id: a, disabled: true,", StringComparison.Ordinal));
        await Eventually.TrueAsync(async () => (await rig.AskAsync(GovernedGateway.KeyA)).Status == 401, "the key is disabled");
        await client.SendAsync("""{"type":"response.create","model":"openai/gpt-4o","input":"hi"}""");
        var message = await client.ReadAsync();
        while (message is not null && (string?)message["type"] != "error")
            message = await client.ReadAsync();
        Assert.Equal(("invalid_api_key", 401), ((string?)message!["error"]!["code"], (int)message["status"]!));
    }

    [Fact]
    public async Task Responses_ThatAreKept_AreTheKeysOwn()
    {
        await using var rig = await GovernedGateway.StartAsync(GovernedGateway.Keys());
        var made = await rig.AskAsync(GovernedGateway.KeyA, path: "/v1/responses", body: """{"model":"openai/gpt-4o","input":"hi","store":true}""");
        Assert.Equal(200, made.Status);
        foreach (var (key, status) in ((string, int)[])[(GovernedGateway.KeyB, 404), (GovernedGateway.KeyA, 200)])
        {
            using var request = new HttpRequestMessage(HttpMethod.Delete, "/v1/responses/resp_1");
            request.Headers.TryAddWithoutValidation("authorization", $"Bearer {key}");
            using var response = await rig.Gateway.Client.SendAsync(request);
            Assert.Equal(status, (int)response.StatusCode);
        }
    }

    [Theory]
    [InlineData("anonymous: allow", 200)]
    [InlineData("anonymous: loopback", 200)]
    [InlineData("anonymous: refuse", 401)]
    public async Task Anonymous_IsAsTheConfigurationSays(string anonymous, int status)
    {
        await using var rig = await GovernedGateway.StartAsync($"{anonymous}\n{GovernedGateway.Keys()}");
        Assert.Equal(status, (await rig.AskAsync(null)).Status);

        // A key that is wrong is not nobody's.
        Assert.Equal(401, (await rig.AskAsync("msk_a_wrong")).Status);
    }

    [Fact]
    public async Task NoKeys_StrangersAreRefused_UntilTheConfigurationLetsThemIn()
    {
        await using var closed = await GovernedGateway.StartAsync("metrics: open");
        Assert.Equal(200, (await closed.AskAsync(null)).Status);
        var stranger = await closed.AskAsync(null, headers: ("x-forwarded-for", "203.0.113.9"));
        Assert.Equal((403, "AnonymousNotAllowed"), (stranger.Status, stranger.Json.GetProperty("error").GetProperty("code").GetString()));
        await using var open = await GovernedGateway.StartAsync("anonymous: allow");
        Assert.Equal(200, (await open.AskAsync(null, headers: ("x-forwarded-for", "203.0.113.9"))).Status);
    }

    [Fact]
    public async Task Record_HasTheKeyAndItsTags_WhichItsClientCannotChange()
    {
        using var folder = new TemporaryFolder();
        await using var rig = await GovernedGateway.StartAsync(
            $"limits: [{{ id: t, kind: tokens, amount: 1000, window: day }}]\n{GovernedGateway.Keys("tags: { team: search }")}", log: System.IO.Path.Combine(folder.Path, "requests.db"));
        var answer = await rig.AskAsync(GovernedGateway.KeyA, headers: ("x-modelscan-tags", "team=other,env=prod"));
        var record = default(System.Text.Json.JsonElement);
        await Eventually.TrueAsync(
            async () =>
            {
                using var response = await rig.Gateway.Client.GetAsync($"/admin/requests/{answer.Headers["x-modelscan-request-id"]}");
                record = (await Answer.ReadAsync(response)).Json;
                return response.IsSuccessStatusCode;
            },
            "the request is on record");
        Assert.Equal("a", record.GetProperty("key").GetString());
        Assert.Contains("t: 150 tokens of", record.GetProperty("limits").GetRawText(), StringComparison.Ordinal);
        Assert.Contains("\"team=search\"", record.GetProperty("tags").GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain("other", record.GetProperty("tags").GetRawText(), StringComparison.Ordinal);
    }
}
