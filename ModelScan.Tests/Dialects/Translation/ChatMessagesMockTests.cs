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
public sealed class ChatMessagesMockTests
{
    private static readonly ModelCapabilities Capabilities = new() { ReasoningEffort = true, MaxOutputTokens = 32000 };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Messages_AgentOnChatProvider_CallsToolAndAnswers(bool stream)
    {
        await using var mock = await RunningMock.StartAsync();
        var request = JsonNode.Parse("""
            {"model":"claude-sonnet-4-5","max_tokens":32000,"thinking":{"type":"adaptive","display":"omitted"},"output_config":{"effort":"high"},"context_management":{"edits":[]},
             "system":[{"type":"text","text":"x-anthropic-billing-header: cc_version=1;"},{"type":"text","text":"You are an agent.","cache_control":{"type":"ephemeral"}}],
             "messages":[{"role":"user","content":[{"type":"text","text":"use read_file"}]},{"role":"system","content":"Be brief."}],
             "tools":[{"name":"read_file","description":"Reads.","input_schema":{"$schema":"s","type":"object","properties":{"path":{"type":"string"}},"required":["path"],"additionalProperties":false},"defer_loading":false}]}
            """)!;
        request["stream"] = stream;

        var first = await AskMessagesAsync(mock, request, stream);
        var call = first["content"]!.AsArray().Single(block => (string?)block!["type"] == "tool_use")!;
        Assert.Equal("read_file", (string?)call["name"]);
        Assert.Equal("direct", (string?)call["caller"]!["type"]);
        Assert.Equal("tool_use", (string?)first["stop_reason"]);

        request["messages"]!.AsArray().Add(new JsonObject { ["role"] = "assistant", ["content"] = first["content"]!.DeepClone() });
        request["messages"]!.AsArray().Add(JsonNode.Parse($$"""{"role":"user","content":[{"type":"tool_result","tool_use_id":"{{(string?)call["id"]}}","content":"three files"}]}"""));
        var second = await AskMessagesAsync(mock, request, stream);

        Assert.Equal("end_turn", (string?)second["stop_reason"]);
        Assert.Contains("three files", (string?)second["content"]!.AsArray()[^1]!["text"], StringComparison.Ordinal);
        Assert.True((int?)second["usage"]!["input_tokens"] > 0);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Chat_AgentOnMessagesProvider_CallsToolAndAnswers(bool stream)
    {
        await using var mock = await RunningMock.StartAsync();
        var request = JsonNode.Parse("""
            {"model":"gpt-4o","max_completion_tokens":20000,"reasoning_effort":"medium","temperature":0.5,"stream_options":{"include_usage":true},
             "messages":[{"role":"system","content":"You are an agent."},{"role":"user","content":"use read_file"}],
             "tools":[{"type":"function","function":{"name":"read_file","description":"Reads.","parameters":{"type":"object","properties":{"path":{"type":"string"}},"required":["path"]}}}]}
            """)!;
        request["stream"] = stream;

        var first = await AskChatAsync(mock, request, stream);
        var message = first["choices"]![0]!["message"]!;
        var call = message["tool_calls"]!.AsArray().Single()!;
        Assert.Equal("read_file", (string?)call["function"]!["name"]);
        Assert.Equal("tool_calls", (string?)first["choices"]![0]!["finish_reason"]);
        Assert.Equal("reasoning.text", (string?)message["reasoning_details"]![0]!["type"]);

        request["messages"]!.AsArray().Add(message.DeepClone());
        request["messages"]!.AsArray().Add(new JsonObject { ["role"] = "tool", ["tool_call_id"] = call["id"]!.DeepClone(), ["content"] = "three files" });
        var second = await AskChatAsync(mock, request, stream);

        Assert.Equal("stop", (string?)second["choices"]![0]!["finish_reason"]);
        Assert.Contains("three files", (string?)second["choices"]![0]!["message"]!["content"], StringComparison.Ordinal);
        Assert.True((int?)second["usage"]!["prompt_tokens"] > 0);
    }

    private static async Task<JsonNode> AskMessagesAsync(RunningMock mock, JsonNode request, bool stream)
    {
        var answer = await AskAsync(mock, ApiFormat.Messages, "gpt-4o", "/v1/chat/completions", request, stream);
        if (!stream)
            return JsonNode.Parse(answer)!;
        StreamText.CheckMessages(answer);
        return AssembleMessage(answer);
    }

    private static async Task<JsonNode> AskChatAsync(RunningMock mock, JsonNode request, bool stream)
    {
        var answer = await AskAsync(mock, ApiFormat.ChatCompletions, "claude-sonnet-4-20250514", "/v1/messages", request, stream);
        if (!stream)
            return JsonNode.Parse(answer)!;
        StreamText.CheckChat(answer);
        return AssembleCompletion(answer);
    }

    private static async Task<string> AskAsync(RunningMock mock, ApiFormat client, string model, string path, JsonNode request, bool stream)
    {
        var context = Profiles.Context(client, "modern") with { ProviderModel = model, Capabilities = Capabilities };
        var exchange = ChatMessagesPair.Of(client).Translate(Encoding.UTF8.GetBytes(request.ToJsonString()), context);
        using var message = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ReadOnlyMemoryContent(exchange.Body) };
        message.Content.Headers.ContentType = new("application/json");
        message.Headers.Add("anthropic-version", exchange.Headers.Count > 0 ? exchange.Headers[0].Value : "2026-10-21");
        using var response = await mock.Client.SendAsync(message);
        var body = await response.Content.ReadAsByteArrayAsync();
        Assert.True(response.StatusCode == HttpStatusCode.OK, Encoding.UTF8.GetString(body));
        if (!stream)
            return ChatMessagesPair.Answer(exchange, body);
        var translation = exchange.OpenStream();
        var answer = ChatMessagesPair.Stream(translation, [body]);
        Assert.Null(translation.Error);
        return answer;
    }

