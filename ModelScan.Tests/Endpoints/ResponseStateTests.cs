using System.Text.Json;
using System.Text.Json.Nodes;
using ModelScan.Tests.ConversationState;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Endpoints;

/// <summary>Conversations of the Responses API by <c>previous_response_id</c>, on providers that keep nothing and on one that does.</summary>
public sealed class ResponseStateTests
{
    private const string Path = "/v1/responses";
    private const string OpenAi = "openai/gpt-4o";
    private const string Chat = "groq/llama-3.3-70b";
    private const string Claude = "claude-sonnet-4-20250514";
    private const string Nova = "amazon_bedrock/us.amazon.nova-pro-v1:0";

    private static readonly string[] Models = [Chat, Claude, OpenAi, Nova];

    public static TheoryData<string> Kinds => StoreUnderTest.Kinds;

    // Every other turn a tool is called, whose result is all that the next turn brings.
    [SkippableTheory]
    [MemberData(nameof(Kinds))]
    public async Task TenTurns_AnotherProviderEachTime_EachKnowsAllThatWasSaid(string kind)
    {
        await using var place = await StoreUnderTest.StartAsync(kind);
        await using var provider = new TalkingProvider();
        var config = Config(provider.Address, place.Yaml);
        var gateway = await GatewayUnderTest.StartAsync(config);
        try
        {
            string? previous = null;
            JsonElement? call = null;
            for (var turn = 0; turn < 10; turn++)
            {
                if (turn == 5 && kind != "memory")
                {
                    await gateway.DisposeAsync();
                    gateway = await GatewayUnderTest.StartAsync(config);
                }

                JsonNode input = call is { } open
                    ? new JsonArray(new JsonObject { ["type"] = "function_call_output", ["call_id"] = open.GetProperty("call_id").GetString(), ["output"] = $"result {turn}" })
                    : JsonValue.Create($"question {turn}")!;
                var request = new JsonObject
                {
                    ["model"] = Models[turn % Models.Length],
                    ["input"] = input,
                    ["stream"] = turn % 3 == 1 && turn % Models.Length != 3,
                    ["previous_response_id"] = previous,
                    ["tools"] = JsonNode.Parse("""[{"type":"function","name":"look","parameters":{"type":"object","properties":{"at":{"type":"string"}}}}]"""),
                };
                var answer = await gateway.PostAsync(Path, request.ToJsonString(), ("authorization", "Bearer own"));
                Assert.True(answer.Status == 200, $"turn {turn}: {answer.Text}");
                var response = answer.Json.ValueKind == JsonValueKind.Object ? answer.Json : LastOf(answer.Text);
                previous = response.GetProperty("id").GetString();
                call = response.GetProperty("output").EnumerateArray().Where(item => item.GetProperty("type").GetString() == "function_call").Cast<JsonElement?>().FirstOrDefault();

                // What the provider was asked this time holds all that was said before.
                var sent = provider.Last;
                Assert.DoesNotContain("previous_response_id", sent, StringComparison.Ordinal);
                for (var before = 0; before <= turn; before++)
                    Assert.Contains(before % 2 == 0 ? $"question {before}" : $"result {before}", sent, StringComparison.Ordinal);
                for (var before = 0; before < turn; before++)
                    Assert.Contains(before % 2 == 0 ? $"place {before}" : $"answer {before}", sent, StringComparison.Ordinal);
            }

            Assert.Equal(10, provider.Count);
        }
        finally
        {
            await gateway.DisposeAsync();
        }
    }

