using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Json.Nodes;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Endpoints;

/// <summary>Conversations made shorter: by a provider that can, else by a summary that the gateway can open again.</summary>
public sealed class CompactionTests
{
    private const string Path = "/v1/responses";
    private const string OpenAi = "openai/gpt-4o";
    private const string Chat = "groq/llama-3.3-70b";
    private const string Claude = "anthropic/claude-sonnet-4-20250514";
    private const string Nova = "amazon_bedrock/us.amazon.nova-pro-v1:0";
    private const string Foreign = """{"type":"compaction","id":"cmp_1","encrypted_content":"gAAAAforeign"}""";

    // A conversation with a call in it.
    private const string Conversation = """
        [{"role":"user","content":"build me a raft"},{"type":"function_call","call_id":"c1","name":"look","arguments":"{}"},{"type":"function_call_output","call_id":"c1","output":"three logs"},
         {"role":"assistant","content":"found logs"},{"role":"user","content":[{"type":"input_text","text":"go on"}]}]
        """;

    public static TheoryData<string> Models => [Chat, Claude, Nova];

    [Fact]
    public async Task Compact_ProviderThatHasIt_PassesToTheByte()
    {
        await using var provider = new TalkingProvider { Calls = false };
        await using var gateway = await GatewayUnderTest.StartAsync(Config(provider.Address));
        const string Body = """{ "model":"gpt-4o", "input":"hi" ,"x":1}""";
        var answer = await gateway.PostAsync($"{Path}/compact", Body);
        Assert.Equal((200, "/v1/responses/compact", Body), (answer.Status, answer.Json.GetProperty("path").GetString(), provider.Last));
    }

