using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using ModelScan.RoutingApi.Dialects.Translation;

namespace ModelScan.Tests.Dialects.Translation;

/// <summary>Every vector between Responses and Chat Completions, by its id.</summary>
public sealed class ResponsesChatVectorTests
{
    public static TheoryData<string, string> Requests => ResponsesChatVector.Ids("requests");

    public static TheoryData<string, string> Answers => ResponsesChatVector.Ids("answers");

    public static TheoryData<string, string> Streams => ResponsesChatVector.Ids("streams");

    [Theory]
    [MemberData(nameof(Requests))]
    public void Translate_Vector_GivesWhatItSays(string file, string id)
    {
        var vector = ResponsesChatVector.Find(file, id);
        var body = vector.Bytes;
        if (vector.Refused is not null)
        {
            Assert.Equal(vector.Refused, Assert.Throws<InvalidRequestException>(() => vector.Translate(IsResponsesClient(file), body)).Field);
            return;
        }

        var exchange = vector.Translate(IsResponsesClient(file), body);
        var actual = JsonNode.Parse(exchange.Body.Span)!;
        Assert.True(JsonNode.DeepEquals(Normalized(vector.Out!), Normalized(actual)), $"{vector}: {actual.ToJsonString()}");
        Assert.Equal((vector.Dropped ?? []).Order(StringComparer.Ordinal), exchange.Dropped.Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Answers))]
    public void TranslateAnswer_Vector_GivesWhatItSays(string file, string id)
    {
        var vector = ResponsesChatVector.Find(file, id);
        var output = new ArrayBufferWriter<byte>();
        var answer = vector.Bytes;
        var exchange = vector.Exchange(IsResponsesClient(file));
        if (vector.Failed is not null)
        {
            Assert.Contains(vector.Failed, Assert.Throws<ProviderAnswerException>(() => exchange.TranslateAnswer(answer, output)).Message, StringComparison.Ordinal);
            return;
        }

        exchange.TranslateAnswer(answer, output);
        AssertHolds(vector.Out, JsonNode.Parse(output.WrittenSpan), "$");
    }

    [Theory]
    [Trait("Complaint", "11")]
    [MemberData(nameof(Streams))]
    public void Write_Vector_GivesWhatItSays(string file, string id)
    {
        var vector = ResponsesChatVector.Find(file, id);
        var output = StreamReplay.Run(vector.Exchange(IsResponsesClient(file)).OpenStream(), [Encoding.UTF8.GetBytes(vector.Stream)]);
        var actual = new JsonArray([.. ClientEvents.Parse(output).Select(data => data == "[DONE]" ? data : JsonNode.Parse(data))]);
        AssertHolds(vector.Out, actual, "$");
    }

    [Theory]
    [Trait("Complaint", "9")]
    [MemberData(nameof(Streams))]
    public void Write_CutAtEveryByte_GivesTheSame(string file, string id)
    {
        var vector = ResponsesChatVector.Find(file, id);
        var bytes = Encoding.UTF8.GetBytes(vector.Stream);
        var whole = Run(file, vector, bytes);
        for (var cut = 1; cut < bytes.Length; cut++)
            Assert.True(whole.AsSpan().SequenceEqual(Run(file, vector, bytes[..cut], bytes[cut..])), $"differs when cut at {cut}");
    }

    [Theory]
    [MemberData(nameof(Streams))]
    public void Write_RandomPieces_GivesTheSame(string file, string id)
    {
        var vector = ResponsesChatVector.Find(file, id);
        var bytes = Encoding.UTF8.GetBytes(vector.Stream);
        var whole = Run(file, vector, bytes);
        var random = new Random(7);
        for (var round = 0; round < 20; round++)
            Assert.Equal(whole, Run(file, vector, StreamReplay.Pieces(bytes, random)));
    }

    [Theory]
    [MemberData(nameof(Streams))]
    public void Write_Vector_KeepsTheInvariants(string file, string id)
    {
        var vector = ResponsesChatVector.Find(file, id);
        StreamInvariants.Assert(IsResponsesClient(file), Run(file, vector, Encoding.UTF8.GetBytes(vector.Stream)));
    }

    private static byte[] Run(string file, ResponsesChatVector vector, params byte[][] pieces) =>
        StreamReplay.Run(vector.Exchange(IsResponsesClient(file)).OpenStream(), pieces);

    internal static bool IsResponsesClient(string file) => file.StartsWith("responses", StringComparison.Ordinal);

    // Numbers may be written in several ways.
    private static JsonNode Normalized(JsonNode node) => JsonNode.Parse(node.ToJsonString())!;

    private static void AssertHolds(JsonNode? expected, JsonNode? actual, string path)
    {
        switch (expected)
        {
            case JsonObject fields:
                var owner = Assert.IsType<JsonObject>(actual);
                foreach (var (name, value) in fields)
                {
                    Assert.True(owner.ContainsKey(name), $"{path}.{name} is missing");
                    AssertHolds(value, owner[name], $"{path}.{name}");
                }

                break;
            case JsonArray items:
                var list = Assert.IsType<JsonArray>(actual);
                for (var index = 0; index < Math.Min(items.Count, list.Count); index++)
                    AssertHolds(items[index], list[index], $"{path}[{index}]");
                if (items.Count != list.Count)
                    Assert.Fail($"{path} has {list.Count} elements, not {items.Count}: {list.ToJsonString()}");
                break;
            default:
                if (!JsonNode.DeepEquals(expected, actual))
                    Assert.Fail($"{path} is {actual?.ToJsonString() ?? "null"}, not {expected?.ToJsonString() ?? "null"}");
                break;
        }
    }
}
