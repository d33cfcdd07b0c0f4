using Microsoft.Extensions.Logging.Abstractions;
using ModelScan.RoutingApi.RequestLog.Blocks;
using ModelScan.RoutingApi.RequestLog.Filters;
using ModelScan.RoutingApi.RequestLog.Reading;
using ModelScan.RoutingApi.RequestLog.Records;
using ModelScan.RoutingApi.RequestLog.Stores;
using ModelScan.RoutingApi.RequestLog.Writing;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.RequestLog;

/// <summary>A block that grows holds each record once, whatever happens to what was written of it before.</summary>
public sealed class GrowingBlockTests : IDisposable
{
    private const long Writer = 7;

    private readonly TemporaryFolder _folder = new();
    private readonly BlockEncoder _encoder = new(static text => text);
    private readonly RequestRecord[] _records = SampleRecords.Draw(5000);
    private readonly GrowingBlock _block;

    public GrowingBlockTests() => _block = new GrowingBlock(_encoder, Writer);

    [Fact]
    public async Task WhatComesLater_LiesInTheSameBlock()
    {
        await using var store = await OpenAsync();
        Add(0, 300);
        var first = await _block.WriteAsync(store, []);
        Assert.Equal((0, 300, 300, 0), (first.Before, first.Block.Count, (await StoredRecords.ReadAsync(store)).Ids.Count, _block.Waiting));
        Add(300, 500);
        Assert.Equal(200, _block.Waiting);
        var second = await _block.WriteAsync(store, []);
        Assert.Equal((300, 500), (second.Before, second.Block.Count));
        Assert.Single((await StoredRecords.ReadAsync(store)).Blocks);
        await HoldsAsync(store, 500);
    }

    [Theory]
    [InlineData(100, 4)]
    [InlineData(1000, 4)]
    [InlineData(1500, 2)]
    [InlineData(2100, 1)]
    [InlineData(RecordBlock.MaxRecords, 1)]
    public async Task Block_GrowsAsOftenAsThatIsWorthIt(int each, int times)
    {
        await using var store = await OpenAsync();
        for (var time = 0; time < times; time++)
        {
            Assert.False(_block.IsGrown);
            Add(time * each, (time + 1) * each);
            await _block.WriteAsync(store, []);
        }

        Assert.True(_block.IsGrown);
        Assert.Equal(times * each, _block.Settle());
        Add(0, 1);
        await _block.WriteAsync(store, []);
        Assert.Equal([1, times * each], (await StoredRecords.ReadAsync(store)).Blocks.Select(place => place.Count).Order());
    }

    [Fact]
    public async Task RecordsThatWereDeleted_DoNotComeBack()
    {
        await using var store = await OpenAsync();
        Add(0, 100);
        await _block.WriteAsync(store, []);
        var filter = RequestFilter.All.Before(_records[40].Id);
        Assert.Equal(40, await RequestDeletion.DeleteAsync(store, Assert.Single((await StoredRecords.ReadAsync(store)).Blocks), filter, Writer, static text => text, default));
        Add(100, 150);
        Assert.Equal((0, 50), await WriteAsync(store));
        Add(150, 160);
        Assert.Equal((50, 60), await WriteAsync(store));
        await HoldsAsync(store, 160, from: 40);
        Assert.Equal(2, (await StoredRecords.ReadAsync(store)).Blocks.Count);
    }

    [Fact]
    public async Task AnotherStore_GetsWhatTheFirstDoesNotHave_AndLosesNothingOfItsOwn()
    {
        await using var first = await OpenAsync();
        await using var second = await OpenAsync("other.db");
        var others = BlockTests.Encode(SampleRecords.Draw(100, seed: 2, SampleRecords.Start.AddDays(1)));
        await second.WriteAsync(new StoreChange { Writer = Writer, Add = [others] }, default); // under the same number, and as many
        Add(0, 100);
        await _block.WriteAsync(first, []);
        Add(100, 130);
        Assert.Equal((0, 30), await WriteAsync(second));
        await HoldsAsync(first, 100);
        Assert.Equal([30, 100], (await StoredRecords.ReadAsync(second)).Blocks.Select(place => place.Count).Order());
    }

