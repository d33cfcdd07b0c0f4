using Microsoft.Extensions.DependencyInjection;
using ModelScan.RoutingApi.Conversations;
using ModelScan.RoutingApi.Decisions.Sessions;
using ModelScan.RoutingApi.Pipeline;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Endpoints;

public sealed class ProxySessionTests
{
    private const string Answer = """{"usage":{"prompt_tokens":900,"completion_tokens":5,"prompt_tokens_details":{"cached_tokens":800}}}""";

    [Fact]
    public async Task AnswerWithUsage_InASession_IsRememberedBehindTheAnswer()
    {
        await using var provider = RawUpstream.Start($"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {Answer.Length}\r\n\r\n{Answer}");
        await using var gateway = await GatewayUnderTest.StartAsync(ProxyConfig.Chain(provider.Address, provider.Address));
        Assert.Equal("first/a", (await gateway.PostAsync("/v1/chat/completions", ProxyConfig.CodePrompt, ("x-model-affinity", "s1"))).Headers["x-modelscan-model"]);
        await Eventually.TrueAsync(async () => (await BindingAsync(gateway, "s1"))?.CachedTokens == 800, "the session to know of the cache");
    }

    [Fact]
    public async Task SecondRequest_OfASession_StaysWithItsModel()
    {
        await using var provider = RawUpstream.Start(ProxyConfig.Ok);
        await using var gateway = await GatewayUnderTest.StartAsync(ProxyConfig.Chain(provider.Address, provider.Address));
        await gateway.PostAsync("/v1/chat/completions", ProxyConfig.CodePrompt, ("x-model-affinity", "s2"));
        var second = await gateway.PostAsync("/v1/chat/completions", """{"model":"second/b","messages":[{"role":"user","content":"thanks, bye"}]}""", ("x-model-affinity", "s2"));
        Assert.Equal(("first/a", "session"), (second.Headers["x-modelscan-model"], second.Headers["x-modelscan-decided-by"]));
    }

    [Fact]
    [Trait("Complaint", "21")]
    public async Task ModelList_ForClaudeCode_HasIdsThatItTakesAndNoRedirect_21()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(ProxyConfig.At(new Uri("http://127.0.0.1:1")));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/models?limit=1000");
        request.Headers.Add("anthropic-version", "2023-06-01");
        using var response = await gateway.Client.SendAsync(request);
        var list = await ModelScan.Tests.Support.Answer.ReadAsync(response);
        Assert.Equal((200, "/v1/models"), (list.Status, response.RequestMessage!.RequestUri!.AbsolutePath));
        Assert.Contains(list.Json.GetProperty("data").EnumerateArray(), model => model.GetProperty("id").GetString()!.StartsWith("anthropic", StringComparison.Ordinal));
    }

    private static async Task<SessionBinding?> BindingAsync(GatewayUnderTest gateway, string session)
    {
        var config = gateway.Services.GetRequiredService<CurrentSnapshot>().Value.Config;
        var lookup = await gateway.Services.GetRequiredService<SessionAffinity>().BeginAsync(
            new RequestFacts("x", [new ConversationMessage(ConversationRole.User, "write a function that sorts a list")], []), new SessionHeaders(Affinity: session), config.Session, config.PromptCaching, hasRoutes: true);
        return lookup.Turn.Binding;
    }
}
