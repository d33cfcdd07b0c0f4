using System.Text.Json;
using ModelScan.RoutingApi.RequestLog.Blocks;
using ModelScan.RoutingApi.RequestLog.Records;

namespace ModelScan.Tests.RequestLog;

/// <summary>What is written as a block is read as it was, and takes little room.</summary>
public sealed class BlockTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(700)]
    [InlineData(RecordBlock.MaxRecords)]
    public void Records_AreReadAsTheyWereWritten(int count)
    {
        var records = SampleRecords.Draw(count, seed: count);
        var block = Encode(records);
        var view = new BlockView();
        view.Load(block.Index);
        view.LoadDetail(block.Detail);
        Assert.Equal(count, view.Count);
        Assert.Equal((records[0].Id, records[^1].Id), (block.First, block.Last));
        for (var row = 0; row < count; row++)
            Assert.Equal(Json(records[row]), Json(view.Record(row)));
    }

    [Fact]
    public void View_IsUsedForOneBlockAfterTheOther()
    {
        var view = new BlockView();
        foreach (var count in (int[])[300, 5, 1200, 1])
        {
            var records = SampleRecords.Draw(count, seed: count);
            view.Load(Encode(records).Index);
            Assert.Equal(records.Select(record => record.Model), Enumerable.Range(0, count).Select(row => view.Text(Column.Model, row)));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    public void Value_MayChangeAtAnyRecord(int at)
    {
        using var encoder = new BlockEncoder(static text => text);
        var records = SampleRecords.Draw(8).Select((record, row) => record with { Status = row < at ? 200 : 429 }).ToArray();

        // The second block begins otherwise than the first one ended.
        for (var time = 0; time < 2; time++)
        {
            var view = new BlockView();
            view.Load(encoder.Encode(records).Index);
            Assert.Equal(records.Select(record => (long)record.Status), view[Column.Status].ToArray());
        }
    }

    [Fact]
    public void Record_TakesLessThanAKilobyte()
    {
        var block = Encode(SampleRecords.Draw(RecordBlock.MaxRecords));
        Assert.InRange((block.Index.Length + block.Detail.Length) / block.Count, 1, 1024);
    }

    [Fact]
    public void Record_AloneInItsBlock_TakesLessThanAKilobyte()
    {
        var block = Encode(SampleRecords.Draw(1));
        Assert.InRange(block.Index.Length + block.Detail.Length, 1, 1024);
    }

    [Fact]
    public void Texts_AreWrittenOnlyAsTheRedactorLeavesThem()
    {
        using var encoder = new BlockEncoder(text => text.Replace("secret", "[x]", StringComparison.Ordinal));
        var record = SampleRecords.Draw(1)[0] with
        {
            ErrorMessage = "secret",
            Fallback = "secret",
            RequestModel = "secret",
            Model = "secret",
            Route = "secret",
            Session = "secret",
            Key = "secret",
            UserAgent = "secret",
            Why = "secret",
            ErrorType = "secret",
            Tags = ["a=secret"],
            Dropped = ["secret"],
            Guards = ["secret"],
            Limits = ["secret"],
            Candidates = [new("secret", "secret")],
            Attempts = [new("secret", "secret", 200, default, null, default, "secret", "secret")],
        };
        var block = encoder.Encode([record, record with { ErrorMessage = "[x]" }]);
        Assert.DoesNotContain("secret", System.Text.Encoding.UTF8.GetString([.. block.Index.Span, .. block.Detail.Span]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(7)]
    [InlineData(11)]
    [InlineData(13)]
    public void RecordsThatCannotBeAddedAtOnce_LeaveNothingBehind(int seed)
    {
        using var encoder = new BlockEncoder(static text => text, text => text.Length % seed != 0);
        var (expected, refused) = (new List<RequestRecord>(), 0);
        foreach (var record in SampleRecords.Draw(500, seed))
        {
            if (encoder.TryAddAtOnce(record))
            {
                expected.Add(record);
                continue;
            }

            if (++refused % 2 == 0)
                continue;
            encoder.Add(record);
            expected.Add(record);
        }

        Assert.InRange(refused, 1, 499);
        var block = encoder.Finish();
        var view = new BlockView();
        view.Load(block.Index);
        view.LoadDetail(block.Detail);
        Assert.Equal((expected[0].Id, expected[^1].Id, expected.Count), (block.First, block.Last, block.Count));
        Assert.Equal(expected.Select(Json), Enumerable.Range(0, view.Count).Select(row => Json(view.Record(row))));
    }

    [Fact]
    public void TextThatHasNotBeenLookedThrough_IsNotWrittenAtOnce()
    {
        using var encoder = new BlockEncoder(text => text.Replace("secret", "[x]", StringComparison.Ordinal), static text => text != "secret");
        var record = new RequestRecord(RequestId.Create(SampleRecords.Start)) { Mode = "direct", Why = "requested" };
        Assert.True(encoder.TryAddAtOnce(record));
        Assert.False(encoder.TryAddAtOnce(record with { Session = "secret" }));
        Assert.False(encoder.TryAddAtOnce(record with { ErrorMessage = "secret" }));
        encoder.Add(record with { Session = "secret" });
        Assert.True(encoder.TryAddAtOnce(record with { Session = "secret" })); // the block has what the redactor left of it
        var block = encoder.Finish();
        Assert.Equal(3, block.Count);
        Assert.DoesNotContain("secret", System.Text.Encoding.UTF8.GetString([.. block.Index.Span, .. block.Detail.Span]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(40)]
    public void Bytes_ThatEndEarly_AreRefused(int length)
    {
        var block = Encode(SampleRecords.Draw(50));
        Assert.Throws<InvalidDataException>(() => new BlockView().Load(block.Index[..length]));
        var view = new BlockView();
        view.Load(block.Index);
        Assert.Throws<InvalidDataException>(() => view.LoadDetail(block.Detail[..length]));
    }

    [Fact]
    public void Bytes_OfALaterVersion_AreRefused()
    {
        var block = Encode(SampleRecords.Draw(1));
        byte[] index = [(byte)(block.Index.Span[0] + 1), .. block.Index.Span[1..]];
        Assert.Throws<InvalidDataException>(() => new BlockView().Load(index));
    }

    internal static RecordBlock Encode(RequestRecord[] records)
    {
        using var encoder = new BlockEncoder(static text => text);
        return encoder.Encode(records);
    }

    // By value, lists included. Money is kept to a millionth of a millionth.
    private static string Json(RequestRecord record) => JsonSerializer.Serialize(record with
    {
        Cost = record.Cost with { Input = Math.Round(record.Cost.Input, 10), CacheRead = Math.Round(record.Cost.CacheRead, 10), CacheWrite = Math.Round(record.Cost.CacheWrite, 10), Output = Math.Round(record.Cost.Output, 10) },
    });
}
