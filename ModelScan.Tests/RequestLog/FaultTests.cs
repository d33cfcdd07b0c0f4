using System.Diagnostics;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using ModelScan.RoutingApi.RequestLog.Blocks;
using ModelScan.RoutingApi.RequestLog.Records;
using ModelScan.RoutingApi.RequestLog.Stores;
using ModelScan.RoutingApi.Telemetry;
using ModelScan.Tests.Integration;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.RequestLog;

/// <summary>Whatever becomes of the store, requests are answered; what could not be recorded is counted.</summary>
public sealed class FaultTests
{
    private const string Ok = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}";

    [Fact]
    public async Task Disk_ThatIsFull_FailsNoRequestAndIsCounted()
    {
        await using var provider = RawUpstream.Start(Ok);
        await using var gateway = await LoggedGateway.StartAsync(
            Config(provider), services => services.AddSingleton(new RequestStoreFactory(NullLogger<RequestStoreFactory>.Instance) { MaxFileBytes = 400_000 }));
        var meters = gateway.Gateway.Services.GetRequiredService<RequestLogMeters>();
        foreach (var record in SampleRecords.Draw(2 * RecordBlock.MaxRecords))
            gateway.Log.Add(record, null);
        await Eventually.TrueAsync(() => gateway.Log.Problem?.Contains("full", StringComparison.Ordinal) == true, "the disk is full");
        foreach (var record in SampleRecords.Draw(5 * RecordBlock.MaxRecords, 2))
            gateway.Log.Add(record, null);
        for (var i = 0; i < 20; i++)
            await AskAsync(gateway.Gateway);
        Assert.True(meters.ShedRecords > 0);
        Assert.Contains("modelscan_request_log_shed_total{what=\"record\"}", await gateway.Gateway.Client.GetStringAsync(new Uri("/metrics", UriKind.Relative)), StringComparison.Ordinal);
        Assert.Equal("ok", Check(gateway.Path));
    }

    [Fact]
    public async Task File_LockedBySomebodyElse_IsWrittenWhenItIsFree()
    {
        await using var provider = RawUpstream.Start(Ok);
        await using var gateway = await LoggedGateway.StartAsync(Config(provider));
        await AskAsync(gateway.Gateway);
        await gateway.UntilAsync(rows => rows.Length == 1);
        await using (var other = new SqliteConnection($"Data Source={gateway.Path};Pooling=False"))
        {
            await other.OpenAsync();
            await using var transaction = (SqliteTransaction)await other.BeginTransactionAsync();
            SqliteSchema.Run(other, "DELETE FROM feedback", transaction);
            for (var i = 0; i < 50; i++)
                await AskAsync(gateway.Gateway);
            await Eventually.TrueAsync(() => gateway.Log.Problem?.Contains("locked", StringComparison.Ordinal) == true, "the file is locked");
            for (var i = 0; i < 50; i++)
                await AskAsync(gateway.Gateway);
        }

        await Eventually.TrueAsync(() => gateway.Log.Problem is null, "the log is written again");
        Assert.Equal(101, (await gateway.UntilAsync(rows => rows.Length > 100)).Length);
    }

    [Fact]
    public async Task File_DamagedUnderLoad_IsSetAsideAndBegunAnew()
    {
        await using var provider = RawUpstream.Start(Ok);
        await using var gateway = await LoggedGateway.StartAsync(Config(provider));
        for (var i = 0; i < 20; i++)
            await AskAsync(gateway.Gateway);
        await gateway.UntilAsync(rows => rows.Length == 20);
        await using (var other = new SqliteConnection($"Data Source={gateway.Path};Pooling=False"))
        {
            await other.OpenAsync();
            SqliteSchema.Run(other, "PRAGMA wal_checkpoint(TRUNCATE)");
        }

        await using (var file = new FileStream(gateway.Path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete))
        {
            file.Position = 8192; // all but the head
            await file.WriteAsync(Enumerable.Repeat((byte)0xAB, (int)file.Length - 8192).ToArray());
        }

        await Eventually.TrueAsync(
            async () =>
            {
                await AskAsync(gateway.Gateway);
                await gateway.Log.FlushAsync(default);
                return File.Exists($"{gateway.Path}.damaged-1");
            },
            "the damage is seen");
        await Eventually.TrueAsync(async () => { await AskAsync(gateway.Gateway); await gateway.Log.FlushAsync(default); return gateway.Log.Problem is null; }, "the log is written again");
        Assert.Equal("ok", Check(gateway.Path));
    }

    [Fact]
    public async Task File_DeletedUnderLoad_IsBegunAnew()
    {
        await using var provider = RawUpstream.Start(Ok);
        await using var gateway = await LoggedGateway.StartAsync(Config(provider));
        for (var i = 0; i < 50; i++)
            await AskAsync(gateway.Gateway);
        await gateway.UntilAsync(rows => rows.Length == 50);
        foreach (var file in Directory.GetFiles(gateway.Folder.Path))
            File.Delete(file);
        for (var i = 0; i < 50; i++)
            await AskAsync(gateway.Gateway);
        await gateway.UntilAsync(rows => rows.Length == 50);
        Assert.Equal("ok", Check(gateway.Path));
    }

    [Fact]
    public async Task Process_KilledUnderLoad_LeavesAWholeFileAndLosesItsLastBatchAtMost()
    {
        await using var provider = RawUpstream.Start(Ok);
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "requests.db");
        var answered = 0;
        for (var round = 0; round < 3; round++)
        {
            await using var gateway = await GatewayProcess.StartAsync(Config(provider), ("RequestLog__Store", "sqlite"), ("RequestLog__Path", path));
            var longest = TimeSpan.FromSeconds(3);
            var since = Stopwatch.StartNew();
            while (since.Elapsed < longest)
            {
                using var content = new StringContent("""{"model":"openai/gpt-4o","messages":[]}""", System.Text.Encoding.UTF8, "application/json");
                using var response = await gateway.Client.PostAsync(new Uri("/v1/chat/completions", UriKind.Relative), content);
                Assert.True(response.IsSuccessStatusCode);
                answered++;
            }

            await gateway.KillAsync();
            Assert.Equal("ok", Check(path));
        }

        // Of every three seconds the last one, and what the machine took longer for, may be missing.
        Assert.InRange(Count(path), answered * 0.4, answered);
    }

    [Fact]
    public async Task OneRequest_HasOneNameEverywhere()
    {
        await using var provider = RawUpstream.Start(Ok);
        await using var gateway = await LoggedGateway.StartAsync(Config(provider));
        const string Trace = "0af7651916cd43dd8448eb211c80319c";
        var answer = await gateway.Gateway.PostAsync("/v1/chat/completions", """{"model":"openai/gpt-4o","messages":[]}""", ("traceparent", $"00-{Trace}-b7ad6b7169203331-01"));
        var record = await gateway.OnlyAsync();
        Assert.Equal((Trace, Trace), (answer.Headers["x-modelscan-trace-id"], record.GetProperty("trace_id").GetString()));
        Assert.True(RequestId.TryParse(answer.Headers["x-modelscan-request-id"], out _));
        Assert.Single(await gateway.ListAsync($"filter=trace:{Trace}"));
    }

    private static string Check(string path)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA integrity_check";
        return (string)command.ExecuteScalar()!;
    }

    private static long Count(string path)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        return SqliteSchema.Number(connection, "SELECT coalesce(sum(records), 0) FROM blocks");
    }

    private static async Task AskAsync(GatewayUnderTest gateway) =>
        Assert.Equal(200, (await gateway.PostAsync("/v1/chat/completions", """{"model":"openai/gpt-4o","messages":[]}""")).Status);

    private static TestConfig Config(RawUpstream provider) => TestConfig.Direct.Model("openai/gpt-4o", $"{provider.Address}v1");
}
