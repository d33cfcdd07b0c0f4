using System.Text;
using System.Text.Json.Nodes;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Sdk;

/// <summary>
/// The vendors' clients talk to a model on Bedrock: a server that checks what Bedrock checks, calls both tools first, and repeats their
/// results then (K27, K28).
/// </summary>
public sealed class BedrockTests
{
    private const string Model = "amazon_bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0";

    [Theory]
    [InlineData(SdkPairs.OpenAiChat, false)]
    [InlineData(SdkPairs.OpenAiChat, true)]
    [InlineData(SdkPairs.OpenAiResponses, false)]
    [InlineData(SdkPairs.OpenAiResponses, true)]
    [InlineData(SdkPairs.Anthropic, false)]
    [InlineData(SdkPairs.Anthropic, true)]
    public async Task ToolLoop_OnConverse_EndsWithText(string client, bool streamed)
    {
        await using var bedrock = RawUpstream.Start(AnswerAsync);
        await using var gateway = await GatewayUnderTest.StartAsync(TestConfig.Direct.Model(Model, bedrock.Address));
        var conversation = Open(client, gateway.Client.BaseAddress!);

        var calling = await TakeAsync(conversation, new SdkTurn("Tell me both."), streamed);
        var final = await TakeAsync(conversation, SdkTurn.ResultsOf(calling, call => $"{call.Name} works"), streamed);

        Assert.Equal([(SampleTools.Weather, """{"city":"Rome"}"""), (SampleTools.Clock, "{}")], calling.Calls.Select(call => (call.Name, call.Arguments)));
        Assert.Equal(SdkFinish.ToolCalls, calling.Finish);
        Assert.Equal(("weather works; clock works", SdkFinish.Complete), (final.Text, final.Finish));
        Assert.Equal((20, 7), (final.InputTokens, final.OutputTokens));
    }

    private static ISdkConversation Open(string client, Uri address) => client switch
    {
        SdkPairs.OpenAiChat => new OpenAiChatConversation(SdkClients.Chat(address, Model), new SdkOptions { Tools = true }),
        SdkPairs.OpenAiResponses => new OpenAiResponsesConversation(SdkClients.Responses(address), Model, new SdkOptions { Tools = true }),
        _ => new AnthropicConversation(SdkClients.Messages(address), Model, new SdkOptions { Tools = true }),
    };

    private static Task<SdkAnswer> TakeAsync(ISdkConversation conversation, SdkTurn turn, bool streamed) =>
        streamed ? conversation.StreamAsync(turn) : conversation.SendAsync(turn);

    private static async Task AnswerAsync(RawRequest request)
    {
        var body = JsonNode.Parse(request.Body)!;
        if (Problem(body) is { } problem)
        {
            var error = new JsonObject { ["message"] = problem }.ToJsonString();
            await request.SendAsync($"HTTP/1.1 400 Bad Request\r\ncontent-type: application/json\r\nx-amzn-errortype: ValidationException\r\ncontent-length: {Encoding.UTF8.GetByteCount(error)}\r\n\r\n{error}");
            return;
        }

        string[] results = [.. Blocks(body, "toolResult").Select(result => result["content"]![0]!["text"]!.GetValue<string>())];
        JsonArray content = results.Length > 0
            ? [new JsonObject { ["text"] = string.Join("; ", results) }]
            : [Call("tooluse_1", SampleTools.Weather, new JsonObject { ["city"] = "Rome" }), Call("tooluse_2", SampleTools.Clock, [])];
        var (reason, usage) = (results.Length > 0 ? "end_turn" : "tool_use", new JsonObject { ["inputTokens"] = 20, ["outputTokens"] = 7, ["totalTokens"] = 27 });
        if (request.Head.StartsWith($"POST /model/{Model["amazon_bedrock/".Length..]}/converse-stream ", StringComparison.Ordinal))
        {
            await request.BeginChunkedAsync(EventStreamReader.MediaType);
            foreach (var item in Events(content, reason, usage))
                await request.SendChunkAsync(ConverseFrames.Of(item));
            await request.EndChunkedAsync();
            return;
        }

        var answer = new JsonObject { ["output"] = new JsonObject { ["message"] = new JsonObject { ["role"] = "assistant", ["content"] = content } }, ["stopReason"] = reason, ["usage"] = usage }.ToJsonString();
        await request.SendAsync($"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {Encoding.UTF8.GetByteCount(answer)}\r\n\r\n{answer}");
    }

