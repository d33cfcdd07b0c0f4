using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using ModelScan.RoutingApi.RequestLog.Records;
using ModelScan.RoutingApi.RequestLog.Stores;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.RequestLog;

/// <summary>A SQLite file keeps what it is given, in changes that are made whole or not at all.</summary>
public sealed class StoreTests
{
    [Fact]
    public async Task Blocks_AreFoundByTime()
    {
        using var folder = new TemporaryFolder();
        await using var store = await OpenAsync(folder);
        var blocks = Enumerable.Range(0, 5).Select(hour => BlockTests.Encode(SampleRecords.Draw(10, hour, SampleRecords.Start.AddHours(hour)))).ToArray();
        await store.WriteAsync(new StoreChange { Writer = 7, Add = blocks }, default);

        await using var reader = await store.ReadAsync(default);
        var all = await reader.BlocksAsync(null, null, default);
        Assert.Equal(blocks.Reverse().Select(block => (block.First, block.Last, 10, 7L)), all.Select(block => (block.First, block.Last, block.Count, block.Writer)));
        var some = await reader.BlocksAsync(RequestId.FirstAt(SampleRecords.Start.AddHours(1)), RequestId.FirstAt(SampleRecords.Start.AddHours(3)), default);
        Assert.Equal([blocks[2].First, blocks[1].First], some.Select(block => block.First));
        Assert.Equal(blocks[2].Index.ToArray(), await reader.IndexAsync(some[0], default));
        Assert.Equal(blocks[2].Detail.ToArray(), await reader.DetailAsync(some[0], default));
    }

    [Fact]
    public async Task Change_ThatFails_LeavesEverythingAsItWas()
    {
        using var folder = new TemporaryFolder();
        await using var store = await OpenAsync(folder);
        await store.WriteAsync(new StoreChange { Add = [BlockTests.Encode(SampleRecords.Draw(3))] }, default);
        var place = (await BlocksAsync(store))[0];
        var change = new StoreChange { Add = [BlockTests.Encode(SampleRecords.Draw(2, 2))], Remove = [place, place with { Number = 99 }] };
        var exception = await Assert.ThrowsAsync<RequestStoreException>(async () => await store.WriteAsync(change, default));
        Assert.True(exception.IsConflict);
        Assert.Equal([place], await BlocksAsync(store));
    }

    [Fact]
    public async Task Reader_SeesWhatWasThereWhenItBegan()
    {
        using var folder = new TemporaryFolder();
        await using var store = await OpenAsync(folder);
        await store.WriteAsync(new StoreChange { Add = [BlockTests.Encode(SampleRecords.Draw(3))] }, default);
        await using var reader = await store.ReadAsync(default);
        var before = Assert.Single(await reader.BlocksAsync(null, null, default));
        await store.WriteAsync(new StoreChange { Remove = [before] }, default);
        Assert.NotEmpty(await reader.DetailAsync(before, default));
        Assert.Empty(await BlocksAsync(store));
    }

    [Fact]
    public async Task Bodies_AreKeptApartAndGoByAge()
    {
        using var folder = new TemporaryFolder();
        await using var store = await OpenAsync(folder);
        var ids = Enumerable.Range(0, 4).Select(minute => RequestId.Create(SampleRecords.Start.AddMinutes(minute))).ToArray();
        await store.WriteAsync(new StoreChange { AddBodies = [.. ids.Select(id => new RequestBody(id) { Request = "asked", Response = "said", IsCut = true })] }, default);
        Assert.Equal(2, (await store.WriteAsync(new StoreChange { RemoveBodiesBefore = ids[2], RemoveBodies = [ids[3]] }, default)).OldBodies);
        await using var reader = await store.ReadAsync(default);
        Assert.Null(await reader.BodyAsync(ids[1], default));
        Assert.Equal(new RequestBody(ids[2]) { Request = "asked", Response = "said", IsCut = true }, await reader.BodyAsync(ids[2], default));
        Assert.Null(await reader.BodyAsync(ids[3], default));
    }

