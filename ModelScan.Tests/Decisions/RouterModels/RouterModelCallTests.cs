using System.Diagnostics;
using System.Text.Json;
using ModelScan.RoutingApi.Conversations;
using ModelScan.RoutingApi.Decisions;
using ModelScan.RoutingApi.Decisions.RouterModels;
using static ModelScan.Tests.Decisions.RouterModels.Sample;

namespace ModelScan.Tests.Decisions.RouterModels;

/// <summary>What goes over the wire.</summary>
public sealed class RouterModelCallTests
{
    [Fact]
    public async Task Classify_C24_Body_IsModelOneUserMessageAndTemperature()
    {
        await using var server = await RouterModelServer.StartAsync();

        await server.Classifier().ClassifyAsync(Ask("draw a cat"), default);

        var request = Assert.Single(server.Requests);
        using var body = JsonDocument.Parse(request.Body);
        Assert.Equal(["model", "messages", "temperature"], body.RootElement.EnumerateObject().Select(member => member.Name));
        Assert.Equal("0.01", body.RootElement.GetProperty("temperature").GetRawText());
        var message = Assert.Single(body.RootElement.GetProperty("messages").EnumerateArray());
        Assert.Equal(["role", "content"], message.EnumerateObject().Select(member => member.Name));
        Assert.Equal("user", message.GetProperty("role").GetString());
        Assert.Contains("draw a cat", request.Prompt, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Classify_C25_Headers_NameHintModelRequestAndTrace()
    {
        await using var server = await RouterModelServer.StartAsync();
        using var activity = new Activity("request").SetIdFormat(ActivityIdFormat.W3C).Start();

        await server.Classifier(options => options with { ApiKey = "sk-test" }).ClassifyAsync(Ask("draw a cat"), default);

        var request = Assert.Single(server.Requests);
        Assert.Equal("POST", request.Method);
        Assert.Equal("application/json", request.Headers["content-type"]);
        Assert.Equal("plano-orchestrator", request.Headers["x-arch-llm-provider-hint"]);
        Assert.Equal("plano-orchestrator", request.Headers["model"]);
        Assert.Equal(activity.TraceId.ToHexString(), request.Headers["x-request-id"]);
        Assert.Contains(activity.TraceId.ToHexString(), request.Headers["traceparent"], StringComparison.Ordinal);
        Assert.Equal("Bearer sk-test", request.Headers["authorization"]);
    }

    [Fact]
    public async Task Classify_WithoutKey_SendsNoAuthorization()
    {
        await using var server = await RouterModelServer.StartAsync();

        await server.Classifier().ClassifyAsync(Ask("draw a cat"), default);

        Assert.DoesNotContain("authorization", Assert.Single(server.Requests).Headers.Keys, StringComparer.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("Plano-Orchestrator", "Plano-Orchestrator")]
    [InlineData("katanemo/Arch-Router-1.5B", "katanemo/Arch-Router-1.5B")]
    public async Task Classify_Model_IsSentAsGiven(string model, string sent)
    {
        await using var server = await RouterModelServer.StartAsync();

        await server.Classifier(options => options with { Model = model }).ClassifyAsync(Ask("draw a cat"), default);

        Assert.Equal(sent, Assert.Single(server.Requests).Model);
    }

    [Theory]
    [InlineData("", "/v1/chat/completions")]
    [InlineData("/", "/v1/chat/completions")]
    [InlineData("/v1", "/v1/chat/completions")]
    [InlineData("/v1/", "/v1/chat/completions")]
    [InlineData("/v1/chat/completions", "/v1/chat/completions")]
    [InlineData("/llm%20x/v1/", "/llm%20x/v1/chat/completions")]
    [InlineData("/openai?version=2", "/openai/v1/chat/completions?version=2")]
    public void CompletionsUrl_AnyFormOfBase_EndsInChatCompletions(string path, string expected) =>
        Assert.Equal("http://127.0.0.1:8000" + expected, RouterModelClient.CompletionsUrl(new Uri("http://127.0.0.1:8000" + path)).AbsoluteUri);

    [Fact]
    public async Task Classify_ArchRouterModel_GetsItsOwnPrompt()
    {
        await using var server = await RouterModelServer.StartAsync();

        await server.Classifier(options => options with { Model = "Arch-Router" }).ClassifyAsync(Ask("draw a cat"), default);

        Assert.Contains("""[{"name":"Image generation",""", Assert.Single(server.Requests).Prompt, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Classify_C5_RoutesOfTheRequest_AreTheOnlyOnesAsked()
    {
        await using var server = await RouterModelServer.StartAsync();
        var classifier = server.Classifier();

        await classifier.ClassifyAsync(Ask("draw a cat"), default);
        await classifier.ClassifyAsync(new ClassificationRequest(new RouteSet([new("inline", "given in the request", [])]), [User("draw a cat")]), default);

        var prompt = server.Requests.Last().Prompt;
        Assert.Contains("\"inline\"", prompt, StringComparison.Ordinal);
        Assert.DoesNotContain("code_generation", prompt, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Classify_LoneSurrogates_ReachTheModelAsReplacementCharacters()
    {
        await using var server = await RouterModelServer.StartAsync();

        await server.Classifier().ClassifyAsync(Ask("draw \ud800 cat"), default);

        Assert.Contains("draw \ufffd cat", Assert.Single(server.Requests).Prompt, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Classify_ContextLength_IsTheOneConfigured()
    {
        await using var server = await RouterModelServer.StartAsync();

        var decision = await server
            .Classifier(options => options with { ContextLengthTokens = 400 })
            .ClassifyAsync(Ask(Assistant(new string('a', 2000)), User(new string('b', 2000))), default);

        Assert.InRange(Assert.Single(server.Requests).Prompt.Count(c => c == 'b'), 1, 1000);
        Assert.Contains(decision.Notes, note => note.Contains("1 older", StringComparison.Ordinal));
        Assert.Contains(decision.Notes, note => note.Contains("beginning and the end", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Classify_ConversationWithoutText_IsNotSent()
    {
        await using var server = await RouterModelServer.StartAsync();

        var decision = await server.Classifier().ClassifyAsync(Ask(new ConversationMessage(ConversationRole.System, "be brief")), default);

        Assert.Null(decision.Route);
        Assert.Empty(server.Requests);
    }
}