    // As the AI SDK goes on: what the model wrote is named, what is new is said.
    [SkippableTheory]
    [MemberData(nameof(Kinds))]
    public async Task Items_ThatAreNamed_AreToldToWhoeverDoesNotKeepThem(string kind)
    {
        const string Tools = """[{"type":"function","name":"look","parameters":{"type":"object","properties":{"at":{"type":"string"}}}}]""";
        await using var place = await StoreUnderTest.StartAsync(kind);
        await using var provider = new TalkingProvider();
        var config = Config(provider.Address, place.Yaml);
        var gateway = await GatewayUnderTest.StartAsync(config);
        try
        {
            foreach (var author in Models)
            {
                foreach (var reader in Models)
                {
                    var first = await gateway.PostAsync(Path, $$"""{"model":"{{author}}","input":[{"type":"message","id":"msg_mine","role":"user","content":"where is it?"}],"tools":{{Tools}}}""", ("authorization", "Bearer own"));
                    var call = first.Json.GetProperty("output").EnumerateArray().Single(item => item.GetProperty("type").GetString() == "function_call");
                    var arguments = JsonNode.Parse(call.GetProperty("arguments").GetString()!)!["at"]!.GetValue<string>();
                    if (author == Models[^1] && reader == Models[0] && kind != "memory")
                    {
                        await gateway.DisposeAsync();
                        gateway = await GatewayUnderTest.StartAsync(config);
                    }

                    var body = $$"""
                        {"model":"{{reader}}","tools":{{Tools}},"input":[{"type":"item_reference","id":"msg_mine"},{"type":"item_reference","id":"{{call.GetProperty("id")}}"},{"type":"function_call_output","call_id":"{{call.GetProperty("call_id")}}","output":"under the table"}]}
                        """;
                    var second = await gateway.PostAsync(Path, body, ("authorization", "Bearer own"));
                    Assert.True(second.Status == 200, $"{author}, {reader}: {second.Text}");
                    if (author == OpenAi && reader == OpenAi)
                    {
                        Assert.Equal(body.Replace("openai/gpt-4o", "gpt-4o", StringComparison.Ordinal), provider.Last);
                        continue;
                    }

                    Assert.DoesNotContain("item_reference", provider.Last, StringComparison.Ordinal);
                    foreach (var part in (string[])["where is it?", arguments, "under the table"])
                        Assert.Contains(part, provider.Last, StringComparison.Ordinal);

                    // The turn that was kept has the items themselves, so that others may go on from it.
                    var third = await AskAsync(gateway, Chat, "and then?", second.Json.GetProperty("id").GetString());
                    Assert.True(third.Status == 200, $"{author}, {reader}: {third.Text}");
                    Assert.Contains("where is it?", provider.Last, StringComparison.Ordinal);
                    if (provider.Count % 2 == 1)
                        await AskAsync(gateway, Chat, "one more, so that the next one is called again");
                }
            }
        }
        finally
        {
            await gateway.DisposeAsync();
        }
    }

    [Theory]
    [InlineData(Chat)]
    [InlineData(Claude)]
    [InlineData(OpenAi)]
    public async Task Item_ThatNobodyKeepsHere_Is404_SaveForResponsesProviders(string model)
    {
        await using var provider = new TalkingProvider();
        await using var gateway = await GatewayUnderTest.StartAsync(Config(provider.Address));
        var answer = await gateway.PostAsync(Path, $$"""{"model":"{{model}}","input":[{"type":"item_reference","id":"msg_unknown"},{"role":"user","content":"hi"}]}""", ("authorization", "Bearer own"));
        if (model == OpenAi)
        {
            Assert.Equal(200, answer.Status);
            Assert.Contains("msg_unknown", provider.Last, StringComparison.Ordinal);
            return;
        }

        var error = answer.Json.GetProperty("error");
        Assert.Equal((404, "item_not_found", "input", 0), (answer.Status, error.GetProperty("code").GetString(), error.GetProperty("param").GetString(), provider.Count));
    }

    [Fact]
    public async Task Item_OfSomebodyElse_Is404()
    {
        await using var provider = new TalkingProvider();
        await using var gateway = await GatewayUnderTest.StartAsync(Config(provider.Address));
        var first = await AskAsync(gateway, Claude, "question 0");
        var id = first.Json.GetProperty("output")[0].GetProperty("id").GetString();
        var body = $$"""{"model":"{{Chat}}","input":[{"type":"item_reference","id":"{{id}}"},{"role":"user","content":"hi"}]}""";
        Assert.Equal(404, (await gateway.PostAsync(Path, body, ("authorization", "Bearer another"))).Status);
        Assert.Equal(200, (await gateway.PostAsync(Path, body, ("authorization", "Bearer own"))).Status);
    }

