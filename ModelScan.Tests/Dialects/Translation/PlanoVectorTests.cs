using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using ModelScan.RoutingApi.Capabilities;
using ModelScan.RoutingApi.Conversations.Reading;
using ModelScan.RoutingApi.Dialects.Translation;

namespace ModelScan.Tests.Dialects.Translation;

/// <summary>Rows of the compatibility vectors about conversions that stand in no other file of vectors; the ids are theirs.</summary>
public sealed class PlanoVectorTests
{
    [Fact]
    public void Read_SystemFieldOfAnotherFormat_IsIgnored_I1()
    {
        var read = RequestReader.Read(ApiFormat.ChatCompletions, """{"model":"m","system":"Be brief.","messages":[{"role":"user","content":"hi"}]}"""u8.ToArray());
        Assert.Equal("hi", Assert.Single(read.Facts.Messages).Text);
    }

    [Theory]
    [InlineData("I40", "\"x\"")]
    [InlineData("I40-list", "[\"x\"]")]
    public void Translate_StopAsText_IsAccepted(string id, string stop)
    {
        var body = Translate(new Pair(ApiFormat.ChatCompletions, ApiFormat.Messages), $$"""{"model":"m","messages":[{"role":"user","content":"hi"}],"stop":{{stop}}}""").Body;
        Assert.Equal((id, "x"), (id, (string?)JsonNode.Parse(body.Span)!["stop_sequences"]![0]));
    }

