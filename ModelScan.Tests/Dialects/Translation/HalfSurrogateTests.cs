using System.Buffers;
using System.Text;
using System.Text.Json;
using ModelScan.RoutingApi.Capabilities;

namespace ModelScan.Tests.Dialects.Translation;

/// <summary>An emoji is two escapes in JSON, and providers cut texts between them: clients get it whole, and U+FFFD for what stays half.</summary>
public sealed class HalfSurrogateTests
{
    public static TheoryData<ApiFormat> Clients => [.. ApiFormats.OfClients];

    [Theory]
    [InlineData(ApiFormat.Messages)]
    [InlineData(ApiFormat.Responses)]
    public void Write_PairCutInTwo_IsPutTogether(ApiFormat client) =>
        Assert.Equal("a😀b", TextOf(client, Chunk("\"a\\ud83d\"") + Chunk("\"\\ude00b\"")));

    [Theory]
    [InlineData(ApiFormat.Messages, "\"a\\ud83d\"", "\"b\"", "a\uFFFDb")]
    [InlineData(ApiFormat.Responses, "\"a\\ud83d\"", "\"b\"", "a\uFFFDb")]
    [InlineData(ApiFormat.Messages, "\"a\\ude00\"", "\"b\"", "a\uFFFDb")]
    [InlineData(ApiFormat.Messages, "\"a\"", "\"b\\ud83d\"", "ab\uFFFD")]
    [InlineData(ApiFormat.Responses, "\"a\"", "\"b\\ud83d\"", "ab\uFFFD")]
    [InlineData(ApiFormat.Messages, "\"a\\\\ud83d\"", "\"b\"", "a\\ud83db")]
    public void Write_HalfOfAPair_IsReplaced(ApiFormat client, string one, string other, string expected) =>
        Assert.Equal(expected, TextOf(client, Chunk(one) + Chunk(other)));

    [Theory]
    [MemberData(nameof(Clients))]
    public void TranslateAnswer_HalfOfAPair_IsReplaced(ApiFormat client)
    {
        var (provider, answer) = client == ApiFormat.ChatCompletions
            ? (ApiFormat.Messages, """{"id":"m","content":[{"type":"text","text":"x\ud83dy"}],"stop_reason":"end_turn"}""")
            : (ApiFormat.ChatCompletions, """{"id":"c","choices":[{"message":{"content":"x\ud83dy"},"finish_reason":"stop"}]}""");
        var output = new ArrayBufferWriter<byte>();
        Exchange(client, provider).TranslateAnswer(Encoding.UTF8.GetBytes(answer), output);
        using var document = JsonDocument.Parse(output.WrittenMemory);
        var text = client switch
        {
            ApiFormat.Messages => document.RootElement.GetProperty("content")[0].GetProperty("text"),
            ApiFormat.Responses => document.RootElement.GetProperty("output")[0].GetProperty("content")[0].GetProperty("text"),
            _ => document.RootElement.GetProperty("choices")[0].GetProperty("message").GetProperty("content"),
        };
        Assert.Equal("x\uFFFDy", text.GetString());
    }

    private static string TextOf(ApiFormat client, string chunks)
    {
        var stream = Exchange(client, ApiFormat.ChatCompletions).OpenStream();
        var output = new ArrayBufferWriter<byte>();
        stream.Write(Encoding.UTF8.GetBytes($"{chunks}data: [DONE]\n\n"), output);
        stream.End(output);
        return string.Concat(PairRun.Events(output.WrittenSpan.ToArray()).Select(item => client == ApiFormat.Messages
            ? (string?)item["delta"]?["text"]
            : (string?)item["type"] == "response.output_text.delta" ? (string?)item["delta"] : null));
    }

    private static RoutingApi.Dialects.Translation.TranslatedExchange Exchange(ApiFormat client, ApiFormat provider) => new Pair(client, provider).Translate(
        client == ApiFormat.Responses ? """{"model":"m","input":"hi"}"""u8.ToArray() : """{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"hi"}]}"""u8.ToArray(),
        PairRun.Context(new ModelCapabilities()));

    private static string Chunk(string token) => "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"content\":" + token + "}}]}\n\n";
}
