using System.Buffers;
using System.Text.Json.Nodes;
using ModelScan.RoutingApi.Dialects;
using ModelScan.RoutingApi.Dialects.Translation;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Dialects.Translation;

/// <summary>Streams of Converse for clients of every format: damaged, shuffled, with exceptions of Amazon's; what holds for every stream is in <see cref="PairStreamTests"/>.</summary>
public sealed class ConverseStreamTests
{
    private const int Seed = 20260117;

    private static readonly string[] Values = ["null", "0", "-1", "1e999", "\"\"", "\"x\"", "{\"\\ud83d\":1}", "[]", "[{}]", "{}", "{\"text\":1}", "{\"toolUse\":{\"name\":\"t\"}}"];

    public static TheoryData<string> Streams => PairVector.Ids("stream", ofConverse: true);

    [Theory]
    [MemberData(nameof(Streams))]
    public void Write_DamagedBytes_FailAsTheProvidersAndStayWellFormed(string id)
    {
        var vector = PairVector.Find(id);
        var random = new Random(Seed);
        var frames = PairRun.SseOf(vector);
        for (var round = 0; round < 200; round++)
        {
            var damaged = frames.ToList();
            var at = random.Next(damaged.Count);
            if (random.Next(2) == 0)
                damaged[at] ^= (byte)(1 << random.Next(8));
            else
                damaged.RemoveRange(at, Math.Min(random.Next(1, 20), damaged.Count - at));
            PairInvariants.Check(vector, Fail(vector, [.. damaged], random.Next(1, 300)));
        }
    }

    [Theory]
    [MemberData(nameof(Streams))]
    public void Write_AnyTypeInAnyField_StaysWellFormed(string id)
    {
        var vector = PairVector.Find(id);
        var random = new Random(Seed);
        for (var round = 0; round < 300; round++)
        {
            var stream = new List<byte>();
            foreach (var item in vector.In.AsArray())
                stream.AddRange(random.Next(3) > 0 ? ConverseFrames.Of(item!.AsObject()) : Changed(item!.AsObject(), random));
            PairInvariants.Check(vector, PairRun.Stream(vector, [.. stream], [random.Next(1, 300)]));
        }
    }

    [Theory]
    [MemberData(nameof(Streams))]
    public void Write_EventsShuffledAndRepeated_StaysWellFormed(string id)
    {
        var vector = PairVector.Find(id);
        var random = new Random(Seed);
        var frames = vector.In.AsArray().Select(item => ConverseFrames.Of(item!.AsObject())).ToArray();
        for (var round = 0; round < 100; round++)
        {
            var chosen = Enumerable.Range(0, frames.Length + 3).SelectMany(_ => frames[random.Next(frames.Length)]);
            PairInvariants.Check(vector, PairRun.Stream(vector, [.. chosen], [int.MaxValue]));
        }
    }

    [Theory]
    [InlineData("throttlingException", 429)]
    [InlineData("serviceUnavailableException", 503)]
    [InlineData("modelNotReadyException", 503)]
    [InlineData("validationException", 400)]
    [InlineData("accessDeniedException", 403)]
    [InlineData("resourceNotFoundException", 404)]
    [InlineData("modelTimeoutException", 504)]
    [InlineData("modelStreamErrorException", 502)]
    [InlineData("internalServerException", 502)]
    [InlineData("somethingNewException", 502)]
    public void Write_Exception_HasTheStatusOfItsKind(string type, int status)
    {
        var stream = PairRun.Exchange(PairVector.Find("K34")).OpenStream();
        stream.Write(ConverseFrames.Of(new JsonObject { ["exception"] = type, ["payload"] = new JsonObject { ["message"] = "said" } }), new ArrayBufferWriter<byte>());
        Assert.Equal((status, "said"), (stream.Error!.Status, stream.Error.Message));
    }

    [Theory]
    [InlineData("K28")]
    [InlineData("K28-chat")]
    [InlineData("K28-responses")]
    public void Write_EmojiTornApart_ArrivesWhole(string id)
    {
        var stream = PairRun.Exchange(PairVector.Find(id)).OpenStream();
        var client = new ArrayBufferWriter<byte>();
        foreach (var half in new[] { "\\ud83d", "\\ude42" })
            stream.Write(ConverseFrames.Frame([(":event-type", "contentBlockDelta"), (":message-type", "event")], System.Text.Encoding.UTF8.GetBytes($"{{\"contentBlockIndex\":0,\"delta\":{{\"text\":\"{half}\"}}}}")), client);
        stream.Write(ConverseFrames.Of(new JsonObject { ["messageStop"] = new JsonObject { ["stopReason"] = "end_turn" } }), client);
        stream.End(client);
        var text = System.Text.Encoding.UTF8.GetString(client.WrittenSpan);
        Assert.Null(stream.Error);
        Assert.True(text.IndexOf("\\ud83d", StringComparison.Ordinal) is var first and > 0 && text.IndexOf("\\ude42", StringComparison.Ordinal) > first, text);
    }

    // As the relay does: what cannot be read ends the stream with an error.
    private static byte[] Fail(PairVector vector, byte[] frames, int length)
    {
        var stream = PairRun.Exchange(vector).OpenStream();
        var client = new ArrayBufferWriter<byte>();
        try
        {
            for (var at = 0; at < frames.Length; at += length)
                stream.Write(frames.AsSpan(at, Math.Min(length, frames.Length - at)), client);
            stream.End(client);
        }
        catch (ProviderAnswerException exception)
        {
            stream.Fail(new ClientError(502, exception.Message, "ProviderError"), client);
        }

        Assert.True(stream.IsComplete);
        (stream as IDisposable)?.Dispose();
        return client.WrittenSpan.ToArray();
    }

    // One value of the payload replaced, in its text, since a node cannot hold what is not valid.
    private static byte[] Changed(JsonObject item, Random random)
    {
        var (type, payload) = item.First();
        var root = new JsonObject { ["x"] = payload?.DeepClone() };
        var nodes = new List<JsonNode>();
        Collect(root, nodes);
        nodes[random.Next(nodes.Count)].ReplaceWith("\u0001mark");
        var text = root.ToJsonString()["{\"x\":".Length..^1].Replace("\"\\u0001mark\"", Values[random.Next(Values.Length)], StringComparison.Ordinal);
        return ConverseFrames.Frame([(":event-type", type), (":message-type", random.Next(9) == 0 ? "exception" : "event")], System.Text.Encoding.UTF8.GetBytes(text));
    }

    private static void Collect(JsonNode node, List<JsonNode> nodes)
    {
        foreach (var child in node is JsonObject members ? members.Select(member => member.Value).OfType<JsonNode>() : node is JsonArray items ? items.OfType<JsonNode>() : [])
        {
            nodes.Add(child);
            Collect(child, nodes);
        }
    }
}
