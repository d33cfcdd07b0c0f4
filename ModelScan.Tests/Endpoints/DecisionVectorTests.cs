using System.Text.Json;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Endpoints;

/// <summary>Section B of the Plano vectors over HTTP, by row; where ours differs on purpose, ours is asserted.</summary>
public sealed class DecisionVectorTests(DecisionVectorTests.Gateways gateways) : IClassFixture<DecisionVectorTests.Gateways>
{
    private const string Coding = "Write a Python function that implements binary search";

    private static readonly TestConfig Models = TestConfig.Empty
        .Default("openai/gpt-4o-mini", key: null)
        .Model("openai/gpt-4o", key: null)
        .Model("anthropic/claude-sonnet-4-20250514", key: null);

    private static string WithInline(string field, string json) => GatewayUnderTest.Chat(Coding)[..^1] + $",\"{field}\":{json}}}";

    private static string Inline(string selectionPolicy) =>
        WithInline("routing_preferences", $$"""[{"name":"inline","description":"writing functions in Python, generating code","models":["x/a","x/b"]{{selectionPolicy}}}]""");

    [Theory]
    [InlineData("B2", "not valid json", "Failed to parse JSON")]
    [InlineData("B15", "{\"model\": \"x\"}", "messages: is required")]
    public async Task Post_BadBody_Is400InvalidRequest(string row, string body, string reason)
    {
        var answer = await gateways.WithRoutes.PostAsync("/routing/v1/chat/completions", body);
        var error = answer.Json.GetProperty("error");
        Assert.True(answer.Status == 400 && error.GetProperty("code").GetString() == "InvalidRequest", row);
        Assert.Contains(reason, error.GetProperty("details").GetProperty("reason").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("B6", "")]
    [InlineData("B6 null", ",\"selection_policy\":null")]
    [InlineData("B7", ",\"selection_policy\":{\"prefer\":\"\"}")]
    [InlineData("B7 null", ",\"selection_policy\":{\"prefer\":null}")]
    public async Task InlineRoutes_NoPreference_KeepsDeclaredOrder(string row, string policy)
    {
        var answer = await gateways.WithRoutes.PostAsync("/routing/v1/chat/completions", Inline(policy));
        Assert.True(answer.Route == "inline", row);
        Assert.Equal(["x/a", "x/b"], answer.Models);
    }

    [Fact]
    public async Task B8_UnknownPreference_IgnoresInlineListAndSaysSo()
    {
        var answer = await gateways.WithRoutes.PostAsync("/routing/v1/chat/completions?explain=1", Inline(",\"selection_policy\":{\"prefer\":\"dearest\"}"));
        Assert.Equal((200, "code_generation"), (answer.Status, answer.Route));
        Assert.Contains("prefer", answer.Json.GetProperty("explanation").GetProperty("notes")[0].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task B8_RandomPreference_IsOursAndHonoured()
    {
        var answer = await gateways.WithRoutes.PostAsync("/routing/v1/chat/completions", Inline(",\"selection_policy\":{\"prefer\":\"random\"}"));
        Assert.Equal("inline", answer.Route);
        Assert.Equal(["x/a", "x/b"], answer.Models.Order());
    }

    [Theory]
    [InlineData("\"x\"")]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("[{\"name\":\"n\",\"description\":\"d\"}]")]
    [InlineData("[{\"name\":\"n\",\"description\":\"d\",\"models\":[]}]")]
    [InlineData("[{\"name\":1,\"description\":\"d\",\"models\":[\"x/a\"]}]")]
    public async Task B9_InlineRoutesOfWrongForm_AreIgnored(string json)
    {
        var answer = await gateways.WithRoutes.PostAsync("/routing/v1/chat/completions", WithInline("routing_preferences", json));
        Assert.Equal((200, "code_generation"), (answer.Status, answer.Route));
    }

    [Fact]
    public async Task B11_B12_NoMatch_HasNoneAndNoSession()
    {
        var answer = await gateways.WithRoutes.DecideAsync("What is the capital of France?");
        Assert.Equal(200, answer.Status);
        Assert.Equal(["models", "route", "trace_id", "pinned", "switched"], answer.Json.EnumerateObject().Select(property => property.Name));
        Assert.Equal(["none"], answer.Models);
        Assert.Equal(JsonValueKind.Null, answer.Json.GetProperty("route").ValueKind);
        Assert.False(answer.Json.GetProperty("pinned").GetBoolean() || answer.Json.GetProperty("switched").GetBoolean());
    }

    [Fact]
    public async Task B13_NoRoutesAtAll_IsNoneWithoutAClassifier()
    {
        var answer = await gateways.WithoutRoutes.DecideAsync(Coding);
        Assert.Equal((200, "none"), (answer.Status, Assert.Single(answer.Models)));
        Assert.Equal("none", answer.Headers["x-modelscan-decided-by"]);
    }

    [Fact]
    public async Task B14_UnknownRequestedModel_IsDecidedAllTheSame()
    {
        var answer = await gateways.WithRoutes.PostAsync("/routing/v1/chat/completions", GatewayUnderTest.Chat(Coding, "does-not-exist"));
        Assert.Equal((200, "code_generation"), (answer.Status, answer.Route));
    }

    [Fact]
    public async Task B16_TraceParent_GivesTraceId()
    {
        var answer = await gateways.WithRoutes.DecideAsync(Coding, ("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"));
        Assert.Equal("4bf92f3577b34da6a3ce929d0e0e4736", answer.Json.GetProperty("trace_id").GetString());
    }

    [Theory]
    [InlineData("B17", null)]
    [InlineData("malformed", "00-zzz")]
    public async Task TraceId_NoUsableTraceParent_Is32HexDigits(string row, string? traceParent)
    {
        var answer = await gateways.WithRoutes.DecideAsync(Coding, traceParent is null ? [] : [("traceparent", traceParent)]);
        var id = answer.Json.GetProperty("trace_id").GetString()!;
        Assert.True(id.Length == 32 && id.All(char.IsAsciiHexDigitLower), row);
        Assert.Equal(id, answer.Headers["x-modelscan-trace-id"]);
    }

    [Theory]
    [InlineData("B20", "/routing/v1/messages", "{\"model\":\"gpt-4o-mini\",\"max_tokens\":1024,\"messages\":[{\"role\":\"user\",\"content\":\"Create a REST API endpoint in Rust using actix-web that handles user registration\"}]}")]
    [InlineData("B21", "/routing/v1/responses", "{\"model\":\"gpt-4o-mini\",\"input\":\"Build a React component that renders a sortable data table\"}")]
    public async Task OtherFormats_CodingRequest_GiveTheSameShape(string row, string path, string body)
    {
        var answer = await gateways.WithRoutes.PostAsync(path, body);
        Assert.True(answer is { Status: 200, Route: "code_generation" }, row);
        Assert.Equal(["anthropic/claude-sonnet-4-20250514", "openai/gpt-4o"], answer.Models);
    }

    [Theory]
    [InlineData("/routing/v1/chat/completions")]
    [InlineData("/routing/v1/messages")]
    [InlineData("/routing/v1/responses")]
    public async Task B22_Get_Is405InTheDialect(string path)
    {
        using var response = await gateways.WithRoutes.Client.GetAsync(path);
        var answer = await Answer.ReadAsync(response);
        Assert.Equal((405, "POST"), (answer.Status, answer.Headers["Allow"]));
        Assert.Equal("invalid_request_error", answer.Json.GetProperty("error").GetProperty("type").GetString());
        Assert.Equal(path.EndsWith("messages", StringComparison.Ordinal), answer.Json.TryGetProperty("type", out _));
    }

    [Fact]
    public async Task OlderRoutingPolicy_OverridesForOneRequest()
    {
        var body = WithInline("routing_policy", """
            [{"model":"openai/gpt-4o","routing_preferences":[{"name":"coding","description":"code generation and debugging, writing functions"}]},
             {"model":"openai/gpt-4o-mini","routing_preferences":[{"name":"general","description":"simple questions and conversation"},{"name":"coding","description":"again"}]}]
            """);
        var answer = await gateways.WithRoutes.PostAsync("/routing/v1/chat/completions", body);
        Assert.Equal("coding", answer.Route);
        Assert.Equal(["openai/gpt-4o", "openai/gpt-4o-mini"], answer.Models);
        Assert.Equal("code_generation", (await gateways.WithRoutes.DecideAsync(Coding)).Route);
    }

    [Fact]
    public async Task EmptyInlineRoutes_LeaveNothingToMatch() =>
        Assert.Equal(["none"], (await gateways.WithRoutes.PostAsync("/routing/v1/chat/completions", WithInline("routing_preferences", "[]"))).Models);

    /// <summary>Two running gateways, with routes and without.</summary>
    public sealed class Gateways : IAsyncLifetime
    {
        internal GatewayUnderTest WithRoutes { get; private set; } = null!;

        internal GatewayUnderTest WithoutRoutes { get; private set; } = null!;

        public async Task InitializeAsync()
        {
            WithRoutes = await GatewayUnderTest.StartAsync(Models
                .Route("complex_reasoning", "complex reasoning tasks, multi-step analysis, or detailed explanations", ["openai/gpt-4o", "openai/gpt-4o-mini"])
                .Route("code_generation", "generating new code, writing functions, or creating boilerplate", ["anthropic/claude-sonnet-4-20250514", "openai/gpt-4o"]));
            WithoutRoutes = await GatewayUnderTest.StartAsync(Models);
        }

        public async Task DisposeAsync()
        {
            await WithRoutes.DisposeAsync();
            await WithoutRoutes.DisposeAsync();
        }
    }
}