    [Fact]
    public void Translate_AudioPart_IsRefusedByName_I41()
    {
        var refusal = Assert.Throws<InvalidRequestException>(() => Translate(
            new Pair(ApiFormat.ChatCompletions, ApiFormat.Messages), """{"model":"m","messages":[{"role":"user","content":[{"type":"input_audio","input_audio":{"data":"AA==","format":"wav"}}]}]}"""));
        Assert.StartsWith("messages[0].content[0]", refusal.Field, StringComparison.Ordinal);
        Assert.Contains("input_audio", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Translate_ThinkingForModelWithoutIt_IsDroppedAndReported_I46()
    {
        var exchange = Translate(new Pair(ApiFormat.Messages, ApiFormat.ChatCompletions), """{"model":"m","max_tokens":4000,"thinking":{"type":"enabled","budget_tokens":1024},"messages":[{"role":"user","content":"hi"}]}""");
        Assert.Null(JsonNode.Parse(exchange.Body.Span)!["thinking"]);
        Assert.Contains("thinking", exchange.Dropped);
    }

    [Theory]
    [InlineData("stop", "end_turn")]
    [InlineData("length", "max_tokens")]
    [InlineData("tool_calls", "tool_use")]
    [InlineData("function_call", "tool_use")]
    [InlineData("content_filter", "refusal")]
    public void TranslateAnswer_FinishReason_IsTheStopReason_J10(string finish, string stop)
    {
        var answer = Answer(new Pair(ApiFormat.Messages, ApiFormat.ChatCompletions), $$$"""{"id":"c","choices":[{"index":0,"message":{"role":"assistant","content":"x"},"finish_reason":"{{{finish}}}"}]}""");
        Assert.Equal(stop, (string?)answer["stop_reason"]);
    }

    [Theory]
    [InlineData("end_turn", "stop", "completed")]
    [InlineData("stop_sequence", "stop", "completed")]
    [InlineData("pause_turn", "stop", "incomplete")] // the turn is not over, and Responses has a word for it
    [InlineData("max_tokens", "length", "incomplete")]
    [InlineData("tool_use", "tool_calls", "completed")]
    [InlineData("refusal", "content_filter", "incomplete")]
    public void TranslateAnswer_StopReason_IsTheFinishReasonOrStatus_J10(string stop, string finish, string status)
    {
        var message = $$$"""{"id":"m","content":[{"type":"text","text":"x"}],"stop_reason":"{{{stop}}}","usage":{"input_tokens":1,"output_tokens":1}}""";
        Assert.Equal(finish, (string?)Answer(new Pair(ApiFormat.ChatCompletions, ApiFormat.Messages), message)["choices"]![0]!["finish_reason"]);
        Assert.Equal(status, (string?)Answer(new Pair(ApiFormat.Responses, ApiFormat.Messages), message)["status"]);
    }

    [Fact]
    [Trait("Complaint", "16")]
    public void TranslateAnswer_TokensOfTheCache_AreReported_J11()
    {
        const string Message = """{"id":"m","content":[{"type":"text","text":"x"}],"stop_reason":"end_turn","usage":{"input_tokens":5,"cache_read_input_tokens":10,"output_tokens":1}}""";
        const string Chat = """{"id":"c","choices":[{"message":{"content":"x"},"finish_reason":"stop"}],"usage":{"prompt_tokens":15,"completion_tokens":1,"prompt_tokens_details":{"cached_tokens":10}}}""";
        const string Response = """{"id":"r","status":"completed","output":[],"usage":{"input_tokens":15,"input_tokens_details":{"cached_tokens":10},"output_tokens":1}}""";
        Assert.Equal((10, 5), Counts(Answer(new Pair(ApiFormat.Messages, ApiFormat.ChatCompletions), Chat)["usage"]!, "cache_read_input_tokens", "input_tokens"));
        Assert.Equal((10, 5), Counts(Answer(new Pair(ApiFormat.Messages, ApiFormat.Responses), Response)["usage"]!, "cache_read_input_tokens", "input_tokens"));
        Assert.Equal((10, 15), Counts(Answer(new Pair(ApiFormat.ChatCompletions, ApiFormat.Messages), Message)["usage"]!, "prompt_tokens_details.cached_tokens", "prompt_tokens"));
        Assert.Equal((10, 15), Counts(Answer(new Pair(ApiFormat.ChatCompletions, ApiFormat.Responses), Response)["usage"]!, "prompt_tokens_details.cached_tokens", "prompt_tokens"));
        Assert.Equal((10, 15), Counts(Answer(new Pair(ApiFormat.Responses, ApiFormat.Messages), Message)["usage"]!, "input_tokens_details.cached_tokens", "input_tokens"));
        Assert.Equal((10, 15), Counts(Answer(new Pair(ApiFormat.Responses, ApiFormat.ChatCompletions), Chat)["usage"]!, "input_tokens_details.cached_tokens", "input_tokens"));

        static (int Cached, int Input) Counts(JsonNode usage, string cached, string input) =>
            ((int)cached.Split('.').Aggregate(usage, (node, name) => node[name]!), (int)usage[input]!);
    }

    [Fact]
    public void TranslateAnswer_ImageBesideText_TextIsKept_J13()
    {
        const string Image = """{"type":"image","source":{"type":"base64","media_type":"image/png","data":"AA=="}}""";
        var chat = Answer(new Pair(ApiFormat.ChatCompletions, ApiFormat.Messages), $$$"""{"id":"m","content":[{"type":"text","text":"see"},{{{Image}}}],"stop_reason":"end_turn"}""");
        Assert.Equal("see", (string?)chat["choices"]![0]!["message"]!["content"]);
        var message = Answer(new Pair(ApiFormat.Messages, ApiFormat.ChatCompletions), """{"id":"c","choices":[{"message":{"content":[{"type":"text","text":"see"},{"type":"image_url","image_url":{"url":"https://x"}}]},"finish_reason":"stop"}]}""");
        Assert.Equal("see", (string?)Assert.Single(message["content"]!.AsArray())!["text"]);
    }

    [Theory]
    [InlineData("\"service_tier\":\"default\",")]
    [InlineData("\"service_tier\":null,")]
    [InlineData("")]
    public void TranslateAnswer_ServiceTierOrNone_IsAccepted_J15(string tier)
    {
        var chat = $$$"""{"id":"c",{{{tier}}}"choices":[{"message":{"content":"x"},"finish_reason":"stop"}]}""";
        Assert.Equal("x", (string?)Answer(new Pair(ApiFormat.Messages, ApiFormat.ChatCompletions), chat)["content"]![0]!["text"]);
        Assert.Equal("x", (string?)Answer(new Pair(ApiFormat.Responses, ApiFormat.ChatCompletions), chat)["output"]![0]!["content"]![0]!["text"]);
    }

    // Plano keeps the items itself; here the client sends them back, and they mean the same.
    [Fact]
    public void Translate_OutputSentBackAsInput_IsTheAssistantsTurn_J17()
    {
        var output = Answer(
            new Pair(ApiFormat.Responses, ApiFormat.ChatCompletions), """{"id":"c","choices":[{"message":{"content":"On it","tool_calls":[{"id":"call_1","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}}]},"finish_reason":"tool_calls"}]}""")["output"]!.ToJsonString();
        var request = $$"""{"model":"m","input":[{"role":"user","content":"q"},{{output[1..^1]}},{"type":"function_call_output","call_id":"call_1","output":"ok"}]}""";
        var turn = JsonNode.Parse(Translate(new Pair(ApiFormat.Responses, ApiFormat.ChatCompletions), request).Body.Span)!["messages"]![1]!;
        Assert.Equal(("assistant", "On it", "f", "call_1"), ((string?)turn["role"], (string?)turn["content"], (string?)turn["tool_calls"]![0]!["function"]!["name"], (string?)turn["tool_calls"]![0]!["id"]));
    }

    [Fact]
    public void Write_ChatText_IsAWholeMessageInOrder_K1() => Assert.Equal(
        "message_start content_block_start content_block_delta content_block_delta content_block_stop message_delta message_stop",
        Names(MessagesFromChat(Chunk("\"content\":\"Hello\""), Chunk("\"content\":\" world\""), Finish("stop"), "data: [DONE]\n\n")));

    [Fact]
    public void Write_ChatTextSoFar_HasNoEndYet_K2() => Assert.Equal(
        "message_start content_block_start content_block_delta content_block_delta content_block_delta",
        Names(MessagesFromChat(Chunk("\"content\":\"a\""), Chunk("\"content\":\"b\""), Chunk("\"content\":\"c\""))));

    [Fact]
    public void Write_ChatToolCall_IsAToolUseBlock_K3()
    {
        var events = MessagesFromChat(
            Chunk("\"tool_calls\":[{\"index\":0,\"id\":\"call_1\",\"type\":\"function\",\"function\":{\"name\":\"get_weather\",\"arguments\":\"\"}}]"),
            Chunk("\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"{\\\"city\\\":\"}}]"),
            Chunk("\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"\\\"Oslo\\\"}\"}}]"),
            Finish("tool_calls"), "data: [DONE]\n\n");
        Assert.Equal("message_start content_block_start content_block_delta content_block_delta content_block_stop message_delta message_stop", Names(events));
        var data = StreamText.Events(events).Select(item => JsonNode.Parse(item.Data)!).ToList();
        Assert.Equal(("call_1", "get_weather"), ((string?)data[1]["content_block"]!["id"], (string?)data[1]["content_block"]!["name"]));
        Assert.Equal("{\"city\":\"Oslo\"}", $"{data[2]["delta"]!["partial_json"]}{data[3]["delta"]!["partial_json"]}");
        Assert.Equal("tool_use", (string?)data[5]["delta"]!["stop_reason"]);
    }

    [Fact]
    public void Write_NothingButTheEndMarker_IsAFailure_K5() => Assert.Equal(
        "error", Names(MessagesFromChat("data: [DONE]\n\n")));

    [Fact]
    public void Write_AfterTheEnd_NothingIsWritten_K6() => Assert.Equal(
        MessagesFromChat(Chunk("\"content\":\"a\""), Finish("stop"), "data: [DONE]\n\n"),
        MessagesFromChat(Chunk("\"content\":\"a\""), Finish("stop"), "data: [DONE]\n\n", "data: [DONE]\n\n", Chunk("\"content\":\"b\"")));

    // Plano passes the provider's name of the model on; here answers name the model as the client did.
    [Fact]
    public void Write_ModelOfMessageStart_IsTheOneTheClientNamed_K12()
    {
        var chunks = ChatFromMessages(Text("a"));
        Assert.All(StreamText.Events(chunks).Where(item => item.Data[0] == '{'), item => Assert.Equal("client-model", (string?)JsonNode.Parse(item.Data)!["model"]));
    }

    [Theory]
    [InlineData("K14", "event: respo")]
    [InlineData("K16", "\ndat")]
    [InlineData("K16-blank", "\ndata:")]
    [InlineData("K17", "{\"type\":\"response.output_te")]
    public void Write_CutWithinAnEvent_GivesTheSame(string id, string cutBehind)
    {
        var sse = """
            event: response.reasoning_text.delta
            data: {"type":"response.output_text.delta","output_index":0,"content_index":0,"delta":"a"}

            event: response.completed
            data: {"type":"response.completed","response":{}}


            """;
        var cut = sse.IndexOf(cutBehind, StringComparison.Ordinal) + cutBehind.Length;
        var whole = Run(new Pair(ApiFormat.ChatCompletions, ApiFormat.Responses), sse);
        Assert.Equal((id, whole), (id, Run(new Pair(ApiFormat.ChatCompletions, ApiFormat.Responses), sse[..cut], sse[cut..])));
        Assert.Contains("\"content\":\"a\"", whole, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_SignatureAmongDeltas_WhatFollowsIsUnharmed_K19()
    {
        var chunks = ChatFromMessages(
            """{"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}""",
            """{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"hm"}}""",
            """{"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"sig"}}""",
            """{"type":"content_block_stop","index":0}""",
            """{"type":"content_block_start","index":1,"content_block":{"type":"text","text":""}}""",
            """{"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"a"}}""",
            """{"type":"content_block_stop","index":1}""");
        Assert.Contains("\"content\":\"a\"", chunks, StringComparison.Ordinal);
        Assert.EndsWith("data: [DONE]\n\n", chunks, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_UnknownDeltaBetweenTexts_IsSkipped_K20()
    {
        var chunks = ChatFromMessages(
            """{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}""",
            """{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"a"}}""",
            """{"type":"content_block_delta","index":0,"delta":{"type":"of_tomorrow","text":"?"}}""",
            """{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"b"}}""",
            """{"type":"content_block_stop","index":0}""");
        Assert.Equal("ab", string.Concat(StreamText.Events(chunks).Where(item => item.Data[0] == '{').Select(item => (string?)JsonNode.Parse(item.Data)!["choices"]![0]!["delta"]!["content"])));
    }

    [Fact]
    public void Write_Pings_AreFiltered_K22()
    {
        const string Ping = """{"type":"ping"}""";
        Assert.Equal(ChatFromMessages(Text("a")), ChatFromMessages([Ping, Ping, .. Text("a"), Ping]));
    }

    [Fact]
    public void Write_EmptyDataAndComments_ArePassedOver_K23() => Assert.Equal(
        MessagesFromChat(Chunk("\"content\":\"a\""), Finish("stop"), "data: [DONE]\n\n"),
        MessagesFromChat(": comment\n\n", "data: \n\n", Chunk("\"content\":\"a\""), ": comment\n", "data:\n\n", Finish("stop"), "data: [DONE]\n\n"));

    [Fact]
    public void Write_TwoCallsInOneChunk_BothArrive_K30()
    {
        var events = MessagesFromChat(
            Chunk("\"tool_calls\":[{\"index\":0,\"id\":\"1\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}},{\"index\":1,\"id\":\"2\",\"function\":{\"name\":\"g\",\"arguments\":\"{}\"}}]"), Finish("tool_calls"), "data: [DONE]\n\n");
        Assert.Equal(["f", "g"], StreamText.Events(events).Select(item => (string?)JsonNode.Parse(item.Data)!["content_block"]?["name"]).OfType<string>());
    }

    [Fact]
    public void Write_TextThenCall_AreBlocks0And1_K31()
    {
        var events = MessagesFromChat(
            Chunk("\"content\":\"a\""), Chunk("\"tool_calls\":[{\"index\":0,\"id\":\"1\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]"), Finish("tool_calls"), "data: [DONE]\n\n");
        Assert.Equal(
            "0 start, 0 stop, 1 start, 1 stop",
            string.Join(", ", StreamText.Events(events).Where(item => item.Name is "content_block_start" or "content_block_stop").Select(item => $"{JsonNode.Parse(item.Data)!["index"]} {item.Name[14..]}")));
    }

    private static string Names(string events) => string.Join(' ', StreamText.Events(events).Select(item => item.Name));

    private static string Chunk(string delta) => $$$"""data: {"id":"c","choices":[{"index":0,"delta":{{{{delta}}}},"finish_reason":null}]}""" + "\n\n";

    private static string Finish(string reason) => $$$"""data: {"id":"c","choices":[{"index":0,"delta":{},"finish_reason":"{{{reason}}}"}]}""" + "\n\n";

    private static string[] Text(string text) =>
    [
        """{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}""",
        $$$"""{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"{{{text}}}"}}""",
        """{"type":"content_block_stop","index":0}""",
    ];

    private static string ChatFromMessages(params IEnumerable<string> blocks)
    {
        string[] data =
        [
            """{"type":"message_start","message":{"id":"m","model":"claude-x"}}""", .. blocks,
            """{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":1}}""", """{"type":"message_stop"}""",
        ];
        return Run(new Pair(ApiFormat.ChatCompletions, ApiFormat.Messages), string.Concat(data.Select(item => $"event: {JsonNode.Parse(item)!["type"]}\ndata: {item}\n\n")));
    }

    // What has been written when the provider has said that much, without an end.
    private static string MessagesFromChat(params string[] pieces)
    {
        var output = new ArrayBufferWriter<byte>();
        var stream = Plain(new Pair(ApiFormat.Messages, ApiFormat.ChatCompletions)).OpenStream();
        foreach (var piece in pieces)
            stream.Write(Encoding.UTF8.GetBytes(piece), output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private static string Run(Pair translator, params string[] pieces) =>
        Encoding.UTF8.GetString(StreamReplay.Run(Plain(translator).OpenStream(), pieces.Select(Encoding.UTF8.GetBytes)));

    private static JsonNode Answer(Pair translator, string answer)
    {
        var output = new ArrayBufferWriter<byte>();
        Plain(translator).TranslateAnswer(Encoding.UTF8.GetBytes(answer), output);
        return JsonNode.Parse(output.WrittenSpan)!;
    }

    private static TranslatedExchange Plain(Pair translator) => Translate(translator, translator.Client == ApiFormat.Responses
        ? """{"model":"m","input":"hi"}"""
        : """{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"hi"}]}""");

    private static TranslatedExchange Translate(Pair translator, string request) => translator.Translate(Encoding.UTF8.GetBytes(request), PairRun.Context(new ModelCapabilities()));
}