    [Fact]
    public async Task NextTurn_OfTheProviderThatKeepsIt_PassesToTheByte()
    {
        await using var provider = new TalkingProvider();
        await using var gateway = await GatewayUnderTest.StartAsync(Config(provider.Address));
        var first = await gateway.PostAsync(Path, $$"""{"model":"gpt-4o","input":"question 0"}""");
        var body = $$"""{ "model":"gpt-4o" ,"input":"question 1","previous_response_id":"{{first.Json.GetProperty("id")}}", "x": 1}""";
        Assert.Equal(200, (await gateway.PostAsync(Path, body)).Status);
        Assert.Equal(body, provider.Last);
    }

    // The same id, another key: whoever keeps it is another account.
    [Fact]
    public async Task NextTurn_OfAnotherAccountAtTheSameProvider_GetsTheWholeConversation()
    {
        await using var provider = new TalkingProvider();
        await using var gateway = await GatewayUnderTest.StartAsync(
            TestConfig.Direct.Default("openai/gpt-4o", provider.Address, "one").Model("openai/gpt-4o-mini", provider.Address, "two"));
        var first = await gateway.PostAsync(Path, """{"model":"gpt-4o","input":"question 0"}""");
        await gateway.PostAsync(Path, $$"""{"model":"gpt-4o-mini","input":"question 1","previous_response_id":"{{first.Json.GetProperty("id")}}"}""");
        Assert.DoesNotContain("previous_response_id", provider.Last, StringComparison.Ordinal);
        Assert.Contains("question 0", provider.Last, StringComparison.Ordinal);
        Assert.DoesNotContain("msg_0", provider.Last, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Chat)]
    [InlineData(Claude)]
    public async Task Answer_RepeatsWhatWasAsked(string model)
    {
        await using var provider = new TalkingProvider();
        await using var gateway = await GatewayUnderTest.StartAsync(Config(provider.Address));
        var first = await AskAsync(gateway, model, "question 0");
        Assert.Equal((true, JsonValueKind.Null), (first.Json.GetProperty("store").GetBoolean(), first.Json.GetProperty("previous_response_id").ValueKind));
        var second = await AskAsync(gateway, model, "question 1", first.Json.GetProperty("id").GetString(), ",\"store\":true");
        Assert.Equal(first.Json.GetProperty("id").GetString(), second.Json.GetProperty("previous_response_id").GetString());
        Assert.False(second.Headers.ContainsKey("x-modelscan-dropped"));
    }

    [Theory]
    [InlineData(Chat)]
    [InlineData(Claude)]
    public async Task NextTurn_UnknownId_Is404InTheDialect(string model)
    {
        await using var provider = new TalkingProvider();
        await using var gateway = await GatewayUnderTest.StartAsync(Config(provider.Address));
        var answer = await AskAsync(gateway, model, "x", "resp_unknown");
        var error = answer.Json.GetProperty("error");
        Assert.Equal((404, "previous_response_not_found", "previous_response_id", 0), (answer.Status, error.GetProperty("code").GetString(), error.GetProperty("param").GetString(), provider.Count));
    }

    [Fact]
    public async Task NextTurn_OfSomebodyElse_Is404()
    {
        await using var provider = new TalkingProvider();
        await using var gateway = await GatewayUnderTest.StartAsync(Config(provider.Address));
        var first = await AskAsync(gateway, Claude, "question 0");
        var id = first.Json.GetProperty("id").GetString();
        var answer = await gateway.PostAsync(Path, $$"""{"model":"{{Claude}}","input":"x","previous_response_id":"{{id}}"}""", ("authorization", "Bearer another"));
        Assert.Equal(404, answer.Status);
        Assert.Equal(404, (await GetAsync(gateway, $"{Path}/{id}", "another")).Status);
    }

