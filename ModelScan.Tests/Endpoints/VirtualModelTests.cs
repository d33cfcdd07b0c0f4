using System.Text;
using System.Text.Json.Nodes;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Endpoints;

/// <summary><c>modelscan/auto</c> and its like: models that are none.</summary>
public sealed class VirtualModelTests
{
    private const string Routes = """routing_preferences: [{ name: code, description: "generating new code, writing functions", models: [acme/coder] }]""";

    [Fact]
    public async Task List_NamesThem_AndEachCanBeLookedUp()
    {
        await using var rig = await Rig.StartAsync();
        var list = (await Answer.ReadAsync(await rig.Gateway.Client.GetAsync(new Uri("/v1/models", UriKind.Relative)))).Json.GetProperty("data").EnumerateArray()
            .Select(model => (model.GetProperty("id").GetString(), model.GetProperty("owned_by").GetString())).ToArray();
        foreach (var name in (string[])["modelscan/auto", "modelscan/balanced", "modelscan/budget", "modelscan/quality"])
        {
            Assert.Contains((name, "modelscan"), list);
            Assert.Equal(200, (int)(await rig.Gateway.Client.GetAsync(new Uri($"/v1/models/{name}", UriKind.Relative))).StatusCode);
        }
    }

    [Fact]
    public async Task List_WhereNobodyDecides_DoesNotNameThem()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(ProxyConfig.At(new Uri("http://127.0.0.1:1")));
        Assert.DoesNotContain("modelscan/", await gateway.Client.GetStringAsync(new Uri("/v1/models", UriKind.Relative)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("modelscan/budget", null)]
    [InlineData("modelscan/quality", "acme/large")]
    [InlineData("modelscan/balanced", null)]
    [InlineData("modelscan/auto", null)]
    [InlineData("cheap", null)]
    public async Task Request_IsAnsweredByTheFirstOfTheRanking(string name, string? expected)
    {
        await using var rig = await Rig.StartAsync();
        var answer = await rig.Gateway.PostAsync("/v1/chat/completions", GatewayUnderTest.Chat("What is the capital of France?", name));
        Assert.Equal(200, answer.Status);
        Assert.Equal("modelscan", answer.Headers["x-modelscan-decided-by"]);
        Assert.Equal(name == "cheap" ? "modelscan/budget" : name, answer.Headers["x-modelscan-route"]);
        if (expected is not null)
            Assert.Equal(expected, answer.Headers["x-modelscan-model"]);
        Assert.Equal(answer.Headers["x-modelscan-model"].Split('/')[1], JsonNode.Parse(rig.Text)!["model"]!.GetValue<string>());
    }

    [Fact]
    public async Task Decision_ExplainsEveryPlace()
    {
        await using var rig = await Rig.StartAsync();
        var answer = await rig.Gateway.PostAsync("/routing/v1/messages?explain=1", """{"model":"modelscan/balanced","messages":[{"role":"user","content":"hi"}]}""");
        Assert.Equal(3, answer.Models.Length);
        var explanation = answer.Json.GetProperty("explanation");
        Assert.Equal(answer.Models, explanation.GetProperty("ranking").EnumerateArray().Select(model => model.GetProperty("model").GetString()));
        Assert.All(explanation.GetProperty("ranking").EnumerateArray(), model => Assert.Contains("ability", model.GetProperty("reason").GetString(), StringComparison.Ordinal));
        Assert.Equal("modelscan", explanation.GetProperty("decided_by").GetString());
    }

    [Fact]
    public async Task Auto_TakesTheRouteThatMatches_AndTheOthersTakeNone()
    {
        await using var rig = await Rig.StartAsync(Routes);
        const string Prompt = "write a function that sorts a list";
        Assert.Equal("code", (await rig.Gateway.PostAsync("/v1/chat/completions", GatewayUnderTest.Chat(Prompt, "modelscan/auto"))).Headers["x-modelscan-route"]);
        Assert.Equal("modelscan/auto", (await rig.Gateway.PostAsync("/v1/chat/completions", GatewayUnderTest.Chat("Who was the first emperor of Rome?", "modelscan/auto"))).Headers["x-modelscan-route"]);
        Assert.Equal("modelscan/budget", (await rig.Gateway.PostAsync("/v1/chat/completions", GatewayUnderTest.Chat(Prompt, "modelscan/budget"))).Headers["x-modelscan-route"]);
    }

    [Fact]
    public async Task Request_WhoseFirstChoiceFails_IsAnsweredByTheNext()
    {
        await using var rig = await Rig.StartAsync();
        var first = await rig.Gateway.PostAsync("/v1/chat/completions", GatewayUnderTest.Chat("hi", "modelscan/quality"));
        rig.FailsNext = first.Headers["x-modelscan-model"].Split('/')[1];
        var second = await rig.Gateway.PostAsync("/v1/chat/completions", GatewayUnderTest.Chat("hi", "modelscan/quality"));
        Assert.Equal(200, second.Status);
        Assert.Equal("2", second.Headers["x-modelscan-attempts"]);
        Assert.NotEqual(first.Headers["x-modelscan-model"], second.Headers["x-modelscan-model"]);
    }

    [Fact]
    public async Task Request_WithoutAnyModel_Is404()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(TestConfig.Empty.Model("openai/text-embedding-3-small"));
        Assert.Equal(404, (await gateway.PostAsync("/v1/chat/completions", GatewayUnderTest.Chat("hi", "modelscan/auto"))).Status);
    }

    private sealed class Rig(RawUpstream provider, GatewayUnderTest gateway) : IAsyncDisposable
    {
        public GatewayUnderTest Gateway => gateway;

        public string Text { get; private set; } = "";

        public string? FailsNext { get; set; }

        public static async Task<Rig> StartAsync(string more = "")
        {
            Rig? rig = null;
            var provider = RawUpstream.Start(request =>
            {
                rig!.Text = Encoding.UTF8.GetString(request.Body);
                if (rig.FailsNext is { } name && rig.Text.Contains($"\"{name}\"", StringComparison.Ordinal))
                    return request.SendAsync(ProxyConfig.Error(503));
                var answer = FormatWords.Chat.Whole("hi");
                return request.SendAsync($"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {Encoding.UTF8.GetByteCount(answer)}\r\n\r\n{answer}");
            });
            return rig = new Rig(provider, await GatewayUnderTest.StartAsync(TestConfig.Empty
                .Model("acme/small", provider.Address, more: "provider_interface: openai, capabilities: { context: 8000, reasoning: false }")
                .Model("acme/large", provider.Address, more: "provider_interface: openai, capabilities: { context: 200000, reasoning: true }")
                .Model("acme/coder", provider.Address, more: "provider_interface: openai, capabilities: { context: 100000, reasoning: false }")
                .Alias("cheap", "modelscan/budget")
                .Yaml(more)));
        }

        public async ValueTask DisposeAsync()
        {
            await gateway.DisposeAsync();
            await provider.DisposeAsync();
        }
    }
}
