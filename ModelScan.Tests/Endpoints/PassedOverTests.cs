using ModelScan.Tests.Support;

namespace ModelScan.Tests.Endpoints;

/// <summary>Why a candidate was not asked is told: by a header of the answer, and in the explanation of a decision.</summary>
public sealed class PassedOverTests
{
    private const string Image = """{"model":"x","messages":[{"role":"user","content":[{"type":"text","text":"write a function that sorts a list"},{"type":"image_url","image_url":{"url":"https://a.example/b.png"}}]}]}""";
    private const string Tool = """{"model":"x","messages":[{"role":"user","content":"write a function that sorts a list"}],"tools":[{"type":"function","function":{"name":"f","parameters":{}}}]}""";

    public static TheoryData<string, string, string> Lacks => new()
    {
        { "in: [text]", Image, "the model takes no images" },
        { "tools: false", Tool, "the model calls no tools" },
        { "context: 10", Image.Replace("sorts a list", new string('x', 2000), StringComparison.Ordinal), "the request is longer than the 10 tokens that the model reads" },
    };

    [Theory]
    [MemberData(nameof(Lacks))]
    public async Task Candidate_LacksSomething_IsNamedInTheHeaderWithTheReason(string capabilities, string body, string reason)
    {
        await using var provider = RawUpstream.Start("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}");
        await using var gateway = await StartAsync(provider, capabilities);
        var answer = await gateway.PostAsync("/v1/chat/completions", body);
        Assert.Equal((200, "openai/second", "1"), (answer.Status, answer.Headers["x-modelscan-model"], answer.Headers["x-modelscan-attempts"]));
        Assert.Contains($"openai/first (", answer.Headers["x-modelscan-passed-over"], StringComparison.Ordinal);
        Assert.Contains(reason, answer.Headers["x-modelscan-passed-over"], StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Lacks))]
    public async Task Candidate_LacksSomething_IsExplained(string capabilities, string body, string reason)
    {
        await using var provider = RawUpstream.Start("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}");
        await using var gateway = await StartAsync(provider, capabilities);
        var answer = await gateway.PostAsync("/routing/v1/chat/completions?explain=1", body);
        var ranking = answer.Json.GetProperty("explanation").GetProperty("ranking").EnumerateArray().ToDictionary(model => model.GetProperty("model").GetString()!, model => model.GetProperty("reason").GetString()!);
        Assert.EndsWith($"; passed over: {reason}", ranking["openai/first"], StringComparison.Ordinal);
        Assert.DoesNotContain("passed over", ranking["openai/second"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task EveryCandidateFits_NoHeader()
    {
        await using var provider = RawUpstream.Start("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}");
        await using var gateway = await StartAsync(provider, "in: [text, image]");
        Assert.False((await gateway.PostAsync("/v1/chat/completions", Image)).Headers.ContainsKey("x-modelscan-passed-over"));
    }

    private static Task<GatewayUnderTest> StartAsync(RawUpstream provider, string capabilities) => GatewayUnderTest.StartAsync(TestConfig.Empty
        .Model("openai/first", $"{provider.Address}v1", more: $"capabilities: {{ {capabilities} }}")
        .Model("openai/second", $"{provider.Address}v1", more: "capabilities: { in: [text, image], tools: true, context: 100000 }")
        .Route("any", null, ["openai/first", "openai/second"], "default: true"));
}
