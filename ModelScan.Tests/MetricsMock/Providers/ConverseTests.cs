using System.Text.Json.Nodes;
using ModelScan.Tests.Endpoints;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.MetricsMock.Providers;

/// <summary>Amazon Bedrock as the mock plays it, asked itself and through the gateway, which reads its streams.</summary>
public sealed class ConverseTests
{
    private const string Path = "/model/amazon_bedrock%2Fnova/converse";
    private const string Tool = """{"tools":[{"toolSpec":{"name":"look","inputSchema":{"json":{"type":"object","properties":{"at":{"type":"string"}},"required":["at"]}}}}]}""";

    private static readonly string[] Models = ["--Models:0:Name=amazon_bedrock/nova", "--Models:0:LatencySeconds=0"];

    [Fact]
    public async Task Converse_Text_NamesModelAndUser()
    {
        await using var mock = await RunningMock.StartAsync(Models);
        var answer = await mock.PostAsync(Path, """{"messages":[{"role":"user","content":[{"text":"hi"}]}],"inferenceConfig":{"maxTokens":100}}""");
        Assert.Equal((200, "This is amazon_bedrock/nova. You said: hi", "end_turn"), (answer.Status, (string?)answer.Json["output"]!["message"]!["content"]![0]!["text"], (string?)answer.Json["stopReason"]));
        Assert.True((int)answer.Json["usage"]!["totalTokens"]! > 0);
    }

    [Fact]
    public async Task Converse_Tools_AreCalledAndTheirResultsTold()
    {
        await using var mock = await RunningMock.StartAsync(Models);
        var first = await mock.PostAsync(Path, $$"""{"messages":[{"role":"user","content":[{"text":"look"}]}],"toolConfig":{{Tool}}}""");
        var call = first.Json["output"]!["message"]!["content"]![0]!["toolUse"]!;
        Assert.Equal(("look", "tool_use"), ((string?)call["name"], (string?)first.Json["stopReason"]));
        var second = await mock.PostAsync(Path, $$$"""
            {"messages":[{"role":"user","content":[{"text":"look"}]},{"role":"assistant","content":[{"toolUse":{{{call.ToJsonString()}}} }]},
              {"role":"user","content":[{"toolResult":{"toolUseId":"{{{call["toolUseId"]}}}","content":[{"text":"found it"}]}}]}],"toolConfig":{{{Tool}}} }
            """);
        Assert.Equal("This is amazon_bedrock/nova. The tools answered: found it", (string?)second.Json["output"]!["message"]!["content"]![0]!["text"]);
    }

    [Theory]
    [InlineData("""{"messages":[{"role":"assistant","content":[{"text":"hi"}]}]}""")]
    [InlineData("""{"messages":[{"role":"user","content":[{"text":" "}]}]}""")]
    [InlineData("""{"messages":[{"role":"user","content":[{"text":"a"}]},{"role":"user","content":[{"text":"b"}]}]}""")]
    [InlineData("""{"messages":[{"role":"user","content":[{"text":"a"}]},{"role":"assistant","content":[{"toolUse":{"toolUseId":"t","name":"look","input":{} } }]}]}""")]
    public async Task Converse_WhatBedrockRefuses_IsAValidationException(string body)
    {
        await using var mock = await RunningMock.StartAsync(Models);
        var answer = await mock.PostAsync(Path, body);
        Assert.Equal((400, "ValidationException"), (answer.Status, string.Join(',', answer.Response.Headers.GetValues("x-amzn-ErrorType"))));
        Assert.NotNull(answer.Json["message"]);
    }

    [Theory]
    [InlineData("/v1/messages", """{"model":"amazon_bedrock/nova","max_tokens":99,"stream":true,"messages":[{"role":"user","content":"hi"}]}""")]
    [InlineData("/v1/chat/completions", """{"model":"amazon_bedrock/nova","stream":true,"messages":[{"role":"user","content":"hi"}]}""")]
    [InlineData("/v1/responses", """{"model":"amazon_bedrock/nova","stream":true,"input":"hi"}""")]
    public async Task ConverseStream_ThroughTheGateway_ArrivesWhole(string path, string body)
    {
        await using var mock = await RunningMock.StartAsync(Models);
        await using var gateway = await GatewayUnderTest.StartAsync(TestConfig.Direct.Default("amazon_bedrock/nova", mock.Address));
        var answer = await gateway.PostAsync(path, body);
        Assert.Equal(200, answer.Status);
        var words = FormatWords.Of(path.Split('/')[^1]);
        Assert.Equal("This is amazon_bedrock/nova. You said: hi", words.TextOf(answer.Text));
        Assert.Contains(words.LastOfAll, answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ConverseStream_Throttled_IsAnExceptionWithinIt()
    {
        await using var mock = await RunningMock.StartAsync(Models);
        await mock.FailAsync("amazon_bedrock/nova", """{"kind":"rate_limit","after_chunks":3}""");
        await using var gateway = await GatewayUnderTest.StartAsync(TestConfig.Direct.Default("amazon_bedrock/nova", mock.Address));
        var answer = await gateway.PostAsync("/v1/messages", """{"model":"amazon_bedrock/nova","max_tokens":99,"stream":true,"messages":[{"role":"user","content":"hi"}]}""");
        var last = JsonNode.Parse(answer.Text.Split("data: ")[^1])!;
        Assert.Equal("rate_limit_error", (string?)last["error"]!["type"]);
    }
}
