using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.RequestLog.Blocks;
using ModelScan.RoutingApi.RequestLog.Filters;
using ModelScan.RoutingApi.RequestLog.Reading;
using ModelScan.RoutingApi.RequestLog.Records;
using ModelScan.RoutingApi.RequestLog.Stores;
using ModelScan.RoutingApi.RequestLog.Writing;
using ModelScan.RoutingApi.Telemetry;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.RequestLog;

/// <summary>How records come from the queue into the store.</summary>
public sealed class WriterTests : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ObservedTime _time = new(SampleRecords.Start);
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();

    [Fact]
    public async Task WaitingRecords_AreHeldAsBytes_AndWrittenAsOneBlockWhenTheTimeHasCome()
    {
        await using var writer = Writer();
        await writer.StartAsync(default);
        await Eventually.TrueAsync(() => writer.Store is not null, "the store is open");
        await GoneAsync(Add(writer, 500));
        Assert.Empty(await BlocksAsync(writer));
        Assert.Equal(500, writer.Waiting);

        _time.Advance(TimeSpan.FromSeconds(2));
        await Eventually.TrueAsync(async () => (await BlocksAsync(writer)).Count > 0, "the block is written");
        Assert.Equal(500, Assert.Single(await BlocksAsync(writer)).Count);
        Assert.Equal(0, writer.Waiting);
    }

    [Fact]
    public async Task Watched_IsWrittenSooner()
    {
        await using var writer = Writer();
        await writer.StartAsync(default);
        await Eventually.TrueAsync(() => writer.Store is not null, "the store is open");
        using var watcher = writer.Tail.Watch(RequestFilter.All);
        Add(writer, 1);
        _time.Advance(TimeSpan.FromMilliseconds(250));
        await Eventually.TrueAsync(() => watcher!.Records.TryRead(out _), "whoever watches has seen it");
    }

    [Fact]
    public async Task ThreeQuartersOfABlock_WaitForNoTime()
    {
        const int Enough = RecordBlock.MaxRecords / 4 * 3;
        await using var writer = Writer();
        await writer.StartAsync(default);
        await Eventually.TrueAsync(() => writer.Store is not null, "the store is open");
        await GoneAsync(Add(writer, Enough - 1));
        Assert.Empty(await BlocksAsync(writer));
        Add(writer, 1);
        await Eventually.TrueAsync(async () => (await BlocksAsync(writer)) is [{ Count: Enough }], "the block is written");
    }

    [Fact]
    public async Task StoreThatIsFull_IsWrittenAgainWhenItsOldestHaveGone()
    {
        await using var writer = Writer(config => config with { MaxBytes = 200_000 }, maxFileBytes: 400_000);
        await writer.StartAsync(default);
        await Eventually.TrueAsync(() => writer.Store is not null, "the store is open");
        for (var block = 0; block < 20 && writer.Problem is null; block++)
        {
            foreach (var record in SampleRecords.Draw(1000, block, SampleRecords.Start.AddMinutes(block)))
                writer.Add(record, null);
            await writer.FlushAsync(default);
        }

        Assert.Contains("full", writer.Problem, StringComparison.Ordinal);
        _time.Advance(TimeSpan.FromSeconds(30));
        await Eventually.TrueAsync(
            () =>
            {
                _time.Advance(TimeSpan.FromSeconds(5));
                return writer.Problem is null;
            },
            "there is room again");
        Assert.Equal(0, writer.Waiting);
    }

    [Fact]
    public async Task BlockThatCannotBeWritten_IsLeftAloneUntilItsTime()
    {
        await using var writer = Writer(maxFileBytes: 100_000);
        await writer.StartAsync(default);
        await Eventually.TrueAsync(() => writer.Store is not null, "the store is open");
        Add(writer, RecordBlock.MaxRecords);
        await Eventually.TrueAsync(() => writer.Problem is not null, "the disk is full");
        await writer.FlushAsync(default);
        var looks = _time.Looks;
        await Task.Delay(50);
        Assert.InRange(_time.Looks - looks, 0, 5);
    }

    [Fact]
    public async Task RecordsBehindABlock_HaveATimeOfTheirOwn()
    {
        await using var writer = Writer();
        await writer.StartAsync(default);
        await Eventually.TrueAsync(() => writer.Store is not null, "the store is open");
        Add(writer, 1);
        _time.Advance(TimeSpan.FromMilliseconds(1600));
        Add(writer, RecordBlock.MaxRecords);
        await Eventually.TrueAsync(async () => (await BlocksAsync(writer)).Count == 1, "most of it is written");

        // The time of the first one is over, that of the last one is not.
        _time.Advance(TimeSpan.FromMilliseconds(400));
        await GoneAsync(Add(writer, 600));
        Assert.Single(await BlocksAsync(writer));

        _time.Advance(TimeSpan.FromMilliseconds(1600));
        await Eventually.TrueAsync(async () => (await BlocksAsync(writer)).Count == 2, "the rest is written");
    }

    [Fact]
    public async Task WhatComesInTheNextTime_JoinsTheBlock_AndIsToldOnce()
    {
        await using var writer = Writer();
        await writer.StartAsync(default);
        await Eventually.TrueAsync(() => writer.Store is not null, "the store is open");
        using var watcher = writer.Tail.Watch(RequestFilter.All)!;
        var records = SampleRecords.Draw(60);
        for (var second = 0; second < 3; second++)
        {
            foreach (var record in records.Skip(20 * second).Take(20))
                writer.Add(record, null);
            _time.Advance(TimeSpan.FromSeconds(1));
            await Eventually.TrueAsync(() => writer.Waiting == 0, "what waits is written");
        }

        Assert.Equal(60, Assert.Single(await BlocksAsync(writer)).Count);
        var told = new List<RequestId>();
        while (watcher.Records.TryRead(out var record))
            told.Add(record.Id);
        Assert.Equal(records.Select(record => record.Id), told.Order());
    }

    [Fact]
    public async Task RecordWhoseTextsAreKnown_IsHeldAsBytesAtOnce()
    {
        await using var writer = Writer();
        await writer.StartAsync(default);
        await Eventually.TrueAsync(() => writer.Store is not null, "the store is open");
        await Eventually.TrueAsync(
            async () =>
            {
                // What is not known yet waits in the queue, until somebody asks.
                var record = AddOne(writer);
                var isHeld = writer.Waiting > 0;
                GC.Collect();
                var isGone = !record.TryGetTarget(out _);
                await new RequestQueries(writer).ListAsync(RequestFilter.All, 1, whole: false, default);
                return isHeld && isGone;
            },
            "a record is bytes while it waits");
    }

    [Fact]
    public async Task Records_OfManyThreads_AreAllWrittenOnce()
    {
        await using var writer = Writer();
        await writer.StartAsync(default);
        await Eventually.TrueAsync(() => writer.Store is not null, "the store is open");
        var records = SampleRecords.Draw(10_000, apart: TimeSpan.FromMilliseconds(10));
        var queries = new RequestQueries(writer);
        await Parallel.ForEachAsync(records.Chunk(100), async (some, token) =>
        {
            foreach (var record in some)
                writer.Add(record, null);
            await queries.ListAsync(RequestFilter.All, 1, whole: false, token);
        });
        Assert.Equal(records.Select(record => record.Id), (await StoredRecords.ReadAsync(writer.Store!)).Ids.Order());
    }

    [Fact]
    public async Task Asking_WritesWhatWaitsAndNothingTwice()
    {
        await using var writer = Writer();
        await writer.StartAsync(default);
        await Eventually.TrueAsync(() => writer.Store is not null, "the store is open");
        var queries = new RequestQueries(writer);
        var records = SampleRecords.Draw(200);
        for (var asked = 1; asked <= 40; asked++)
        {
            foreach (var record in records.Skip(5 * (asked - 1)).Take(5))
                writer.Add(record, null);
            Assert.Equal(Math.Min(5 * asked, 100), (await queries.ListAsync(RequestFilter.All, 100, whole: true, default)).Records.Count);
        }

        Assert.Equal(200, (await BlocksAsync(writer)).Sum(block => block.Count));
        Assert.Equal(200, await queries.DeleteAsync(RequestFilter.All, default));
        Assert.Empty(await BlocksAsync(writer));
    }

    [Fact]
    public async Task AskingWhileSomethingIsWritten_WaitsForWhatCameBefore()
    {
        TaskCompletionSource writes = new(), mayWrite = new();
        await using var writer = Writer(static config => config with { KeepsVectors = true }, addVectors: async (input, token) =>
        {
            writes.TrySetResult();
            await mayWrite.Task.WaitAsync(token);
            return input;
        });
        await writer.StartAsync(default);
        await Eventually.TrueAsync(() => writer.Store is not null, "the store is open");
        var records = SampleRecords.Draw(2);
        writer.Add(records[0], new RequestBody(records[0].Id) { Input = "[]" });
        var first = writer.FlushAsync(default);
        await writes.Task.WaitAsync(TimeSpan.FromSeconds(30));
        writer.Add(records[1], null);
        var second = writer.FlushAsync(default);
        mayWrite.SetResult();
        await Task.WhenAll(first, second);
        Assert.Equal(records.Select(record => record.Id), (await StoredRecords.ReadAsync(writer.Store!)).Ids.Order());
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        _folder.Dispose();
    }

    // Apart, so that no local variable keeps a record alive.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference<object>[] Add(RequestLogWriter writer, int count)
    {
        var records = SampleRecords.Draw(count);
        foreach (var record in records)
            writer.Add(record, null);
        return [.. records.Select(record => new WeakReference<object>(record))];
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference<RequestRecord> AddOne(RequestLogWriter writer)
    {
        var record = new RequestRecord(RequestId.Create(SampleRecords.Start)) { Mode = "direct", Why = "requested" };
        writer.Add(record, null);
        return new WeakReference<RequestRecord>(record);
    }

    private static Task GoneAsync(WeakReference<object>[] records) => Eventually.TrueAsync(
        () =>
        {
            GC.Collect();
            return records.Count(record => !record.TryGetTarget(out _)) > 200;
        },
        "the first records are gone");

    private static async Task<IReadOnlyList<BlockPlace>> BlocksAsync(RequestLogWriter writer)
    {
        await using var reader = await writer.Store!.ReadAsync(default);
        return await reader.BlocksAsync(null, null, default);
    }

    private sealed class ObservedTime(DateTimeOffset start) : FakeTimeProvider(start)
    {
        private int _looks;

        /// <summary>How often somebody has looked at the clock.</summary>
        public int Looks => Volatile.Read(ref _looks);

        public override long GetTimestamp()
        {
            Interlocked.Increment(ref _looks);
            return base.GetTimestamp();
        }
    }

    private RequestLogWriter Writer(Func<RequestLogConfig, RequestLogConfig>? with = null, long maxFileBytes = long.MaxValue, Func<string, CancellationToken, ValueTask<string>>? addVectors = null)
    {
        var config = new RequestLogConfig { Store = RequestLogStore.Sqlite, Path = Path.Combine(_folder.Path, "requests.db") };
        return new RequestLogWriter(
            with?.Invoke(config) ?? config,
            new RequestStoreFactory(NullLogger<RequestStoreFactory>.Instance) { MaxFileBytes = maxFileBytes },
            new RequestLogMeters(_services.GetRequiredService<IMeterFactory>()),
            _time,
            NullLogger<RequestLogWriter>.Instance,
            addVectors);
    }
}
