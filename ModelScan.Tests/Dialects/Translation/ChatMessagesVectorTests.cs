using System.Text;
using ModelScan.RoutingApi.Dialects.Translation;

namespace ModelScan.Tests.Dialects.Translation;

/// <summary>The vectors of both pairs between Messages and Chat Completions. The ids name the rows in Vectors/.</summary>
public sealed class ChatMessagesVectorTests
{
    private const string MessagesRequests = "messages-to-chat-requests.json";
    private const string ChatRequests = "chat-to-messages-requests.json";
    private const string ChatAnswers = "chat-to-messages-answers.json";
    private const string MessagesAnswers = "messages-to-chat-answers.json";
    internal const string ChatStreams = "chat-to-messages-streams.json";
    internal const string MessagesStreams = "messages-to-chat-streams.json";

    public static TheoryData<string> MessagesRequestIds => VectorFile.Ids(MessagesRequests);

    public static TheoryData<string> ChatRequestIds => VectorFile.Ids(ChatRequests);

    public static TheoryData<string> ChatAnswerIds => VectorFile.Ids(ChatAnswers);

    public static TheoryData<string> MessagesAnswerIds => VectorFile.Ids(MessagesAnswers);

    public static TheoryData<string> ChatStreamIds => VectorFile.Ids(ChatStreams);

    public static TheoryData<string> MessagesStreamIds => VectorFile.Ids(MessagesStreams);

    [Theory]
    [MemberData(nameof(MessagesRequestIds))]
    public void Translate_RequestOfMessagesClient_SaysTheSameToChatProvider(string id) => CheckRequest(ApiFormat.Messages, VectorFile.Find(MessagesRequests, id));

    [Theory]
    [MemberData(nameof(ChatRequestIds))]
    public void Translate_RequestOfChatClient_SaysTheSameToMessagesProvider(string id) => CheckRequest(ApiFormat.ChatCompletions, VectorFile.Find(ChatRequests, id));

    [Theory]
    [MemberData(nameof(ChatAnswerIds))]
    public void TranslateAnswer_ChatCompletion_BecomesMessage(string id) => CheckAnswer(ApiFormat.Messages, VectorFile.Find(ChatAnswers, id));

    [Theory]
    [MemberData(nameof(MessagesAnswerIds))]
    public void TranslateAnswer_Message_BecomesChatCompletion(string id) => CheckAnswer(ApiFormat.ChatCompletions, VectorFile.Find(MessagesAnswers, id));

    [Theory]
    [Trait("Complaint", "11")]
    [MemberData(nameof(ChatStreamIds))]
    public void OpenStream_Chunks_BecomeEvents(string id) => CheckStream(ApiFormat.Messages, VectorFile.Find(ChatStreams, id));

    [Theory]
    [Trait("Complaint", "11")]
    [MemberData(nameof(MessagesStreamIds))]
    public void OpenStream_Events_BecomeChunks(string id) => CheckStream(ApiFormat.ChatCompletions, VectorFile.Find(MessagesStreams, id));

