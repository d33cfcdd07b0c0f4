using ModelScan.Tests.Support;

namespace ModelScan.Tests.Endpoints;

/// <summary>Every client format reaches every provider, whole and streamed, over a provider that is as strict as the real ones.</summary>
public sealed class ProxyMatrixTests(ProxyMatrixTests.Rig rig) : IClassFixture<ProxyMatrixTests.Rig>
{
    public static TheoryData<string, string, bool> Pairs
    {
        get
        {
            var pairs = new TheoryData<string, string, bool>();
            foreach (var path in (string[])["chat/completions", "messages", "responses"])
            {
                foreach (var model in (string[])["openai/gpt-4o", "anthropic/claude-sonnet-4-20250514", "groq/gpt-4o"])
                {
                    pairs.Add(path, model, false);
                    pairs.Add(path, model, true);
                }
            }

            return pairs;
        }
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task Client_OfAnyFormat_GetsItsAnswerInIt(string path, string model, bool stream)
    {
        var conversation = path == "responses" ? "\"input\":\"hello there\"" : "\"max_tokens\":100,\"messages\":[{\"role\":\"user\",\"content\":\"hello there\"}]";
        var answer = await rig.Gateway.PostAsync($"/v1/{path}", $$"""{"model":"{{model}}","stream":{{(stream ? "true" : "false")}},{{conversation}}}""", ("authorization", "Bearer clients-own"));
        Assert.True(answer.Status == 200, answer.Text);
        Assert.Equal((model, "1"), (answer.Headers["x-modelscan-model"], answer.Headers["x-modelscan-attempts"]));
        if (stream)
        {
            Assert.StartsWith("text/event-stream", answer.Headers["content-type"], StringComparison.Ordinal);
            Assert.Contains(path switch { "messages" => "event: message_stop", "responses" => "event: response.completed", _ => "data: [DONE]" }, answer.Text, StringComparison.Ordinal);
        }
        else
        {
            Assert.Contains("You said: hello there", answer.Text, StringComparison.Ordinal);
            Assert.True(answer.Json.TryGetProperty(path switch { "messages" => "stop_reason", "responses" => "output", _ => "choices" }, out _));
        }
    }

    [Fact]
    public async Task ChatClient_OfAnAnthropicModel_IsTranslatedToMessages()
    {
        await rig.Gateway.PostAsync("/v1/chat/completions", """{"model":"anthropic/claude-sonnet-4-20250514","messages":[{"role":"user","content":"marker one"}]}""");
        var requests = await rig.Mock.GetAsync("/requests");
        Assert.Equal("/v1/messages", requests.Json.AsArray().Last(request => request!["body"]!.GetValue<string>().Contains("marker one", StringComparison.Ordinal))!["path"]!.GetValue<string>());
    }

    /// <summary>A mock and a gateway in front of it.</summary>
    public sealed class Rig : IAsyncLifetime
    {
        internal RunningMock Mock { get; private set; } = null!;

        internal GatewayUnderTest Gateway { get; private set; } = null!;

        public async Task InitializeAsync()
        {
            Mock = await RunningMock.StartAsync();
            Gateway = await GatewayUnderTest.StartAsync(TestConfig.Direct
                .Model("openai/gpt-4o", Mock.Address)
                .Model("anthropic/claude-sonnet-4-20250514", Mock.Address)
                .Model("groq/*", Mock.Address, null, "passthrough_auth: true"));
        }

        public async Task DisposeAsync()
        {
            await Gateway.DisposeAsync();
            await Mock.DisposeAsync();
        }
    }
}
