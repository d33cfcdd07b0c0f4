using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ModelScan.Tests.Dialects.Translation;

/// <summary>Messages clients on Responses providers, the other way round, and all clients on Converse: the vectors.</summary>
public sealed class PairVectorTests
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static TheoryData<string> Requests => [.. PairVector.Ids("request"), .. PairVector.Ids("request", ofConverse: true)];

    public static TheoryData<string> Answers => [.. PairVector.Ids("answer"), .. PairVector.Ids("answer", ofConverse: true)];

    public static TheoryData<string> Streams => [.. PairVector.Ids("stream"), .. PairVector.Ids("stream", ofConverse: true)];

    [Theory]
    [MemberData(nameof(Requests))]
    public void Translate_VectorRequest_IsAsExpected(string id) => Check(id);

    [Theory]
    [MemberData(nameof(Answers))]
    public void TranslateAnswer_VectorAnswer_IsAsExpected(string id) => Check(id);

    [Theory]
    [Trait("Complaint", "11")]
    [MemberData(nameof(Streams))]
    public void Write_VectorStream_IsAsExpected(string id) => Check(id);

    private static void Check(string id)
    {
        var vector = PairVector.Find(id);
        var actual = PairRun.Actual(vector);
        Assert.True(JsonNode.DeepEquals(vector.Expected, actual), $"{vector}\nexpected: {vector.Expected.ToJsonString(Readable)}\nactual: {actual.ToJsonString(Readable)}");
    }
}