    // The table of finish reasons, with and without tool calls.
    [Theory]
    [InlineData("\"stop\"", false, "end_turn")]
    [InlineData("\"length\"", false, "max_tokens")]
    [InlineData("\"tool_calls\"", true, "tool_use")]
    [InlineData("\"function_call\"", true, "tool_use")]
    [InlineData("\"content_filter\"", false, "refusal")]
    [InlineData("null", false, "end_turn")]
    [InlineData("null", true, "tool_use")]
    [InlineData("\"stop\"", true, "tool_use")]
    public void TranslateAnswer_FinishReason_BecomesStopReason_A07(string finishReason, bool callsTool, string expected)
    {
        var calls = callsTool ? """, "tool_calls": [{"id": "c", "function": {"name": "f", "arguments": "{}"}}]""" : "";
        var answer = $$$"""{"choices": [{"message": {"content": "x"{{{calls}}}}, "finish_reason": {{{finishReason}}}}]}""";
        var message = ChatMessagesPair.Answer(ChatMessagesPair.Exchange(ApiFormat.Messages, "modern"), Encoding.UTF8.GetBytes(answer));
        Assert.Contains($"\"stop_reason\":\"{expected}\"", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("weird")]
    [InlineData("error")]
    [InlineData("network_error")]
    [InlineData("insufficient_system_resource")]
    [InlineData("abort")]
    [InlineData("MALFORMED_FUNCTION_CALL")]
    public void TranslateAnswer_FinishReasonOfAFailure_IsAFailure(string finishReason)
    {
        var answer = $$$"""{"choices": [{"message": {"content": "x"}, "finish_reason": "{{{finishReason}}}"}]}""";
        var exception = Assert.Throws<ProviderAnswerException>(() => ChatMessagesPair.Answer(ChatMessagesPair.Exchange(ApiFormat.Messages, "modern"), Encoding.UTF8.GetBytes(answer)));
        Assert.Equal(502, exception.Error?.Status);
    }

    private static void CheckRequest(ApiFormat client, Vector vector)
    {
        if (vector.Find("refused") is { } refused)
        {
            var exception = Assert.Throws<InvalidRequestException>(() => ChatMessagesPair.Translate(client, vector.Profile, vector.Bytes("request")));
            Assert.Equal(refused.GetProperty("field").GetString(), exception.Field);
            Assert.All(refused.GetProperty("message").EnumerateArray(), part => Assert.Contains(part.GetString()!, exception.Message, StringComparison.Ordinal));
            return;
        }

        var exchange = ChatMessagesPair.Translate(client, vector.Profile, vector.Bytes("request"));
        ExpectedJson.Matches(vector.Find("expected")!.Value, exchange.Body.Span);
        Assert.Equal(vector.Texts("dropped").Order(StringComparer.Ordinal), exchange.Dropped.Order(StringComparer.Ordinal));
        var headers = vector.Find("headers") is { } expected ? expected.EnumerateArray().Select(header => KeyValuePair.Create(header[0].GetString()!, header[1].GetString()!)) : [];
        Assert.Equal(headers, exchange.Headers);
    }

    private static void CheckAnswer(ApiFormat client, Vector vector)
    {
        var tools = vector.Find("tools") is not null ? vector.Texts("tools").ToArray() : [];
        var exchange = ChatMessagesPair.Exchange(client, vector.Profile, tools);
        if (vector.Find("fails") is { } fails)
        {
            var exception = Assert.Throws<ProviderAnswerException>(() => ChatMessagesPair.Answer(exchange, vector.Bytes("answer")));
            Assert.Contains(fails.GetProperty("message").GetString()!, exception.Message, StringComparison.Ordinal);
            Assert.Equal(fails.TryGetProperty("status", out var status) ? status.GetInt32() : null, exception.Error?.Status);
            return;
        }

        ExpectedJson.Matches(vector.Find("expected")!.Value, Encoding.UTF8.GetBytes(ChatMessagesPair.Answer(exchange, vector.Bytes("answer"))));
    }

    private static void CheckStream(ApiFormat client, Vector vector)
    {
        var stream = ChatMessagesPair.Exchange(client, vector.Profile, usage: vector.Find("usage") is not null).OpenStream();
        var events = StreamText.Events(ChatMessagesPair.Stream(stream, [vector.Stream()]));
        var expected = vector.Texts("expected").ToList();
        Assert.True(expected.Count == events.Count, string.Join('\n', events));
        foreach (var (want, got) in expected.Zip(events))
        {
            var name = want.IndexOf(' ', StringComparison.Ordinal);
            var hasName = name > 0 && want[0] != '{';
            Assert.Equal(hasName ? want[..name] : "", got.Name);
            if (want == "[DONE]")
                Assert.Equal(want, got.Data);
            else
                ExpectedJson.Matches(hasName ? want[(name + 1)..] : want, got.Data);
        }

        Assert.Equal(vector.Find("status")?.GetInt32() ?? (vector.Id == "S15" ? 502 : null), stream.Error?.Status);
    }
}
