using System.Text;

namespace ModelScan.Tests.Wire;

public sealed class SseReaderTests
{
    private static List<(string Name, string Data)> Read(params byte[][] pieces)
    {
        using var reader = new SseReader();
        var events = new List<(string, string)>();
        foreach (var piece in pieces)
        {
            reader.Append(piece);
            while (reader.TryRead(out var next))
                events.Add((Encoding.UTF8.GetString(next.Name), Encoding.UTF8.GetString(next.Data)));
        }

        if (reader.TryReadRest(out var rest))
            events.Add((Encoding.UTF8.GetString(rest.Name), Encoding.UTF8.GetString(rest.Data)));
        return events;
    }

    public static TheoryData<string, string> Streams => new()
    {
        { "data: a\n\ndata: b\n\n", "|a;|b" },
        { "event: e\ndata: a\n\n", "e|a" },
        { "data: a\r\n\r\ndata: b\r\n\r\n", "|a;|b" },
        { "data: a\r\rdata: b\r\r", "|a;|b" },
        { "data:a\n\ndata:  b\n\n", "|a;| b" },
        { "data: a\ndata: b\ndata\ndata: c\n\n", "|a\nb\n\nc" },
        { ": comment\n\n:\nid: 7\nretry: 1\nfoo: x\ndata: a\n\n", "|a" },
        { "event: lonely\n\ndata: a\n\n", "|a" },
        { "data: last", "|last" },
        { "data: last\n", "|last" },
        { "\uFEFFdata: a\n\n", "|a" },
        { "\n\n\ndata: é😀\n\n", "|é😀" },
        { "", "" },
    };

    [Theory]
    [MemberData(nameof(Streams))]
    public void Read_CutAtEveryByte_GivesTheSameEvents(string stream, string expected)
    {
        var bytes = Encoding.UTF8.GetBytes(stream);
        for (var cut = 0; cut <= bytes.Length; cut++)
            Assert.Equal(expected, string.Join(';', Read(bytes[..cut], bytes[cut..]).Select(item => $"{item.Name}|{item.Data}")));
        Assert.Equal(expected, string.Join(';', Read([.. bytes.Select(one => new[] { one })]).Select(item => $"{item.Name}|{item.Data}")));
    }

    [Fact]
    public void Read_LineOfTwoMegabytes_ArrivesWhole()
    {
        var text = new string('x', 2 << 20);
        var bytes = Encoding.UTF8.GetBytes($"data: {text}\n\n");
        Assert.Equal(text, Assert.Single(Read([.. bytes.Chunk(30_000)])).Data);
    }

    [Fact]
    public void Append_EventOverTheLimit_Throws()
    {
        using var reader = new SseReader(maxEventBytes: 100_000);
        reader.Append("data: "u8);
        Assert.Throws<InvalidDataException>(() =>
        {
            for (var i = 0; i < 1000; i++)
            {
                reader.Append(new byte[1000]);
                reader.TryRead(out _);
            }
        });
    }

    [Fact]
    public void Append_ManyEvents_MemoryStaysBounded()
    {
        using var reader = new SseReader(maxEventBytes: 10_000);
        for (var i = 0; i < 10_000; i++)
        {
            reader.Append("data: a few bytes of text\n\n"u8);
            Assert.True(reader.TryRead(out _));
        }
    }
}
