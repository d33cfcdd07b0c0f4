using System.Buffers;
using System.Text;
using ModelScan.RoutingApi.Capabilities;
using ModelScan.RoutingApi.Dialects.Translation;

namespace ModelScan.Tests.Dialects.Translation;

/// <summary>
/// Bytes that are not UTF-8: a client's are refused, for nobody knows what they were to say; a provider's become U+FFFD, for the rest of the
/// answer has been paid for. The same between any two formats.
/// </summary>
public sealed class InvalidUtf8Tests
{
    private static readonly Pair[] Translators = [.. Pair.All.Where(pair => pair.Provider != ApiFormat.Converse)];

    public static TheoryData<string> Pairs => [.. Translators.Select(translator => translator.ToString())];

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Translate_RequestWithOtherBytes_IsRefused(string pair)
    {
        var translator = Find(pair);
        var refusal = Assert.Throws<InvalidRequestException>(() => Translate(translator, "h\u00ff"));
        Assert.Contains("not valid UTF-8", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void TranslateAnswer_WithOtherBytes_HasReplacementCharacters(string pair)
    {
        var translator = Find(pair);
        var output = new ArrayBufferWriter<byte>();
        var answer = translator.Provider switch
        {
            ApiFormat.Messages => """{"id":"m","content":[{"type":"text","text":"a~b"}],"stop_reason":"end_turn"}""",
            ApiFormat.Responses => """{"id":"resp_1","status":"completed","output":[{"type":"message","id":"msg_1","role":"assistant","content":[{"type":"output_text","text":"a~b","annotations":[]}]}]}""",
            _ => """{"id":"c","choices":[{"index":0,"message":{"role":"assistant","content":"a~b"},"finish_reason":"stop"}]}""",
        };
        Translate(translator, "hi").TranslateAnswer(Latin1(answer), output);
        Assert.Contains("a\uFFFDb", Strict(output), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Write_EventsWithOtherBytes_HaveReplacementCharacters(string pair)
    {
        var translator = Find(pair);
        var output = new ArrayBufferWriter<byte>();
        var events = translator.Provider switch
        {
            ApiFormat.Messages =>
                """
                data: {"type":"message_start","message":{"id":"m"}}

                data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

                data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"a~b"}}

                data: {"type":"content_block_stop","index":0}

                data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":1}}

                data: {"type":"message_stop"}


                """,
            ApiFormat.Responses =>
                """
                data: {"type":"response.created","response":{"id":"resp_1"}}

                data: {"type":"response.output_item.added","output_index":0,"item":{"type":"message","id":"msg_1","role":"assistant","content":[]}}

                data: {"type":"response.output_text.delta","output_index":0,"content_index":0,"delta":"a~b"}

                data: {"type":"response.output_item.done","output_index":0,"item":{"type":"message","id":"msg_1","role":"assistant","content":[{"type":"output_text","text":"a~b"}]}}

                data: {"type":"response.completed","response":{"id":"resp_1"}}


                """,
            _ =>
                """
                data: {"id":"c","choices":[{"index":0,"delta":{"content":"a~b"},"finish_reason":"stop"}]}

                data: [DONE]


                """,
        };
        var stream = Translate(translator, "hi").OpenStream();
        stream.Write(Latin1(events), output);
        stream.End(output);
        Assert.Null(stream.Error);
        Assert.Contains("a\uFFFDb", Strict(output), StringComparison.Ordinal);
    }

    private static Pair Find(string pair) => Translators.Single(translator => translator.ToString() == pair);

    private static TranslatedExchange Translate(Pair translator, string text)
    {
        var body = translator.Client switch
        {
            ApiFormat.Messages => $$"""{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"{{text}}"}]}""",
            ApiFormat.Responses => $$"""{"model":"m","input":"{{text}}"}""",
            _ => $$"""{"model":"m","messages":[{"role":"user","content":"{{text}}"}]}""",
        };
        return translator.Translate(Latin1(body), PairRun.Context(new ModelCapabilities()));
    }

    // One byte for each character: what is above 127 is not UTF-8, and ~ stands for such a byte.
    private static byte[] Latin1(string text) => Encoding.Latin1.GetBytes(text.Replace('~', '\u00ff'));

    private static string Strict(ArrayBufferWriter<byte> output) => new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(output.WrittenSpan);
}
