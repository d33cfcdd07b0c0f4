using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using ModelScan.RoutingApi.Capabilities;
using ModelScan.RoutingApi.Dialects.Translation;

namespace ModelScan.Tests.Dialects.Translation;

/// <summary>Both of OpenAI's formats say where a citation stands in code points, whatever the text before it is made of.</summary>
public sealed class CitationOffsetTests
{
    private const string Cites = """{"type":"web_search_result_location","url":"https://a.example","title":"A","cited_text":"c","encrypted_index":"e"}""";

    // The citing text begins after these, which are five code points, seven UTF-16 units and twelve bytes.
    private const string Before = "é🙂🙂. ";
    private const string Citing = "It is 4°🙂.";

    [Theory]
    [InlineData(ApiFormat.ChatCompletions, false)]
    [InlineData(ApiFormat.ChatCompletions, true)]
    [InlineData(ApiFormat.Responses, false)]
    [InlineData(ApiFormat.Responses, true)]
    public void TranslateAnswer_CitationOfAnthropic_IsCountedInCodePoints(ApiFormat client, bool isEscaped)
    {
        var citation = FindCitation(JsonNode.Parse(Answer(client, $$$"""{"id":"msg_1","content":[{"type":"text","text":{{{Quoted(Before, isEscaped)}}}},{"type":"text","text":{{{Quoted(Citing, isEscaped)}}},"citations":[{{{Cites}}}]}],"stop_reason":"end_turn"}""")));

        Assert.Equal((5, 15), ((int)citation!["start_index"]!, (int)citation["end_index"]!));
    }

    [Theory]
    [InlineData(ApiFormat.ChatCompletions, false)]
    [InlineData(ApiFormat.ChatCompletions, true)]
    [InlineData(ApiFormat.Responses, false)]
    [InlineData(ApiFormat.Responses, true)]
    public void Write_CitationOfAnthropic_IsCountedInCodePoints(ApiFormat client, bool isEscaped)
    {
        var events = new StringBuilder();
        Add("""{"type":"message_start","message":{"id":"msg_1","usage":{"input_tokens":1,"output_tokens":0}}}""");
        Add("""{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}""");
        Add($$$"""{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":{{{Quoted(Before, isEscaped)}}}}}""");
        Add("""{"type":"content_block_stop","index":0}""");
        Add("""{"type":"content_block_start","index":1,"content_block":{"type":"text","text":"","citations":[]}}""");
        Add($$$"""{"type":"content_block_delta","index":1,"delta":{"type":"citations_delta","citation":{{{Cites}}}}}""");
        Add($$$"""{"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":{{{Quoted(Citing, isEscaped)}}}}}""");
        Add("""{"type":"content_block_stop","index":1}""");
        Add("""{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":3}}""");
        Add("""{"type":"message_stop"}""");

        var stream = Encoding.UTF8.GetString(StreamReplay.Run(Exchange(client).OpenStream(), [Encoding.UTF8.GetBytes(events.ToString())]));
        var citation = StreamText.Events(stream).Where(item => item.Data[0] == '{').Select(item => FindCitation(JsonNode.Parse(item.Data))).First(found => found is not null)!;

        Assert.Equal((5, 15), ((int)citation["start_index"]!, (int)citation["end_index"]!));

        void Add(string data) => events.Append("event: ").Append((string)JsonNode.Parse(data)!["type"]!).Append("\ndata: ").Append(data).Append("\n\n");
    }

    [Theory]
    [InlineData(5, 15, Citing)]
    [InlineData(0, 15, Before + Citing)]
    [InlineData(1, 2, "🙂")]
    [InlineData(14, 16, "")]
    [InlineData(5, 5, "")]
    [InlineData(-1, 3, "")]
    public void TranslateAnswer_CitationOfChat_QuotesWhatItPointsTo(int start, int end, string expected)
    {
        var answer = $$$"""{"id":"c1","choices":[{"index":0,"message":{"role":"assistant","content":"{{{Before + Citing}}}","annotations":[{"type":"url_citation","url_citation":{"url":"https://a.example","title":"A","start_index":{{{start}}},"end_index":{{{end}}}}}]},"finish_reason":"stop"}]}""";
        var message = JsonNode.Parse(ChatMessagesPair.Answer(ChatMessagesPair.Exchange(ApiFormat.Messages, "modern"), Encoding.UTF8.GetBytes(answer)))!;
        Assert.Equal(expected, (string?)message["content"]![0]!["citations"]![0]!["cited_text"]);
    }

    [Theory]
    [InlineData("\"\"", 0)]
    [InlineData("\"abc\"", 3)]
    [InlineData("\"é°\"", 2)]
    [InlineData("\"🙂x\"", 2)]
    [InlineData("\"\\ud83d\\uDE42x\"", 2)]
    [InlineData("\"\\ud83dx\"", 2)]
    [InlineData("\"\\ude42\\ud83d\"", 2)]
    [InlineData("\"\\u00e9\\\\\\n\\\"\"", 4)]
    public void InToken_AnyWayToWriteIt_CountsCodePoints(string token, int expected)
    {
        Assert.Equal(expected, CodePoints.InToken(Encoding.UTF8.GetBytes(token)));
        Assert.Equal(expected, CodePoints.In(EscapedText.Decode(Encoding.UTF8.GetBytes(token))));
    }

    private static TranslatedExchange Exchange(ApiFormat client) => client == ApiFormat.ChatCompletions
        ? ChatMessagesPair.Exchange(client, "anthropic")
        : new Pair(ApiFormat.Responses, ApiFormat.Messages).Translate("""{"model":"m","input":"hi"}"""u8.ToArray(), PairRun.Context(new ModelCapabilities()));

    private static string Answer(ApiFormat client, string answer)
    {
        var output = new ArrayBufferWriter<byte>();
        Exchange(client).TranslateAnswer(Encoding.UTF8.GetBytes(answer), output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private static string Quoted(string text, bool isEscaped) => isEscaped
        ? $"\"{string.Concat(text.Select(unit => unit < 128 ? $"{unit}" : $"\\u{(int)unit:x4}"))}\""
        : $"\"{text}\"";

    private static JsonNode? FindCitation(JsonNode? node) => node switch
    {
        JsonObject owner when owner.ContainsKey("start_index") => owner,
        JsonObject owner => owner.Select(member => FindCitation(member.Value)).FirstOrDefault(found => found is not null),
        JsonArray items => items.Select(FindCitation).FirstOrDefault(found => found is not null),
        _ => null,
    };
}