    [Fact]
    public async Task Feedback_LaterReplacesEarlier()
    {
        using var folder = new TemporaryFolder();
        await using var store = await OpenAsync(folder);
        var id = RequestId.Create(SampleRecords.Start);
        await store.WriteAsync(new StoreChange { Feedback = [new RouteFeedback(id, true, null, false, SampleRecords.Start)] }, default);
        var later = new RouteFeedback(id, false, "code", true, SampleRecords.Start.AddMinutes(1));
        await store.WriteAsync(new StoreChange { Feedback = [later] }, default);
        await using var reader = await store.ReadAsync(default);
        Assert.Equal([later], await reader.FeedbackAsync(id, id, default));
    }

    [Fact]
    public async Task File_OfAnEarlierVersion_IsBroughtUpToDateAndKeepsItsRecords()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "requests.db");
        var block = BlockTests.Encode(SampleRecords.Draw(3));
        await using (var connection = new SqliteConnection($"Data Source={path};Pooling=False"))
        {
            await connection.OpenAsync();
            SqliteSchema.Migrate(connection, upTo: 1);
            await using var transaction = (SqliteTransaction)await connection.BeginTransactionAsync();
            SqliteChange.Apply(connection, transaction, new StoreChange { Add = [block] });
            await transaction.CommitAsync();
        }

        await using var store = await OpenAsync(folder);
        Assert.Equal(block.Last, Assert.Single(await BlocksAsync(store)).Last);
        await store.WriteAsync(new StoreChange { AddBodies = [new RequestBody(block.First) { Request = "asked" }] }, default);
    }

    [Fact]
    public async Task File_OfALaterVersion_IsLeftAlone()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "requests.db");
        await using (var connection = new SqliteConnection($"Data Source={path};Pooling=False"))
        {
            await connection.OpenAsync();
            SqliteSchema.Run(connection, $"PRAGMA user_version = {SqliteSchema.Version + 1}");
        }

        var before = await File.ReadAllBytesAsync(path);
        var exception = await Assert.ThrowsAsync<RequestStoreException>(async () => await OpenAsync(folder));
        Assert.Contains("a later version wrote it", exception.Message, StringComparison.Ordinal);
        Assert.Equal(before.Length, new FileInfo(path).Length);
    }

    [Fact]
    public async Task File_ThatIsNoDatabase_IsSetAside()
    {
        using var folder = new TemporaryFolder();
        var text = string.Concat(Enumerable.Repeat("this is no database, but something else of somebody's\n", 400));
        var path = folder.Write("requests.db", text);
        await using var store = await OpenAsync(folder);
        await store.WriteAsync(new StoreChange { Add = [BlockTests.Encode(SampleRecords.Draw(3))] }, default);
        Assert.Single(await BlocksAsync(store));
        Assert.Equal(text, await File.ReadAllTextAsync(path + ".damaged-1"));
    }

    [Fact]
    public async Task File_ThatIsDeleted_IsBegunAnew()
    {
        using var folder = new TemporaryFolder();
        await using var store = await OpenAsync(folder);
        await store.WriteAsync(new StoreChange { Add = [BlockTests.Encode(SampleRecords.Draw(3))] }, default);
        foreach (var file in Directory.GetFiles(folder.Path))
            File.Delete(file);
        var block = BlockTests.Encode(SampleRecords.Draw(2, 2));
        await store.WriteAsync(new StoreChange { Add = [block] }, default);
        Assert.Equal(block.First, Assert.Single(await BlocksAsync(store)).First);
        Assert.True(File.Exists(Path.Combine(folder.Path, "requests.db")));
    }

    [Fact]
    public async Task Folder_ThatCannotBeWritten_IsSaid()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("file", "not a folder");
        await using var store = new SqliteRequestStore(Path.Combine(file, "requests.db"), NullLogger.Instance);
        var exception = await Assert.ThrowsAsync<RequestStoreException>(async () => await store.OpenAsync(default));
        Assert.Contains(file, exception.Message, StringComparison.Ordinal);
    }

    private static async Task<SqliteRequestStore> OpenAsync(TemporaryFolder folder)
    {
        var store = new SqliteRequestStore(Path.Combine(folder.Path, "requests.db"), NullLogger.Instance);
        try
        {
            await store.OpenAsync(default);
            return store;
        }
        catch
        {
            await store.DisposeAsync();
            throw;
        }
    }

    private static async Task<IReadOnlyList<BlockPlace>> BlocksAsync(SqliteRequestStore store)
    {
        await using var reader = await store.ReadAsync(default);
        return await reader.BlocksAsync(null, null, default);
    }
}
