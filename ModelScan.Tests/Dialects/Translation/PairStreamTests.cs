using System.Buffers;
using System.Text;
using ModelScan.RoutingApi.Dialects;
using ModelScan.RoutingApi.Dialects.Translation;

namespace ModelScan.Tests.Dialects.Translation;

/// <summary>Streams between Messages and Responses, and of Converse: cut anywhere, damaged anywhere, broken off anywhere.</summary>
public sealed class PairStreamTests
{
    private const int Seed = 20260117;

    public static TheoryData<string> Streams => PairVector.Ids("stream");

    public static TheoryData<string> AllStreams => [.. PairVector.Ids("stream"), .. PairVector.Ids("stream", ofConverse: true)];

    [Theory]
    [Trait("Complaint", "9")]
    [MemberData(nameof(AllStreams))]
    public void Write_CutAtEveryByte_GivesTheSame(string id)
    {
        var vector = PairVector.Find(id);
        var whole = PairRun.Stream(vector, [int.MaxValue]);
        var sse = PairRun.SseOf(vector);
        for (var cut = 1; cut < sse.Length; cut++)
            Assert.True(whole.AsSpan().SequenceEqual(PairRun.Stream(vector, sse, [cut, int.MaxValue])), $"cut at {cut}");
    }

    [Theory]
    [MemberData(nameof(AllStreams))]
    public void Write_InRandomPieces_GivesTheSame(string id)
    {
        var vector = PairVector.Find(id);
        var whole = PairRun.Stream(vector, [int.MaxValue]);
        var random = new Random(Seed);
        for (var round = 0; round < 50; round++)
        {
            var lengths = Enumerable.Range(0, 200).Select(_ => random.Next(1, 40)).ToList();
            Assert.Equal(whole, PairRun.Stream(vector, lengths));
        }

        Assert.Equal(whole, PairRun.Stream(vector, [1]));
    }

    [Theory]
    [MemberData(nameof(AllStreams))]
    public void End_CutShortAnywhere_EndsWellFormed(string id)
    {
        var vector = PairVector.Find(id);
        var sse = PairRun.SseOf(vector);
        for (var length = 0; length < sse.Length; length += 7)
            PairInvariants.Check(vector, PairRun.Stream(vector, sse.AsSpan(0, length), [int.MaxValue]));
    }

    [Theory]
    [MemberData(nameof(Streams))]
    public void Write_DamagedStream_StaysWellFormed(string id)
    {
        var vector = PairVector.Find(id);
        var random = new Random(Seed);
        var sse = PairRun.SseOf(vector);
        for (var round = 0; round < 300; round++)
            PairInvariants.Check(vector, PairRun.Stream(vector, Damage(sse, random), [random.Next(1, 200)]));
    }

    [Theory]
    [MemberData(nameof(Streams))]
    public void Write_EventsShuffledAndRepeated_StaysWellFormed(string id)
    {
        var vector = PairVector.Find(id);
        var random = new Random(Seed);
        var events = Encoding.UTF8.GetString(PairRun.SseOf(vector)).Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        for (var round = 0; round < 100; round++)
        {
            var chosen = Enumerable.Range(0, events.Length + 3).Select(_ => events[random.Next(events.Length)] + "\n\n");
            PairInvariants.Check(vector, PairRun.Stream(vector, Encoding.UTF8.GetBytes(string.Concat(chosen)), [int.MaxValue]));
        }
    }

    [Theory]
    [InlineData("RM-S01")]
    [InlineData("MR-S01")]
    [InlineData("K25")]
    [InlineData("K27")]
    [InlineData("K28-chat")]
    public void Fail_InTheMiddle_ClosesWhatIsOpenAndTellsTheError(string id)
    {
        var vector = PairVector.Find(id);
        var sse = PairRun.SseOf(vector);
        var client = new ArrayBufferWriter<byte>();
        var stream = PairRun.Exchange(vector).OpenStream();
        stream.Write(sse.AsSpan(0, sse.Length / 2), client);
        stream.Fail(new ClientError(504, "too slow", "Timeout"), client);
        var written = client.WrittenCount;
        stream.Write(sse.AsSpan(sse.Length / 2), client);
        stream.End(client);
        stream.Fail(new ClientError(500, "again", "Again"), client);

        Assert.True(stream.IsComplete);
        Assert.Equal("too slow", stream.Error!.Message);
        Assert.Equal(written, client.WrittenCount);
        PairInvariants.Check(vector, client.WrittenSpan.ToArray());
    }

    [Fact]
    public void Write_EndlessEvent_IsRefused()
    {
        var stream = PairRun.Exchange(PairVector.Find("RM-S01")).OpenStream();
        var client = new ArrayBufferWriter<byte>();
        var piece = new byte[1 << 20];
        Array.Fill(piece, (byte)'x');
        Assert.Throws<ProviderAnswerException>(() =>
        {
            for (var i = 0; i < 100; i++)
                stream.Write(piece, client);
        });
    }

    private static byte[] Damage(byte[] sse, Random random)
    {
        var damaged = sse.ToList();
        for (var change = random.Next(1, 6); change > 0 && damaged.Count > 0; change--)
        {
            var at = random.Next(damaged.Count);
            switch (random.Next(4))
            {
                case 0:
                    damaged[at] = (byte)random.Next(256);
                    break;
                case 1:
                    damaged.RemoveAt(at);
                    break;
                case 2:
                    damaged.Insert(at, "\"{}[]:,\\\n0x"u8[random.Next(11)]);
                    break;
                default:
                    damaged.InsertRange(at, damaged.GetRange(at, Math.Min(random.Next(1, 80), damaged.Count - at)));
                    break;
            }
        }

        return [.. damaged];
    }
}