    // What an SDK makes of the events.
    private static JsonObject AssembleMessage(string stream)
    {
        var message = new JsonObject { ["content"] = new JsonArray() };
        var content = message["content"]!.AsArray();
        var input = "";
        foreach (var data in StreamText.Events(stream).Select(item => JsonNode.Parse(item.Data)!))
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
                case "content_block_stop" when input.Length > 0:
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

    // What an SDK makes of the chunks.
    private static JsonObject AssembleCompletion(string stream)
    {
        var message = new JsonObject { ["role"] = "assistant", ["content"] = "" };
        var completion = new JsonObject { ["choices"] = new JsonArray(new JsonObject { ["message"] = message }) };
        foreach (var data in StreamText.Events(stream).Where(item => item.Data != "[DONE]").Select(item => JsonNode.Parse(item.Data)!))
        {
            if (data["usage"] is { } usage)
                completion["usage"] = usage.DeepClone();
            if (data["choices"]!.AsArray().Count == 0)
                continue;
            var choice = data["choices"]![0]!;
            if (choice["finish_reason"] is { } reason)
                completion["choices"]![0]!["finish_reason"] = reason.DeepClone();
            var delta = choice["delta"]!;
            message["content"] = (string?)message["content"] + (string?)delta["content"];
            if (delta["reasoning_details"] is { } details)
                message["reasoning_details"] = details.DeepClone();
            if (delta["tool_calls"]?[0] is { } call)
                Add(message, call);
        }

        return completion;
    }

    private static void Add(JsonObject message, JsonNode piece)
    {
        if (piece["id"] is not null)
        {
            message["tool_calls"] ??= new JsonArray();
            message["tool_calls"]!.AsArray().Add(piece.DeepClone());
            return;
        }

        var function = message["tool_calls"]![(int)piece["index"]!]!["function"]!;
        function["arguments"] = (string?)function["arguments"] + (string?)piece["function"]!["arguments"];
    }
}
