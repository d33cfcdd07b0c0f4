using System.Text;
using System.Text.Json.Nodes;
using ModelScan.RoutingApi.Capabilities;

namespace ModelScan.Tests.Dialects.Translation;

/// <summary>However a chat provider numbers and names its parallel calls, each arrives as a call of its own: complaints 11 and 12.</summary>
[Trait("Complaint", "12")]
public sealed class ToolCallSlotTests
{
    private const string Two = "f {\"a\":1}; g {\"b\":2}";

    /// <summary>A name, the chunks' <c>tool_calls</c>, and the calls that they are.</summary>
    public static TheoryData<string, string[], string> Ways => new()
    {
        { "openai", [Call(0, "1", "f", ""), Call(0, null, null, "{\"a\":1}"), Call(1, "2", "g", ""), Call(1, null, null, "{\"b\":2}")], Two },
        { "interleaved", [Call(0, "1", "f", "{\"a\""), Call(1, "2", "g", "{\"b\""), Call(0, null, null, ":1}"), Call(1, null, null, ":2}")], Two },
        { "in one chunk", [Call(0, "1", "f", "{\"a\":1}") + "," + Call(1, "2", "g", "{\"b\":2}")], Two },
        { "ollama: slot 0, ids", [Call(0, "1", "f", "{\"a\":1}"), Call(0, "2", "g", "{\"b\":2}")], Two },
        { "gemini: slot 0, no ids", [Call(0, null, "f", "{\"a\":1}"), Call(0, null, "g", "{\"b\":2}")], Two },
        { "gemini: empty ids", [Call(0, "", "f", "{\"a\":1}"), Call(0, "", "g", "{\"b\":2}")], Two },
        { "gemini: in one chunk", [Call(0, null, "f", "{\"a\":1}") + "," + Call(0, null, "g", "{\"b\":2}")], Two },
        { "gemini: the same tool twice", [Call(0, null, "f", "{\"a\":1}"), Call(0, null, "f", "{\"a\":1}")], "f {\"a\":1}; f {\"a\":1}" },
        { "gemini: after text of arguments in pieces", [Call(0, null, "f", "{\"a\""), Call(0, null, null, ":1}"), Call(0, null, "f", "{\"b\":2}")], "f {\"a\":1}; f {\"b\":2}" },
        { "no slots, no ids", [Call(null, null, "f", "{\"a\":1}"), Call(null, null, "g", "{\"b\":2}")], Two },
        { "no slots, ids once", [Call(null, "1", "f", "{\"a\""), Call(null, null, null, ":1}"), Call(null, "2", "g", "{\"b\":2}")], Two },
        { "name in every piece", [Call(0, null, "f", ""), Call(0, null, "f", "{\"a\""), Call(0, null, "f", ":1}"), Call(1, null, "g", "{\"b\":2}")], Two },
        { "name in every piece, the last one empty", [Call(0, null, "f", "{\"a\":1}"), Call(0, null, "f", ""), Call(1, null, "g", "{\"b\":2}"), Call(1, null, "g", "")], Two },
        { "id and name in every piece", [Call(0, "1", "f", "{\"a\""), Call(0, "1", "f", ":1}"), Call(0, "2", "g", "{\"b\""), Call(0, "2", "g", ":2}")], Two },
        { "another id in every piece", [Call(0, "1", "f", "{\"a\""), Call(0, "x", null, ":1}"), Call(1, "2", "g", "{\"b\":2}")], Two },
        { "arguments before the name", [Call(0, null, null, "{\"a\""), Call(0, "1", "f", ":1}"), Call(1, "2", "g", "{\"b\":2}")], Two },
        { "another tool, no arguments", [Call(0, null, "f", ""), Call(0, null, "g", "")], "f {}; g {}" },
    };

    [Theory]
    [MemberData(nameof(Ways))]
    public void Write_CallsForMessagesClient_StayApart(string way, string[] chunks, string expected)
    {
        var stream = ChatMessagesPair.Stream(ChatMessagesPair.Exchange(ApiFormat.Messages, "modern"), Sse(chunks));
        StreamText.CheckMessages(stream);
        var calls = new List<(string Name, string Input)>();
        foreach (var data in StreamText.Events(stream).Select(item => JsonNode.Parse(item.Data)!))
        {
            if ((string?)data["content_block"]?["type"] == "tool_use")
                calls.Add(((string)data["content_block"]!["name"]!, ""));
            else if ((string?)data["delta"]?["partial_json"] is { } piece)
                calls[^1] = (calls[^1].Name, calls[^1].Input + piece);
        }

        Assert.Equal((way, expected), (way, string.Join("; ", calls.Select(call => $"{call.Name} {(call.Input.Length == 0 ? "{}" : call.Input)}"))));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Write_CallsForResponsesClient_StayApart(string way, string[] chunks, string expected)
    {
        var exchange = new Pair(ApiFormat.Responses, ApiFormat.ChatCompletions).Translate("""{"model":"m","input":"hi"}"""u8.ToArray(), ResponsesChatVector.Context(new ModelCapabilities()));
        var stream = StreamReplay.Run(exchange.OpenStream(), [Sse(chunks)]);
        StreamInvariants.Assert(true, stream);
        var output = JsonNode.Parse(ClientEvents.Parse(stream)[^1])!["response"]!["output"]!.AsArray();

        Assert.Equal((way, expected), (way, string.Join("; ", output.Select(item => $"{item!["name"]} {item["arguments"]}"))));
        Assert.Equal(output.Count, output.Select(item => (string)item!["call_id"]!).Distinct(StringComparer.Ordinal).Count());
    }

    private static byte[] Sse(string[] chunks)
    {
        var sse = new StringBuilder();
        foreach (var calls in chunks)
            sse.Append("""data: {"id":"c","choices":[{"index":0,"delta":{"tool_calls":[""").Append(calls).Append("""]},"finish_reason":null}]}""").Append("\n\n");
        return Encoding.UTF8.GetBytes(sse.Append("""data: {"id":"c","choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}""").Append("\n\ndata: [DONE]\n\n").ToString());
    }

    private static string Call(int? index, string? id, string? name, string arguments)
    {
        var call = new JsonObject();
        if (index is not null)
            call["index"] = index;
        if (id is not null)
            call["id"] = id;
        call["type"] = "function";
        call["function"] = name is null ? new JsonObject { ["arguments"] = arguments } : new JsonObject { ["name"] = name, ["arguments"] = arguments };
        return call.ToJsonString();
    }
}