    private static JsonObject Call(string id, string name, JsonObject input) =>
        new() { ["toolUse"] = new JsonObject { ["toolUseId"] = id, ["name"] = name, ["input"] = input } };

    private static IEnumerable<JsonObject> Events(JsonArray content, string reason, JsonObject usage)
    {
        yield return new JsonObject { ["messageStart"] = new JsonObject { ["role"] = "assistant" } };
        for (var i = 0; i < content.Count; i++)
        {
            if (content[i]!["toolUse"] is { } call)
            {
                yield return new JsonObject { ["contentBlockStart"] = new JsonObject { ["contentBlockIndex"] = i, ["start"] = new JsonObject { ["toolUse"] = new JsonObject { ["toolUseId"] = call["toolUseId"]!.DeepClone(), ["name"] = call["name"]!.DeepClone() } } } };
                yield return Delta(i, new JsonObject { ["toolUse"] = new JsonObject { ["input"] = call["input"]!.ToJsonString() } });
            }
            else
            {
                foreach (var piece in content[i]!["text"]!.GetValue<string>().Chunk(4))
                    yield return Delta(i, new JsonObject { ["text"] = new string(piece) });
            }

            yield return new JsonObject { ["contentBlockStop"] = new JsonObject { ["contentBlockIndex"] = i } };
        }

        yield return new JsonObject { ["messageStop"] = new JsonObject { ["stopReason"] = reason } };
        yield return new JsonObject { ["metadata"] = new JsonObject { ["usage"] = usage, ["metrics"] = new JsonObject { ["latencyMs"] = 1 } } };
    }

    private static JsonObject Delta(int index, JsonObject delta) => new() { ["contentBlockDelta"] = new JsonObject { ["contentBlockIndex"] = index, ["delta"] = delta } };

    // What Bedrock refuses, as far as conversations with tools go.
    private static string? Problem(JsonNode body)
    {
        var messages = body["messages"]!.AsArray();
        for (var i = 0; i < messages.Count; i++)
        {
            if (messages[i]!["role"]!.GetValue<string>() != (i % 2 == 0 ? "user" : "assistant"))
                return "roles must alternate";
            if (messages[i]!["content"]!.AsArray().Any(block => block!["text"] is { } text && string.IsNullOrWhiteSpace(text.GetValue<string>())))
                return "The text field in the ContentBlock object is blank";
            string[] calls = [.. Ids(messages[i]!, "toolUse")];
            if (calls.Length > 0 && (i + 1 == messages.Count || !calls.SequenceEqual(Ids(messages[i + 1]!, "toolResult"))))
                return "Expected toolResult blocks for all toolUse blocks";
        }

        if (body["toolConfig"]?["tools"]?.AsArray().Any(tool => tool!["toolSpec"]?["inputSchema"]?["json"]?["type"]?.GetValue<string>() != "object") != false)
            return "The toolConfig field must be defined";
        return null;
    }

    private static IEnumerable<string> Ids(JsonNode message, string kind) =>
        message["content"]!.AsArray().Select(block => block![kind]).OfType<JsonNode>().Select(block => block["toolUseId"]!.GetValue<string>());

    private static IEnumerable<JsonNode> Blocks(JsonNode body, string kind) =>
        body["messages"]!.AsArray().SelectMany(message => message!["content"]!.AsArray()).Select(block => block![kind]).OfType<JsonNode>();
}
