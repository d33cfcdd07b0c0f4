using System.Text;
using ModelScan.RoutingApi.Dialects;
using ModelScan.RoutingApi.Dialects.Translation;

namespace ModelScan.Tests.Dialects.Translation;

/// <summary>How a stream is cut, or broken, does not matter to what the client gets.</summary>
public sealed class ChatMessagesStreamTests
{
    public static TheoryData<string, string> Streams
    {
        get
        {
            var streams = new TheoryData<string, string>();
            foreach (var file in (ReadOnlySpan<string>)[ChatMessagesVectorTests.ChatStreams, ChatMessagesVectorTests.MessagesStreams])
            {
                foreach (var id in VectorFile.Load(file).Keys)
                    streams.Add(file, id);
            }

            return streams;
        }
    }

    [Theory]
    [Trait("Complaint", "9")]
    [MemberData(nameof(Streams))]
    public void Write_CutAtEveryByte_GivesTheSameEvents(string file, string id)
    {
        var vector = VectorFile.Find(file, id);
        var exchange = Exchange(file, vector);
        var bytes = vector.Stream();
        var whole = ChatMessagesPair.Stream(exchange, bytes);
        for (var cut = 0; cut <= bytes.Length; cut++)
            Assert.Equal(whole, ChatMessagesPair.Stream(exchange, bytes.AsMemory(0, cut), bytes.AsMemory(cut)));
        Assert.Equal(whole, ChatMessagesPair.Stream(exchange, Enumerable.Range(0, bytes.Length).Select(at => (ReadOnlyMemory<byte>)bytes.AsMemory(at, 1))));
    }

    [Theory]
    [MemberData(nameof(Streams))]
    public void Write_CutAtRandom_GivesTheSameEvents(string file, string id)
    {
        var vector = VectorFile.Find(file, id);
        var exchange = Exchange(file, vector);
        var bytes = vector.Stream();
        var whole = ChatMessagesPair.Stream(exchange, bytes);
        var random = new Random(11);
        for (var round = 0; round < 20; round++)
            Assert.Equal(whole, ChatMessagesPair.Stream(exchange, Pieces(bytes, random)));
    }

    [Theory]
    [MemberData(nameof(Streams))]
    public void Write_BrokenInAnyWay_StaysWellFormed(string file, string id)
    {
        var vector = VectorFile.Find(file, id);
        var random = new Random(13);
        foreach (var profile in (ReadOnlySpan<string>)[vector.Profile, "think-tags", "repair-tools"])
        {
            var exchange = ChatMessagesPair.Exchange(ClientOf(file), profile, usage: true);
            for (var round = 0; round < 100; round++)
                Check(file, ChatMessagesPair.Stream(exchange, Pieces(Mutated(vector.Stream(), random), random)));
        }
    }

    [Theory]
    [MemberData(nameof(Streams))]
    public void Write_EndedAfterAnyByte_EndsOnceAndNeverPretendsToBeWhole(string file, string id)
    {
        var vector = VectorFile.Find(file, id);
        var exchange = Exchange(file, vector);
        var bytes = vector.Stream();
        for (var cut = 0; cut <= bytes.Length; cut++)
        {
            var stream = exchange.OpenStream();
            Check(file, ChatMessagesPair.Stream(stream, [bytes.AsMemory(0, cut)]));
            var sawEnd = Encoding.UTF8.GetString(bytes, 0, cut) is var sent
                && (sent.Contains("[DONE", StringComparison.Ordinal) || sent.Contains("\"finish_reason\":\"", StringComparison.Ordinal) || sent.Contains("\"stop_reason\":\"", StringComparison.Ordinal));
            Assert.True(sawEnd || stream.Error is not null);
        }
    }

    [Fact]
    public void Fail_InTheMiddle_ClosesTheBlockAndEndsWithTheError()
    {
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        var stream = ChatMessagesPair.Exchange(ApiFormat.Messages, "modern").OpenStream();
        stream.Write("data: {\"choices\":[{\"delta\":{\"content\":\"x\"}}]}\n\n"u8, output);
        stream.Fail(new ClientError(504, "no answer for 60 s", "Timeout"), output);
        stream.Write("data: {\"choices\":[{\"delta\":{\"content\":\"y\"}}]}\n\n"u8, output);
        stream.End(output);
        var events = StreamText.Events(Encoding.UTF8.GetString(output.WrittenSpan));
        Assert.Equal(["message_start", "content_block_start", "content_block_delta", "content_block_stop", "error"], events.Select(item => item.Name));
    }

    [Fact]
    public void Write_NothingToSayYet_WritesNothing()
    {
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        ChatMessagesPair.Exchange(ApiFormat.Messages, "modern").OpenStream().Write("data: {\"id\":\"c\",\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":\"\"}}]}\n\n"u8, output);
        ChatMessagesPair.Exchange(ApiFormat.ChatCompletions, "anthropic").OpenStream().Write("data: {\"type\":\"message_start\",\"message\":{\"id\":\"m\"}}\n\n"u8, output);
        Assert.Equal(0, output.WrittenCount);
    }

    private static ApiFormat ClientOf(string file) => file == ChatMessagesVectorTests.ChatStreams ? ApiFormat.Messages : ApiFormat.ChatCompletions;

    private static TranslatedExchange Exchange(string file, Vector vector) => ChatMessagesPair.Exchange(ClientOf(file), vector.Profile, usage: vector.Find("usage") is not null);

    private static void Check(string file, string stream)
    {
        if (ClientOf(file) == ApiFormat.Messages)
            StreamText.CheckMessages(stream);
        else
            StreamText.CheckChat(stream);
    }

    private static IEnumerable<ReadOnlyMemory<byte>> Pieces(byte[] bytes, Random random)
    {
        for (var at = 0; at < bytes.Length;)
        {
            var length = Math.Min(random.Next(1, 60), bytes.Length - at);
            yield return bytes.AsMemory(at, length);
            at += length;
        }
    }

    // Bytes changed, lines doubled, taken out or swapped.
    private static byte[] Mutated(byte[] stream, Random random)
    {
        var lines = Encoding.Latin1.GetString(stream).Split("\n\n").ToList();
        for (var change = random.Next(1, 5); change > 0; change--)
        {
            var at = random.Next(lines.Count);
            switch (random.Next(5))
            {
                case 0:
                    lines.Insert(random.Next(lines.Count), lines[at]);
                    break;
                case 1 when lines.Count > 1:
                    lines.RemoveAt(at);
                    break;
                case 2:
                    (lines[at], lines[0]) = (lines[0], lines[at]);
                    break;
                case 3 when lines[at].Length > 0:
                    lines[at] = lines[at].Remove(random.Next(lines[at].Length), 1);
                    break;
                case 4 when lines[at].Length > 0:
                    var text = lines[at].ToCharArray();
                    text[random.Next(text.Length)] = "\"{}[]:,\\\u00e90tn\u0000\n "[random.Next(15)];
                    lines[at] = new string(text);
                    break;
            }
        }

        return Encoding.Latin1.GetBytes(string.Join("\n\n", lines));
    }
}