    [Fact]
    public async Task NextTurn_OfOneThatWasNotKept_Is404()
    {
        await using var provider = new TalkingProvider();
        await using var gateway = await GatewayUnderTest.StartAsync(Config(provider.Address));
        var first = await AskAsync(gateway, Claude, "question 0", fields: ",\"store\":false");
        Assert.False(first.Json.GetProperty("store").GetBoolean());
        Assert.Equal(404, (await AskAsync(gateway, Claude, "x", first.Json.GetProperty("id").GetString())).Status);
    }

    [Fact]
    public async Task NextTurn_StoreIsAway_Is503_AndRequestsWithoutStateGoOn()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("responses.db", new string('x', 8192));
        await using var provider = new TalkingProvider();
        await using var gateway = await GatewayUnderTest.StartAsync(Config(provider.Address, $"store: sqlite, path: \"{path}\""));
        var first = await AskAsync(gateway, Claude, "question 0");
        Assert.Equal(200, first.Status);

        // What waits for the store is known; what it may hold is not.
        Assert.Equal(200, (await AskAsync(gateway, Claude, "question 1", first.Json.GetProperty("id").GetString())).Status);
        var answer = await AskAsync(gateway, Claude, "x", "resp_elsewhere");
        Assert.Equal((503, "ResponseStoreUnavailable"), (answer.Status, answer.Json.GetProperty("error").GetProperty("code").GetString()));
        Assert.Equal(503, (await GetAsync(gateway, $"{Path}/resp_elsewhere")).Status);
    }

    [Fact]
    public async Task Store_None_RefusesAsProvidersThatKeepNothingDo()
    {
        await using var provider = new TalkingProvider();
        await using var gateway = await GatewayUnderTest.StartAsync(Config(provider.Address, "store: none"));
        var answer = await AskAsync(gateway, Claude, "x", "resp_1");
        Assert.Equal((400, "previous_response_id"), (answer.Status, answer.Json.GetProperty("error").GetProperty("param").GetString()));
        Assert.Equal(404, (await GetAsync(gateway, $"{Path}/resp_1")).Status);
    }

    [Fact]
    public async Task Get_Delete_InputItems_OfAResponseThatIsKeptHere()
    {
        await using var provider = new TalkingProvider();
        await using var gateway = await GatewayUnderTest.StartAsync(Config(provider.Address));
        var items = string.Join(',', Enumerable.Range(0, 5).Select(i => $$"""{"role":"user","content":"item {{i}}"}"""));
        var first = await gateway.PostAsync(Path, $$"""{"model":"{{Claude}}","input":[{{items}}]}""", ("authorization", "Bearer own"));
        var id = first.Json.GetProperty("id").GetString();
        Assert.Equal(first.Text, (await GetAsync(gateway, $"{Path}/{id}")).Text);

        var page = (await GetAsync(gateway, $"{Path}/{id}/input_items?limit=2&order=asc")).Json;
        Assert.Equal(("list", 2, true), (page.GetProperty("object").GetString(), page.GetProperty("data").GetArrayLength(), page.GetProperty("has_more").GetBoolean()));
        Assert.Equal("item 0", page.GetProperty("data")[0].GetProperty("content")[0].GetProperty("text").GetString());
        var rest = (await GetAsync(gateway, $"{Path}/{id}/input_items?limit=9&order=asc&after={page.GetProperty("last_id")}")).Json;
        Assert.Equal((3, false), (rest.GetProperty("data").GetArrayLength(), rest.GetProperty("has_more").GetBoolean()));
        Assert.Equal("item 4", (await GetAsync(gateway, $"{Path}/{id}/input_items")).Json.GetProperty("data")[0].GetProperty("content")[0].GetProperty("text").GetString());
        Assert.Equal(400, (await GetAsync(gateway, $"{Path}/{id}/input_items?limit=0")).Status);
        Assert.Equal(400, (await GetAsync(gateway, $"{Path}/{id}/input_items?after=nobody")).Status);
        Assert.Equal(400, (await gateway.PostAsync($"{Path}/{id}/cancel", "", ("authorization", "Bearer own"))).Status);

        var deleted = await GetAsync(gateway, $"{Path}/{id}", method: "DELETE");
        Assert.Equal((200, true, id), (deleted.Status, deleted.Json.GetProperty("deleted").GetBoolean(), deleted.Json.GetProperty("id").GetString()));
        Assert.Equal(404, (await GetAsync(gateway, $"{Path}/{id}")).Status);
        Assert.Equal(404, (await GetAsync(gateway, $"{Path}/{id}", method: "DELETE")).Status);
    }

    [Fact]
    public async Task Get_Delete_Cancel_OfAResponseThatItsProviderKeeps_AreItsBusiness()
    {
        await using var provider = new TalkingProvider();
        await using var gateway = await GatewayUnderTest.StartAsync(Config(provider.Address));
        var first = await gateway.PostAsync(Path, """{"model":"gpt-4o","input":"question 0","background":true}""", ("authorization", "Bearer own"));
        var id = first.Json.GetProperty("id").GetString();
        foreach (var (method, below) in ((string, string)[])[("GET", "?include[]=x"), ("GET", "/input_items?limit=3"), ("POST", "/cancel"), ("DELETE", "")])
        {
            var answer = await GetAsync(gateway, $"{Path}/{id}{below}", method: method);
            Assert.Equal((200, $"{method} /v1/responses/{id}{below}"), (answer.Status, answer.Json.GetProperty("seen").GetString()));
        }

        Assert.Equal(404, (await GetAsync(gateway, $"{Path}/{id}")).Status);
    }

    [Fact]
    public async Task NextTurn_OfAConversationWithSealedThoughts_StaysWithItsAuthor_WhateverTheRoute()
    {
        await using var provider = new TalkingProvider { Thinks = true };
        await using var gateway = await GatewayUnderTest.StartAsync(TestConfig.Policy
            .Default($"anthropic/{Claude}", provider.Address)
            .Model("groq/llama-3.3-70b", $"{provider.Address}v1")
            .CodeRoute("groq/llama-3.3-70b"));
        const string Code = "write a function that sorts a list";
        Assert.Equal("groq/llama-3.3-70b", (await AskAsync(gateway, Claude, Code)).Headers["x-modelscan-model"]);
        var first = await AskAsync(gateway, Claude, "hello there");
        Assert.Equal($"anthropic/{Claude}", first.Headers["x-modelscan-model"]);
        var second = await AskAsync(gateway, Claude, Code, first.Json.GetProperty("id").GetString());
        Assert.Equal($"anthropic/{Claude}", second.Headers["x-modelscan-model"]);
        Assert.Contains("the author's signature", provider.Last, StringComparison.Ordinal);
    }

    private static Task<Answer> AskAsync(GatewayUnderTest gateway, string model, string input, string? previous = null, string fields = "") => gateway.PostAsync(
        Path, $$"""{"model":"{{model}}","input":"{{input}}"{{(previous is null ? "" : $",\"previous_response_id\":\"{previous}\"")}}{{fields}}}""", ("authorization", "Bearer own"));

    private static async Task<Answer> GetAsync(GatewayUnderTest gateway, string path, string key = "own", string method = "GET")
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Headers.TryAddWithoutValidation("authorization", $"Bearer {key}");
        using var response = await gateway.Client.SendAsync(request);
        return await Answer.ReadAsync(response);
    }

    private static JsonElement LastOf(string stream)
    {
        var data = stream.Split('\n').Last(line => line.StartsWith("data: {\"type\":\"response.completed\"", StringComparison.Ordinal))[6..];
        using var document = JsonDocument.Parse(data);
        return document.RootElement.GetProperty("response").Clone();
    }

    private static TestConfig Config(Uri upstream, string state = "store: memory") => TestConfig.Direct
        .Default(OpenAi, upstream, "sk-openai")
        .Model($"anthropic/{Claude}", upstream, "sk-anthropic")
        .Model(Chat, $"{upstream}v1", "sk-groq")
        .Model(Nova, upstream, "sk-aws")
        .Yaml($"responses_state: {{ {state} }}");
}
