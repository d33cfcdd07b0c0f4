using ModelScan.Tests.Decisions.RouterModels;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Endpoints;

/// <summary>A configuration that lets a router model decide, over HTTP from the client to the router model.</summary>
public sealed class RouterModelEndpointTests
{
    private const string Coding = "Write a Python function that implements binary search";

    private static TestConfig Config(RouterModelServer server) => TestConfig.Empty
        .Model("openai/gpt-4o", key: null)
        .Model("openai/gpt-4o-mini", key: null)
        .Model("arch/Arch-Router", $"{server.Url}v1", null, "provider_interface: openai")
        .Route("complex_reasoning", "complex reasoning tasks, multi-step analysis", ["openai/gpt-4o"])
        .Route("code_generation", TestConfig.WritingCode, ["openai/gpt-4o-mini"])
        .Yaml("overrides: { llm_routing_model: arch/Arch-Router }");

    [Theory]
    [InlineData("""{"route": ["complex_reasoning"]}""", "complex_reasoning")]
    [InlineData("""{"route": "complex_reasoning"}""", "complex_reasoning")]
    [InlineData("""{"route": []}""", null)]
    public async Task B19_RouterModelAnswersWithListOrString_ItsRouteIsTaken(string content, string? route)
    {
        await using var server = await RouterModelServer.StartAsync();
        server.Answer = RouterModelServer.Completion(content);
        await using var gateway = await GatewayUnderTest.StartAsync(Config(server));
        var answer = await gateway.DecideAsync(Coding);
        Assert.Equal((200, route, "endpoint"), (answer.Status, answer.Route, answer.Headers["x-modelscan-decided-by"]));
        var request = Assert.Single(server.Requests);
        Assert.Equal(("Arch-Router", "arch/Arch-Router"), (request.Model, request.Headers["x-arch-llm-provider-hint"]));
    }

    [Fact]
    public async Task B18_RouterModelFails_EmbeddedDecidesAndSaysSo()
    {
        await using var server = await RouterModelServer.StartAsync();
        server.Answer = RouterModelServer.Raw(500, "down");
        await using var gateway = await GatewayUnderTest.StartAsync(Config(server));
        var answer = await gateway.DecideAsync(Coding, ("x-modelscan-explain", "1"));
        Assert.Equal((200, "code_generation", "embedded"), (answer.Status, answer.Route, answer.Headers["x-modelscan-decided-by"]));
        Assert.Contains("down", answer.Json.GetProperty("explanation").GetProperty("notes")[0].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SameQuestionAgain_IsAnsweredFromTheCache()
    {
        await using var server = await RouterModelServer.StartAsync();
        server.Answer = RouterModelServer.Completion("""{"route": ["code_generation"]}""");
        await using var gateway = await GatewayUnderTest.StartAsync(Config(server));
        await gateway.DecideAsync(Coding);
        await gateway.DecideAsync(Coding);
        Assert.Single(server.Requests);
    }
}
