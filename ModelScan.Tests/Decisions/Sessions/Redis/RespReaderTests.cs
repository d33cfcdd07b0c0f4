using System.Buffers;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using ModelScan.RoutingApi.Decisions.Sessions.Redis;

namespace ModelScan.Tests.Decisions.Sessions.Redis;

public sealed class RespReaderTests
{
    private const string Replies = "+OK\r\n$-1\r\n$5\r\nab\r\nc\r\n:42\r\n-WRONGTYPE no\r\n$0\r\n\r\n";
    private static readonly string[] Expected = ["Done:", "Nil:", "Value:ab\r\nc", "Done:", "Error:WRONGTYPE no", "Value:"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(1000)]
    public void TryRead_BytesInPieces_GivesTheSameReplies(int size)
        => Assert.Equal(Expected, Read(Encoding.ASCII.GetBytes(Replies).Chunk(size)));

    [Fact]
    public void TryRead_ValueBeyondTheLimit_IsReadPastAndTheNextReplyIsWhole()
    {
        var huge = new string('x', RespReader.MaxValueBytes + 1);
        var bytes = Encoding.ASCII.GetBytes($"${huge.Length}\r\n{huge}\r\n+OK\r\n");

        Assert.Equal(["TooLarge:", "Done:"], Read(bytes.Chunk(1000)));
        Assert.Equal(["TooLarge:", "Done:"], Read([bytes]));
    }

    [Fact]
    public void TryRead_ValueOfTheLimit_IsKept()
    {
        var large = new string('x', RespReader.MaxValueBytes);

        Assert.Equal(["Value:" + large], Read(Encoding.ASCII.GetBytes($"${large.Length}\r\n{large}\r\n").Chunk(4096)));
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\n")]
    [InlineData("*1\r\n$1\r\na\r\n")]
    [InlineData("$x\r\n")]
    [InlineData("$\r\n")]
    [InlineData("$-2\r\n")]
    [InlineData("$99999999999\r\n")]
    [InlineData("$1\r\nabc\r\n")]
    public void TryRead_SomethingElse_IsRefused(string bytes)
        => Assert.Throws<RespFormatException>(() => Read([Encoding.ASCII.GetBytes(bytes)]));

    [Fact]
    public void TryRead_LineWithoutEnd_IsRefusedBeforeItFillsTheMemory()
        => Assert.Throws<RespFormatException>(() => Read(Enumerable.Repeat("+aaaaaaaaaaaaaaa"u8.ToArray(), 1000)));

    [Fact]
    public void TryRead_AnyBytes_EndsOrRefuses() => Prop.ForAll<byte[]>(ArbMap.Default.ArbFor<byte[]>(), bytes =>
    {
        try
        {
            return Read([bytes ?? []]).Count <= (bytes?.Length ?? 0);
        }
        catch (RespFormatException)
        {
            return true;
        }
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Command_Arguments_AreBulkStrings()
    {
        Assert.Equal("*2\r\n$3\r\nGET\r\n$3\r\né1\r\n", Encoding.UTF8.GetString(RespCommand.Of("GET", "é1")));
        Assert.Equal(
            "*5\r\n$3\r\nSET\r\n$1\r\nk\r\n$2\r\nvv\r\n$2\r\nPX\r\n$4\r\n1500\r\n",
            Encoding.UTF8.GetString(RespCommand.Set("k", "vv"u8, TimeSpan.FromSeconds(1.5))));
    }

    private static List<string> Read(IEnumerable<byte[]> pieces)
    {
        var reader = new RespReader();
        var replies = new List<string>();
        var unread = Array.Empty<byte>();
        foreach (var piece in pieces)
        {
            var buffer = Segmented(unread, piece);
            while (reader.TryRead(ref buffer, out var reply))
                replies.Add($"{reply.Kind}:{(reply.Value is null ? reply.Message : Encoding.UTF8.GetString(reply.Value))}");
            unread = buffer.ToArray();
        }

        return replies;
    }

    // As a pipe hands it out: what is left from before and what came now lie in segments of their own.
    private static ReadOnlySequence<byte> Segmented(byte[] before, byte[] now)
    {
        var first = new Segment(before, 0);
        var last = new Segment(now, before.Length);
        first.Append(last);
        return new ReadOnlySequence<byte>(first, 0, last, now.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(byte[] bytes, long index)
        {
            Memory = bytes;
            RunningIndex = index;
        }

        public void Append(Segment next) => Next = next;
    }
}
