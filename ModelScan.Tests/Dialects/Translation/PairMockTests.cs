using System.Buffers;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using ModelScan.RoutingApi.Capabilities;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Dialects.Translation;

/// <summary>
/// What coding agents do, over HTTP: ask, call the tool that the model asks for, send all of it back. The mock refuses what the real
/// providers refuse.
/// </summary>
public sealed class PairMockTests
{
    private static readonly ModelCapabilities Capabilities = new() { ReasoningEffort = true, MaxOutputTokens = 32000 };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Responses_AgentOnMessagesProvider_CallsToolAndAnswers(bool stream)
    {
        await using var mock = await RunningMock.StartAsync();
        var request = PairVector.Find("RM-R24").In.DeepClone();
        request["stream"] = stream;
        request["input"]!.AsArray()[^1]!["content"]![0]!["text"] = "use exec_command";

        var first = await AskResponsesAsync(mock, request, stream);
        var output = first["output"]!.AsArray();
        var call = output.Single(item => (string?)item!["type"] == "function_call")!;
        Assert.Equal("exec_command", (string?)call["name"]);
        Assert.Contains(output, item => (string?)item!["type"] == "reasoning" && item["encrypted_content"] is not null);

        foreach (var item in output)
            request["input"]!.AsArray().Add(item!.DeepClone());
        request["input"]!.AsArray().Add(new JsonObject { ["type"] = "function_call_output", ["call_id"] = call["call_id"]!.DeepClone(), ["output"] = "three files" });
        var second = await AskResponsesAsync(mock, request, stream);

        Assert.Equal("completed", (string?)second["status"]);
        var message = second["output"]!.AsArray().Single(item => (string?)item!["type"] == "message")!;
        Assert.Contains("three files", (string?)message["content"]![0]!["text"], StringComparison.Ordinal);
        Assert.True((int?)second["usage"]!["input_tokens"] > 0);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Messages_AgentOnResponsesProvider_CallsToolAndAnswers(bool stream)
    {
        await using var mock = await RunningMock.StartAsync();
        var request = PairVector.Find("MR-R22").In.DeepClone();
        request["stream"] = stream;
        request["messages"]![0]!["content"]![1]!["text"] = "use Read";

        var first = await AskMessagesAsync(mock, request, stream);
        var content = first["content"]!.AsArray();
        var call = content.Single(block => (string?)block!["type"] == "tool_use")!;
        Assert.Equal("Read", (string?)call["name"]);
        Assert.Equal("direct", (string?)call["caller"]!["type"]);
        Assert.Equal("tool_use", (string?)first["stop_reason"]);
        Assert.Contains(content, block => (string?)block!["type"] == "thinking" && ((string?)block["signature"])!.Length > 20);

        request["messages"]!.AsArray().Add(new JsonObject { ["role"] = "assistant", ["content"] = content.DeepClone() });
        request["messages"]!.AsArray().Add(JsonNode.Parse($$"""{"role":"user","content":[{"type":"tool_result","tool_use_id":"{{(string?)call["id"]}}","content":"three files"}]}"""));
        var second = await AskMessagesAsync(mock, request, stream);

        Assert.Equal("end_turn", (string?)second["stop_reason"]);
        Assert.Contains("three files", (string?)second["content"]!.AsArray()[^1]!["text"], StringComparison.Ordinal);
        Assert.True((int?)second["usage"]!["input_tokens"] > 0);
    }

    private static async Task<JsonNode> AskResponsesAsync(RunningMock mock, JsonNode request, bool stream)
    {
        var answer = await AskAsync(mock, new Pair(ApiFormat.Responses, ApiFormat.Messages), "claude-sonnet-4-20250514", "/v1/messages", request, stream);
        return stream ? PairRun.Events(answer)[^1]["response"]! : JsonNode.Parse(answer)!;
    }

    private static async Task<JsonNode> AskMessagesAsync(RunningMock mock, JsonNode request, bool stream)
    {
        var answer = await AskAsync(mock, new Pair(ApiFormat.Messages, ApiFormat.Responses), "gpt-4o", "/v1/responses", request, stream);
        return stream ? Assemble(PairRun.Events(answer)) : JsonNode.Parse(answer)!;
    }

    private static async Task<byte[]> AskAsync(RunningMock mock, Pair translator, string model, string path, JsonNode request, bool stream)
    {
        var context = PairRun.Context(Capabilities) with { ProviderModel = model };
        var exchange = translator.Translate(Encoding.UTF8.GetBytes(request.ToJsonString()), context);
        using var message = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ReadOnlyMemoryContent(exchange.Body) };
        message.Content.Headers.ContentType = new("application/json");
        message.Headers.Add("anthropic-version", exchange.Headers.Count > 0 ? exchange.Headers[0].Value : "2026-10-21");
        using var response = await mock.Client.SendAsync(message);
        var body = await response.Content.ReadAsByteArrayAsync();
        Assert.True(response.StatusCode == HttpStatusCode.OK, Encoding.UTF8.GetString(body));

        var client = new ArrayBufferWriter<byte>();
        if (!stream)
        {
            exchange.TranslateAnswer(body, client);
            return client.WrittenSpan.ToArray();
        }

        var translation = exchange.OpenStream();
        translation.Write(body, client);
        translation.End(client);
        Assert.Null(translation.Error);
        return client.WrittenSpan.ToArray();
    }

    // What an SDK makes of the events.
    private static JsonObject Assemble(List<JsonObject> events)
    {
        var message = events[0]["message"]!.DeepClone().AsObject();
        var content = message["content"]!.AsArray();
        var input = "";
        foreach (var data in events)
        {
            var delta = data["delta"];
            switch ((string?)data["type"])
            {
                case "content_block_start":
                    content.Add(data["content_block"]!.DeepClone());
                    input = "";
                    break;
                case "content_block_delta" when (string?)delta!["type"] == "input_json_delta":
                    input += (string?)delta["partial_json"];
                    break;
                case "content_block_delta":
                    var name = ((string?)delta!["type"])!.Replace("_delta", "", StringComparison.Ordinal);
                    content[^1]![name] = (string?)content[^1]![name] + (string?)delta[name];
                    break;
                case "content_block_stop" when (string?)content[^1]!["type"] == "tool_use" && input.Length > 0:
                    content[^1]!["input"] = JsonNode.Parse(input);
                    break;
                case "message_delta":
                    message["stop_reason"] = delta!["stop_reason"]!.DeepClone();
                    message["usage"] = data["usage"]!.DeepClone();
                    break;
            }
        }

        return message;
    }
}
