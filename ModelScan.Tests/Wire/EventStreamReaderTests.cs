using System.Buffers.Binary;
using System.Text;
using ModelScan.RoutingApi.Dialects.AmazonConverse;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Wire;

public sealed class EventStreamReaderTests
{
    private static readonly byte[] Event = ConverseFrames.Frame([(":event-type", "messageStop"), (":message-type", "event")], "{\"stopReason\":\"end_turn\"}"u8);
    private static readonly byte[] Exception = ConverseFrames.Frame([(":exception-type", "throttlingException"), (":message-type", "exception")], "{\"message\":\"slow\"}"u8);
    private static readonly byte[] Error = ConverseFrames.Frame([(":error-code", "InternalFailure"), (":error-message", "broken"), (":message-type", "error")], []);
    private static readonly string[] All = ["event messageStop   {\"stopReason\":\"end_turn\"}", "exception  throttlingException  {\"message\":\"slow\"}", "error  InternalFailure broken "];

    [Fact]
    public void TryRead_CutAtEveryByte_FindsEveryMessage()
    {
        byte[] stream = [.. Event, .. Exception, .. Error];
        for (var cut = 0; cut <= stream.Length; cut++)
            Assert.Equal(All, Read([stream[..cut], stream[cut..]]));
        Assert.Equal(All, Read([.. stream.Select(value => new[] { value })]));
    }

    [Fact]
    public void TryRead_EveryBitFlipped_IsDamagedOrWaitsForMore()
    {
        for (var bit = 0; bit < Event.Length * 8; bit++)
        {
            var damaged = Event.ToArray();
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Throws<InvalidDataException>(() => Read([damaged]));
        }
    }

    [Theory]
    [InlineData(15, 0)]
    [InlineData(16, 1)]
    [InlineData(40, 25)]
    [InlineData(0, 0)]
    [InlineData(100, -1)]
    public void TryRead_LengthsThatCannotBe_AreDamage(int length, int headersLength)
    {
        var frame = new byte[40];
        BinaryPrimitives.WriteInt32BigEndian(frame, length);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(4), headersLength);
        ConverseFrames.Sign(frame);
        Assert.Throws<InvalidDataException>(() => Read([frame]));
    }

    [Fact]
    public void TryRead_MessageLargerThanTheLimit_IsRefusedByItsFirstBytes()
    {
        var frame = ConverseFrames.Frame([(":message-type", "event")], new byte[2000]);
        using var reader = new EventStreamReader(maxMessageBytes: 1000);
        reader.Append(frame.AsSpan(0, 12));
        Assert.Contains("1000", Assert.Throws<InvalidDataException>(() => reader.TryRead(out _)).Message, StringComparison.Ordinal);
        Assert.Single(Read([ConverseFrames.Frame([(":message-type", "event")], new byte[100_000])]));
    }

    [Fact]
    public void TryRead_HeadersOfEveryType_ArePassedOver()
    {
        byte[] headers =
        [
            1, (byte)'a', 0, 1, (byte)'b', 1, 1, (byte)'c', 2, 9, 1, (byte)'d', 3, 0, 9, 1, (byte)'e', 4, 0, 0, 0, 9,
            1, (byte)'f', 5, 0, 0, 0, 0, 0, 0, 0, 9, 1, (byte)'g', 6, 0, 2, 8, 9, 1, (byte)'h', 8, 0, 0, 0, 0, 0, 0, 0, 9,
            1, (byte)'i', 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9,
            .. new[] { (byte)":event-type".Length }, .. ":event-type"u8, 7, 0, 1, (byte)'x',
        ];
        Assert.Equal([" x   {}"], Read([ConverseFrames.Frame(headers, "{}"u8)]));
    }

    [Theory]
    [InlineData(new byte[] { 5, 1 })]
    [InlineData(new byte[] { 1, 97 })]
    [InlineData(new byte[] { 1, 97, 7, 0, 9, 1 })]
    [InlineData(new byte[] { 1, 97, 10 })]
    public void TryRead_HeadersThatEndTooSoon_AreDamage(byte[] headers) =>
        Assert.Throws<InvalidDataException>(() => Read([ConverseFrames.Frame(headers, [])]));

    [Theory]
    [InlineData("Quarterly report.pdf", "Quarterly report-pdf")]
    [InlineData("  a\t\n b  ", "a b")]
    [InlineData("Übersicht (neu) [2]", "-bersicht (neu) [2]")]
    [InlineData("", "Document")]
    [InlineData("   ", "Document")]
    public void Add_Title_BecomesANameThatConverseTakes(string title, string expected) => Assert.Equal(expected, new DocumentNames().Add(title));

    [Fact]
    public void Add_SameTitleAgain_IsNumberedAndNeverTooLong()
    {
        var names = new DocumentNames();
        Assert.Equal(["a", "a (2)", "a (3)", "Document"], [names.Add("a"), names.Add("a"), names.Add("a"), names.Add(null)]);
        var title = new string('x', 500);
        Assert.True(names.Add(title).Length <= 200 && names.Add(title).Length <= 200);
    }

    private static List<string> Read(IEnumerable<byte[]> pieces)
    {
        var messages = new List<string>();
        using var reader = new EventStreamReader();
        foreach (var piece in pieces)
        {
            reader.Append(piece);
            while (reader.TryRead(out var message))
                messages.Add(string.Join(' ', Text(message.MessageType), Text(message.EventType), Text(message.ExceptionType), Text(message.ErrorMessage), Text(message.Payload)));
        }

        Assert.False(reader.IsInsideMessage);
        return messages;
    }

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);
}
