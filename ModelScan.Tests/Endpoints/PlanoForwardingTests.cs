using System.Text;
using System.Text.Json;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Endpoints;

/// <summary>Rows of the compatibility vectors about forwarding that stand in no other file; the ids are theirs.</summary>
public sealed class PlanoForwardingTests
{
    [Theory]
    [InlineData("H22-chat", "/v1/chat/completions", 400)]
    [InlineData("H22-messages", "/v1/messages", 400)]
    [InlineData("H22-responses", "/v1/responses", 400)]
    [InlineData("H22-unknown", "/v1/unknown", 404)]
    [InlineData("H22-version", "/v2/chat", 404)]
    [InlineData("H22-empty", "/", 404)]
    [InlineData("H18", "/custom/path", 404)]
    [InlineData("I8", "/model/us.amazon.nova-pro-v1:0/converse", 404)]
    public async Task Post_Path_IsOneOfTheThreeFormatsOrUnknown(string id, string path, int status)
    {
        await using var gateway = await GatewayUnderTest.StartAsync(ProxyConfig.At(new Uri("http://127.0.0.1:1")));
        Assert.Equal((id, status), (id, (await gateway.PostAsync(path, "not json")).Status));
    }

    [Fact]
    public async Task ProviderRefusesAField_ItsOwnWordsComeBack_J16()
    {
        const string Said = """{"error":{"message":"Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.","type":"invalid_request_error","param":"max_tokens","code":"unsupported_parameter"}}""";
        await using var provider = RawUpstream.Start($"HTTP/1.1 400 Bad Request\r\ncontent-type: application/json\r\ncontent-length: {Said.Length}\r\n\r\n{Said}");
        await using var gateway = await GatewayUnderTest.StartAsync(ProxyConfig.At(provider.Address));
        var answer = await gateway.PostAsync("/v1/chat/completions", """{"model":"fast","max_tokens":50,"messages":[{"role":"user","content":"hi"}]}""");
        Assert.Equal((400, Said), (answer.Status, answer.Text));
    }

    [Fact]
    public async Task ProviderRefusesAFieldOfAnotherFormatsClient_ItsWordsComeBack_J16()
    {
        const string Said = """{"error":{"message":"Unsupported parameter: 'max_tokens'.","type":"invalid_request_error","param":"max_tokens","code":"unsupported_parameter"}}""";
        await using var provider = RawUpstream.Start($"HTTP/1.1 400 Bad Request\r\ncontent-type: application/json\r\ncontent-length: {Said.Length}\r\n\r\n{Said}");
        await using var gateway = await GatewayUnderTest.StartAsync(ProxyConfig.At(provider.Address));
        var answer = await gateway.PostAsync("/v1/messages", """{"model":"fast","max_tokens":50,"messages":[{"role":"user","content":"hi"}]}""");
        Assert.Equal((400, "openai: Unsupported parameter: 'max_tokens'."), (answer.Status, answer.Json.GetProperty("error").GetProperty("message").GetString()));
    }

    [Theory]
    [InlineData("K7", "/v1/chat/completions", "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"call_1\",\"function\":{\"name\":\"f\",\"arguments\":\"\"}}]}}]}\n\ndata: [DONE]\n\n")]
    [InlineData("K14", "/v1/responses", "event: response.reasoning_text.delta\ndata: {\"type\":\"response.reasoning_text.delta\",\"delta\":\"a\"}\n\n")]
    [InlineData("K18", "/v1/responses", "event: response.of_tomorrow\ndata: {\"type\":\"response.of_tomorrow\"}\n\n")]
    public async Task Stream_SameFormat_IsTheSameToTheByteHoweverItIsCut(string id, string path, string stream)
    {
        await using var provider = RawUpstream.Start(async request =>
        {
            await request.BeginChunkedAsync();
            foreach (var value in Encoding.UTF8.GetBytes(stream))
                await request.SendChunkAsync([value]);
            await request.EndChunkedAsync();
        });
        await using var gateway = await GatewayUnderTest.StartAsync(ProxyConfig.At(provider.Address));
        Assert.Equal((id, stream), (id, (await gateway.PostAsync(path, """{"model":"gpt-4o","stream":true}""")).Text));
    }

    [Fact]
    [Trait("Complaint", "21")]
    public async Task ModelList_ForClientOfAnthropics_HasItsShapeAndTheAliases_C03()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(ProxyConfig.At(new Uri("http://127.0.0.1:1")).Replace("fast:", "claude-fast:", StringComparison.Ordinal));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/models?limit=1000");
        request.Headers.Add("anthropic-version", "2023-06-01");
        using var response = await gateway.Client.SendAsync(request);
        var list = (await Answer.ReadAsync(response)).Json;
        var models = list.GetProperty("data").EnumerateArray().ToList();
        Assert.Equal(("model", "claude-fast", "claude-fast (openai/gpt-4o-mini)"), (Text(models[0], "type"), Text(models[0], "id"), Text(models[0], "display_name")));
        Assert.True(models[0].GetProperty("created_at").TryGetDateTimeOffset(out _));
        Assert.Contains(models, model => Text(model, "id") == "anthropic/claude-sonnet-4-20250514");
        Assert.Equal((false, "claude-fast", Text(models[^1], "id")), (list.GetProperty("has_more").GetBoolean(), Text(list, "first_id"), Text(list, "last_id")));

        static string? Text(JsonElement owner, string name) => owner.GetProperty(name).GetString();
    }

    // A model without eyes is passed over, and one that has them is asked.
    [Fact]
    [Trait("Complaint", "24")]
    public async Task Image_RouteWithAModelThatSees_GoesThere()
    {
        await using var blind = RawUpstream.Start(ProxyConfig.Ok);
        var seen = "";
        await using var seeing = RawUpstream.Start(request =>
        {
            seen = Encoding.UTF8.GetString(request.Body);
            var said = FormatWords.Chat.Whole("a cat");
            return request.SendAsync($"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {said.Length}\r\n\r\n{said}");
        });
        await using var gateway = await GatewayUnderTest.StartAsync(TestConfig.Policy
            .Default("deepseek/deepseek-chat", blind.Address)
            .Model("openai/gpt-4o", seeing.Address)
            .CodeRoute("deepseek/deepseek-chat", "openai/gpt-4o"));
        var answer = await gateway.PostAsync(
            "/v1/messages",
            """{"model":"x","max_tokens":9,"messages":[{"role":"user","content":[{"type":"text","text":"write a function that sorts a list"},{"type":"image","source":{"type":"base64","media_type":"image/png","data":"AA=="}}]}]}""");
        Assert.Equal((200, "openai/gpt-4o", 0), (answer.Status, answer.Headers.GetValueOrDefault("x-modelscan-model"), blind.Requests));
        Assert.Contains("data:image/png;base64,AA==", seen, StringComparison.Ordinal);
    }
}