    [Fact]
    public async Task StoreThatKeptABlockWithoutHavingSaidSo_HoldsItOnce()
    {
        await using var store = new SilentStore(await OpenAsync());
        Add(0, 100);
        await _block.WriteAsync(store, []);
        Add(100, 200);
        store.IsSilent = true;
        await Assert.ThrowsAsync<RequestStoreException>(async () => await WriteAsync(store));
        Assert.True(_block.HasFailed);
        Assert.Equal(100, _block.Waiting);

        store.IsSilent = false;
        Assert.Equal((100, 200), await WriteAsync(store));
        Assert.False(_block.HasFailed);
        Add(200, 250);
        Assert.Equal((200, 250), await WriteAsync(store));
        await HoldsAsync(store, 250);
    }

    [Fact]
    public async Task WhatCouldNotBeWritten_IsGivenUpWithTheBlock()
    {
        await using var store = new SilentStore(await OpenAsync());
        Add(0, 100);
        await _block.WriteAsync(store, []);
        Add(100, 200);
        store.IsBroken = true;
        await Assert.ThrowsAsync<RequestStoreException>(async () => await WriteAsync(store));
        Assert.Equal(100, _block.Settle());
        store.IsBroken = false;
        Add(200, 210);
        Assert.Equal((0, 10), await WriteAsync(store));
        Assert.Equal(110, (await StoredRecords.ReadAsync(store)).Ids.Count);
    }

    public void Dispose()
    {
        _encoder.Dispose();
        _folder.Dispose();
    }

    private void Add(int from, int to)
    {
        foreach (var record in _records[from..to])
            _block.Add(record);
    }

    private async Task<(int Before, int Count)> WriteAsync(IRequestStore store)
    {
        var (block, before) = await _block.WriteAsync(store, []);
        return (before, block.Count);
    }

    private async Task HoldsAsync(IRequestStore store, int to, int from = 0) =>
        Assert.Equal(_records[from..to].Select(record => record.Id), (await StoredRecords.ReadAsync(store)).Ids.Order());

    private async Task<IRequestStore> OpenAsync(string name = "requests.db")
    {
        var store = new SqliteRequestStore(Path.Combine(_folder.Path, name), NullLogger.Instance);
        await store.OpenAsync(default);
        return store;
    }

    /// <summary>A store behind a connection that breaks off.</summary>
    private sealed class SilentStore(IRequestStore store) : IRequestStore
    {
        /// <summary>Whether it breaks off behind the change.</summary>
        public bool IsSilent { get; set; }

        /// <summary>Whether it breaks off before.</summary>
        public bool IsBroken { get; set; }

        public string Name => store.Name;

        public string Place => store.Place;

        public ValueTask OpenAsync(CancellationToken cancellationToken) => store.OpenAsync(cancellationToken);

        public async ValueTask<StoreChangeResult> WriteAsync(StoreChange change, CancellationToken cancellationToken)
        {
            if (IsBroken)
                throw new RequestStoreException("broken");
            var result = await store.WriteAsync(change, cancellationToken);
            return IsSilent ? throw new RequestStoreException("broken") : result;
        }

        public ValueTask<IStoreReader> ReadAsync(CancellationToken cancellationToken) => store.ReadAsync(cancellationToken);

        public ValueTask<long> SizeAsync(CancellationToken cancellationToken) => store.SizeAsync(cancellationToken);

        public ValueTask<bool> ShrinkAsync(CancellationToken cancellationToken) => store.ShrinkAsync(cancellationToken);

        public ValueTask DisposeAsync() => store.DisposeAsync();
    }
}
