using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.RequestLog.Blocks;
using ModelScan.RoutingApi.RequestLog.Records;
using ModelScan.RoutingApi.RequestLog.Stores;
using ModelScan.RoutingApi.RequestLog.Writing;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.RequestLog;

/// <summary>Small blocks are merged, old and too many ones go, and space is given back: in steps, and without losing anything else.</summary>
public sealed class UpkeepTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly BlockEncoder _encoder = new(static text => text);
    private readonly FakeTimeProvider _time = new(SampleRecords.Start.AddHours(1));

    [Fact]
    public async Task SmallBlocks_BecomeFewAndKeepEveryRecord()
    {
        await using var store = await OpenAsync();
        var records = SampleRecords.Draw(600);
        foreach (var part in records.Chunk(2))
            await store.WriteAsync(new StoreChange { Writer = 1, Add = [_encoder.Encode(part)] }, default);
        await RunAsync(store, new RequestLogConfig());
        var (blocks, ids) = await StoredRecords.ReadAsync(store);
        Assert.InRange(blocks.Count, 1, 40);
        Assert.Equal(records.Select(record => record.Id), ids.Order());
    }

    [Fact]
    public async Task Blocks_OfAnotherGatewayThatIsAtWork_AreLeftAlone()
    {
        await using var store = await OpenAsync();
        foreach (var record in SampleRecords.Draw(40, start: SampleRecords.Start.AddMinutes(59)))
            await store.WriteAsync(new StoreChange { Writer = 2, Add = [_encoder.Encode([record])] }, default);
        await RunAsync(store, new RequestLogConfig());
        Assert.Equal(40, (await StoredRecords.ReadAsync(store)).Blocks.Count);

        // It has not been seen for long: somebody has to.
        _time.Advance(TimeSpan.FromHours(1));
        await RunAsync(store, new RequestLogConfig());
        Assert.InRange((await StoredRecords.ReadAsync(store)).Blocks.Count, 1, 15);
    }

    [Fact]
    public async Task Records_OlderThanTheirAge_GoWithTheirBodies()
    {
        await using var store = await OpenAsync();
        for (var hour = 0; hour < 30; hour++)
        {
            var records = SampleRecords.Draw(10, hour, SampleRecords.Start.AddHours(hour));
            await store.WriteAsync(new StoreChange { Writer = 1, Add = [_encoder.Encode(records)], AddBodies = [.. records.Select(record => new RequestBody(record.Id) { Request = "said" })] }, default);
        }

        _time.SetUtcNow(SampleRecords.Start.AddHours(30));
        await RunAsync(store, new RequestLogConfig { MaxAge = TimeSpan.FromHours(10.5) });
        var (_, ids) = await StoredRecords.ReadAsync(store);
        Assert.Equal(100, ids.Count); // of hours 20 to 29
        Assert.Equal(SampleRecords.Start.AddHours(20), ids.Min().Time);
        await using var reader = await store.ReadAsync(default);
        Assert.NotNull(await reader.BodyAsync(ids.Min(), default));
        Assert.Equal(100, ids.Count(id => id >= ids.Min()));
    }

    [Fact]
    public async Task Log_LargerThanItsLimit_LosesItsOldestAndTheFileShrinks()
    {
        await using var store = await OpenAsync();
        for (var part = 0; part < 40; part++)
            await store.WriteAsync(new StoreChange { Writer = 1, Add = [_encoder.Encode(SampleRecords.Draw(2048, part, SampleRecords.Start.AddHours(part)))] }, default);
        var before = await store.SizeAsync(default);
        var limit = before / 2;
        _time.SetUtcNow(SampleRecords.Start.AddHours(41));
        await RunAsync(store, new RequestLogConfig { MaxBytes = limit });
        var (blocks, _) = await StoredRecords.ReadAsync(store);
        Assert.InRange(await store.SizeAsync(default), limit / 2, limit);
        Assert.Equal(SampleRecords.Start.AddHours(39), blocks.Max(block => block.First).Time);
        Assert.True(blocks.Min(block => block.First).Time > SampleRecords.Start.AddHours(15));
        await store.DisposeAsync(); // the write-ahead log goes into the file
        Assert.InRange(new FileInfo(Path.Combine(_folder.Path, "requests.db")).Length, 1, limit + (1 << 20));
    }

    [Fact]
    public async Task Block_ThatCannotBeRead_KeepsNothingElseFromGoing()
    {
        await using var store = await OpenAsync();
        await store.WriteAsync(new StoreChange { Writer = 1, Add = [_encoder.Encode(SampleRecords.Draw(3000, 99, SampleRecords.Start.AddDays(-90)))] }, default);
        foreach (var record in SampleRecords.Draw(40))
            await store.WriteAsync(new StoreChange { Writer = 1, Add = [_encoder.Encode([record])] }, default);
        await using (var connection = new SqliteConnection($"Data Source={Path.Combine(_folder.Path, "requests.db")};Pooling=False"))
        {
            await connection.OpenAsync();
            SqliteSchema.Run(connection, "UPDATE block_index SET bytes = X'00' WHERE number = 5");
        }

        var told = new List<long>();
        await RunAsync(store, new RequestLogConfig(), new Upkeep(_encoder, 1, _time, (block, _) => told.Add(block.Number)));
        Assert.Equal([5], told);
        await using var reader = await store.ReadAsync(default);
        var blocks = await reader.BlocksAsync(null, null, default);
        Assert.DoesNotContain(blocks, block => block.Count == 3000);
        Assert.Equal(40, blocks.Sum(block => block.Count));
        Assert.InRange(blocks.Count, 2, 15);
    }

    [Fact]
    public async Task Store_ThatGetsNoSmaller_IsNotEmptiedAtOnce()
    {
        await using var store = await OpenAsync();
        for (var part = 0; part < 20; part++)
            await store.WriteAsync(new StoreChange { Writer = 1, Add = [_encoder.Encode(SampleRecords.Draw(2500, part, SampleRecords.Start.AddMinutes(part)))] }, default);
        await RunAsync(new SameSizeStore(store), new RequestLogConfig { MaxBytes = 1 }, new Upkeep(_encoder, 2, _time));
        Assert.InRange((await StoredRecords.ReadAsync(store)).Ids.Count, 30_000, 35_000);
    }

    public void Dispose()
    {
        _encoder.Dispose();
        _folder.Dispose();
    }

    private async Task RunAsync(IRequestStore store, RequestLogConfig config, Upkeep? upkeep = null)
    {
        upkeep ??= new Upkeep(_encoder, 1, _time);
        for (var step = 0; await upkeep.RunAsync(store, config, default); step++)
            Assert.True(step < 500, "upkeep has no end");
    }

    private sealed class SameSizeStore(IRequestStore store) : IRequestStore
    {
        public string Name => store.Name;

        public string Place => store.Place;

        public ValueTask OpenAsync(CancellationToken cancellationToken) => store.OpenAsync(cancellationToken);

        public ValueTask<StoreChangeResult> WriteAsync(StoreChange change, CancellationToken cancellationToken) => store.WriteAsync(change, cancellationToken);

        public ValueTask<IStoreReader> ReadAsync(CancellationToken cancellationToken) => store.ReadAsync(cancellationToken);

        public ValueTask<long> SizeAsync(CancellationToken cancellationToken) => ValueTask.FromResult(1L << 30);

        public ValueTask<bool> ShrinkAsync(CancellationToken cancellationToken) => ValueTask.FromResult(false);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private async Task<SqliteRequestStore> OpenAsync()
    {
        var store = new SqliteRequestStore(Path.Combine(_folder.Path, "requests.db"), NullLogger.Instance);
        await store.OpenAsync(default);
        return store;
    }
}