    [Theory]
    [MemberData(nameof(Models))]
    public async Task Compact_ProviderWithoutIt_IsASummaryThatEveryProviderIsToldNextTurn(string model)
    {
        await using var provider = new TalkingProvider { Calls = false };
        await using var gateway = await GatewayUnderTest.StartAsync(Config(provider.Address));
        var answer = await gateway.PostAsync($"{Path}/compact", $$"""{"model":"{{model}}","input":{{Conversation}},"stream":true}""");
        Assert.True(answer.Status == 200, answer.Text);
        Assert.Contains("three logs", provider.Last, StringComparison.Ordinal);
        Assert.Equal("response.compaction", answer.Json.GetProperty("object").GetString());
        Assert.True(answer.Json.GetProperty("usage").GetProperty("output_tokens").GetInt64() > 0);
        var output = answer.Json.GetProperty("output");
        Assert.Equal(["message", "message", "compaction"], output.EnumerateArray().Select(item => item.GetProperty("type").GetString()));
        foreach (var next in (string[])[Chat, Claude, Nova, OpenAi])
        {
            var turn = await gateway.PostAsync(Path, $$"""{"model":"{{next}}","store":false,"input":[{{output.GetRawText()[1..^1]}},{"role":"user","content":"and now?"}]}""");
            Assert.True(turn.Status == 200, turn.Text);
            Assert.Contains("answer 0", provider.Last, StringComparison.Ordinal);
            Assert.Contains("build me a raft", provider.Last, StringComparison.Ordinal);
            Assert.DoesNotContain("three logs", provider.Last, StringComparison.Ordinal);
            Assert.DoesNotContain("\"compaction\"", provider.Last, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Compact_ProviderThatHasNoLongerTheEndpoint_IsAskedForASummary()
    {
        await using var provider = new TalkingProvider { Calls = false, HasCompaction = false };
        await using var gateway = await GatewayUnderTest.StartAsync(Config(provider.Address));
        for (var i = 0; i < 2; i++)
        {
            // The second time, too: a model is not taken for missing because an endpoint is.
            var answer = await gateway.PostAsync($"{Path}/compact", $$"""{"model":"gpt-4o","input":{{Conversation}}}""");
            Assert.Equal((200, "2", "response.compaction"), (answer.Status, answer.Headers["x-modelscan-attempts"], answer.Json.GetProperty("object").GetString()));
        }
    }

    [Theory]
    [InlineData(Chat)]
    [InlineData(Claude)]
    public async Task Trigger_ProviderWithoutIt_GivesExactlyOneItem(string model)
    {
        await using var provider = new TalkingProvider { Calls = false };
        await using var gateway = await GatewayUnderTest.StartAsync(Config(provider.Address));
        var input = $$"""[{{Conversation.Trim()[1..^1]}},{"type":"compaction_trigger"}]""";
        var answer = await gateway.PostAsync(Path, $$"""{"model":"{{model}}","stream":true,"store":false,"input":{{input}}}""");
        var events = SseParser.Create(new MemoryStream(Encoding.UTF8.GetBytes(answer.Text))).Enumerate().Select(item => JsonNode.Parse(item.Data)!).ToList();
        Assert.Equal(
            ["response.created", "response.in_progress", "response.output_item.added", "response.output_item.done", "response.completed"], events.Select(item => (string)item["type"]!));
        Assert.Equal(Enumerable.Range(0, 5), events.Select(item => (int)item["sequence_number"]!));
        var item = Assert.Single(events[^1]["response"]!["output"]!.AsArray())!;
        Assert.Equal("compaction", (string?)item["type"]);
        Assert.StartsWith("ms1.summary.", (string?)item["encrypted_content"], StringComparison.Ordinal);

        var whole = await gateway.PostAsync(Path, $$"""{"model":"{{model}}","store":false,"input":{{input}}}""");
        Assert.Equal("compaction", Assert.Single(whole.Json.GetProperty("output").EnumerateArray()).GetProperty("type").GetString());
    }

    [Theory]
    [MemberData(nameof(Models))]
    public async Task Conversation_CompactedElsewhere_IsStillAnswered(string model)
    {
        await using var provider = new TalkingProvider { Calls = false };
        await using var gateway = await GatewayUnderTest.StartAsync(Config(provider.Address));
        var answer = await gateway.PostAsync(Path, $$"""{"model":"{{model}}","store":false,"input":[{{Foreign}},{"role":"user","content":"and now?"}]}""");
        Assert.Equal((200, "input.compaction"), (answer.Status, answer.Headers["x-modelscan-dropped"]));
        Assert.Contains("compacted by another provider", provider.Last, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Conversation_CompactedElsewhere_GoesToACandidateThatCanReadIt()
    {
        await using var provider = new TalkingProvider { Calls = false };
        await using var gateway = await GatewayUnderTest.StartAsync(TestConfig.Policy
            .Default(Chat, $"{provider.Address}v1")
            .Model(OpenAi, provider.Address)
            .CodeRoute(Chat, OpenAi));
        const string Question = """{"role":"user","content":"write a function that sorts a list"}""";
        Assert.Equal(Chat, (await gateway.PostAsync(Path, $$"""{"model":"x","input":[{{Question}}]}""")).Headers["x-modelscan-model"]);
        Assert.Equal(OpenAi, (await gateway.PostAsync(Path, $$"""{"model":"x","input":[{{Foreign}},{{Question}}]}""")).Headers["x-modelscan-model"]);
        Assert.Contains(Foreign, provider.Last, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Compact_OfAConversationThatIsKeptHere_SummarizesAllOfIt()
    {
        await using var provider = new TalkingProvider { Calls = false };
        await using var gateway = await GatewayUnderTest.StartAsync(Config(provider.Address));
        var first = await gateway.PostAsync(Path, $$"""{"model":"{{Chat}}","input":"build me a raft"}""");
        var answer = await gateway.PostAsync($"{Path}/compact", $$"""{"model":"{{Claude}}","previous_response_id":"{{first.Json.GetProperty("id")}}"}""");
        Assert.Equal(200, answer.Status);
        Assert.Contains("build me a raft", provider.Last, StringComparison.Ordinal);
        Assert.Contains("answer 0", provider.Last, StringComparison.Ordinal);
        Assert.Equal("build me a raft", answer.Json.GetProperty("output")[0].GetProperty("content")[0].GetProperty("text").GetString());
    }

    [Fact]
    public async Task Compact_ModelThatSaysNothing_IsAnError()
    {
        const string Nothing = """{"id":"c","choices":[{"index":0,"message":{"role":"assistant","content":""},"finish_reason":"stop"}]}""";
        await using var provider = RawUpstream.Start($"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {Nothing.Length}\r\n\r\n{Nothing}");
        await using var gateway = await GatewayUnderTest.StartAsync(Config(provider.Address));
        var answer = await gateway.PostAsync($"{Path}/compact", $$"""{"model":"{{Chat}}","input":"hi"}""");
        Assert.Equal(502, answer.Status);
    }

    private static TestConfig Config(Uri upstream) => TestConfig.Direct
        .Default(OpenAi, upstream)
        .Model(Claude, upstream)
        .Model(Chat, $"{upstream}v1")
        .Model(Nova, upstream);
}
