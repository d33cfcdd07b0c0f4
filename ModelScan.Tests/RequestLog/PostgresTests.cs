using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using ModelScan.RoutingApi.RequestLog.Records;
using ModelScan.RoutingApi.RequestLog.Stores;
using ModelScan.RoutingApi.RequestLog.Writing;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.RequestLog;

/// <summary>A PostgreSQL database that gateways share, which may go away at any time.</summary>
public sealed class PostgresTests
{
    [SkippableFact]
    public async Task Store_KeepsAndGivesWhatASqliteFileDoes()
    {
        await using var server = await PostgresServer.StartAsync();
        await using var store = new PostgresRequestStore(server.Address);
        await store.OpenAsync(default);
        await using var again = new PostgresRequestStore(server.Address);
        await again.OpenAsync(default); // what is there already is not made twice
        var blocks = Enumerable.Range(0, 3).Select(hour => BlockTests.Encode(SampleRecords.Draw(50, hour, SampleRecords.Start.AddHours(hour)))).ToArray();
        var id = blocks[0].First;
        var feedback = new RouteFeedback(id, false, null, true, SampleRecords.Start);
        await store.WriteAsync(new StoreChange { Writer = 7, Add = blocks, AddBodies = [new RequestBody(id) { Request = "a\0b", Input = "[]" }], Feedback = [feedback] }, default);

        await using (var reader = await again.ReadAsync(default))
        {
            var found = await reader.BlocksAsync(RequestId.FirstAt(SampleRecords.Start.AddHours(1)), null, default);
            Assert.Equal([blocks[2].First, blocks[1].First], found.Select(block => block.First));
            Assert.Equal((50, 7L), (found[0].Count, found[0].Writer));
            Assert.Equal(blocks[2].Index.ToArray(), await reader.IndexAsync(found[0], default));
            Assert.Equal(blocks[2].Detail.ToArray(), await reader.DetailAsync(found[0], default));
            Assert.Equal(new RequestBody(id) { Request = "a\uFFFDb", Input = "[]" }, await reader.BodyAsync(id, default));
            Assert.Equal([feedback], await reader.FeedbackAsync(id, id, default));
            await store.WriteAsync(new StoreChange { Remove = [found[0]], RemoveBodiesBefore = id.Next() }, default);
            Assert.NotEmpty(await reader.DetailAsync(found[0], default));
            var conflict = await Assert.ThrowsAsync<RequestStoreException>(async () => await again.WriteAsync(new StoreChange { Remove = [found[0]] }, default));
            Assert.True(conflict.IsConflict);
        }

        await using var after = await store.ReadAsync(default);
        Assert.Equal(2, (await after.BlocksAsync(null, null, default)).Count);
        Assert.Null(await after.BodyAsync(id, default));
        Assert.InRange(await store.SizeAsync(default), 1, 10_000_000);
    }

    [SkippableFact]
    public async Task TwoGateways_ShareOneLog()
    {
        await using var server = await PostgresServer.StartAsync();
        await using var provider = RawUpstream.Start("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}");
        await using var first = await StartAsync(server, provider);
        await using var second = await StartAsync(server, provider);
        await Task.WhenAll(Enumerable.Range(0, 200).Select(number => AskAsync(number % 2 == 0 ? first : second)));
        foreach (var gateway in (GatewayUnderTest[])[first, second])
            await Eventually.TrueAsync(async () => await CountAsync(gateway) == 200, "the records of both");

        // Either deletes what the other wrote.
        using var deleted = await first.Client.DeleteAsync(new Uri("/admin/requests?filter=state:completed", UriKind.Relative));
        var answer = await Answer.ReadAsync(deleted);
        Assert.True(answer.Status == 200, answer.Text);
        Assert.Equal(200, answer.Json.GetProperty("deleted").GetInt32());
        Assert.Equal(0, await CountAsync(second));
    }

    [SkippableFact]
    public async Task Server_StoppedAndStartedUnderLoad_FailsNoRequest()
    {
        await using var server = await PostgresServer.StartAsync();
        await using var provider = RawUpstream.Start("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}");
        await using var gateway = await StartAsync(server, provider);
        var log = gateway.Services.GetRequiredService<RequestLogWriter>();
        using var stop = new CancellationTokenSource();
        var answered = 0;
        var clients = Enumerable.Range(0, 3).Select(_ => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                await AskAsync(gateway);
                Interlocked.Increment(ref answered);
            }
        })).ToArray();
        await Eventually.TrueAsync(() => Volatile.Read(ref answered) > 100, "requests are answered");
        await server.StopAsync();
        await Eventually.TrueAsync(() => log.Problem is not null, "the log notices");
        var before = Volatile.Read(ref answered);
        await Eventually.TrueAsync(() => Volatile.Read(ref answered) > before + 100, "requests go on");
        await server.RestartAsync();
        await Eventually.TrueAsync(() => log.Problem is null, "the log is written again");
        await stop.CancelAsync();
        await Task.WhenAll(clients).WaitAsync(TimeSpan.FromSeconds(30));

        // Nothing had to be given up, for the queue had room; so everything is there in the end.
        var status = await GetAsync(gateway, "/admin/requests/status");
        await Eventually.TrueAsync(async () => await CountAsync(gateway) + status.GetProperty("shed_records").GetInt64() == answered, "every request is on record or counted as shed");
    }

    [SkippableFact]
    public async Task Server_ThatIsNotThereYet_IsTriedAgain()
    {
        await using var server = await PostgresServer.StartAsync();
        await server.StopAsync();
        await using var provider = RawUpstream.Start("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}");
        await using var gateway = await StartAsync(server, provider);
        await AskAsync(gateway);
        await server.RestartAsync();
        await Eventually.TrueAsync(
            async () =>
            {
                await AskAsync(gateway);
                using var response = await gateway.Client.GetAsync(new Uri("/admin/requests", UriKind.Relative));
                return response.IsSuccessStatusCode;
            },
            "the log");
    }

    [Theory]
    [InlineData("postgres://u:p%40w@db.example:5433/log?sslmode=verify-full", "db.example", 5433, "log", "u", "p@w")]
    [InlineData("postgresql://db.example/log", "db.example", 5432, "log", null, null)]
    [InlineData("Host=db.example;Database=log;Username=u;Password=p", "db.example", 5432, "log", "u", "p")]
    public void Address_IsReadInBothForms(string address, string host, int port, string database, string? user, string? password)
    {
        var builder = PostgresAddress.Parse(address);
        Assert.Equal((host, port, database, user, password), (builder.Host!, builder.Port, builder.Database!, builder.Username, builder.Password));
    }

    [Fact]
    public async Task Address_ThatIsNone_IsSaidWithoutItsPassword()
    {
        await using var store = new PostgresRequestStore("Hots=db;Password=very-secret");
        var exception = await Assert.ThrowsAsync<RequestStoreException>(async () => await store.OpenAsync(default));
        Assert.DoesNotContain("very-secret", exception.ToString(), StringComparison.Ordinal);
    }

    private static async Task AskAsync(GatewayUnderTest gateway) =>
        Assert.Equal(200, (await gateway.PostAsync("/v1/chat/completions", """{"model":"openai/gpt-4o","messages":[]}""")).Status);

    private static async Task<long> CountAsync(GatewayUnderTest gateway) =>
        (await GetAsync(gateway, "/admin/requests/aggregate")).GetProperty("data").EnumerateArray().Select(group => group.GetProperty("requests").GetInt64()).FirstOrDefault();

    private static async Task<JsonElement> GetAsync(GatewayUnderTest gateway, string path)
    {
        using var response = await gateway.Client.GetAsync(new Uri(path, UriKind.Relative));
        var answer = await Answer.ReadAsync(response);
        Assert.True(answer.Status == 200, answer.Text);
        return answer.Json;
    }

    private static Task<GatewayUnderTest> StartAsync(PostgresServer server, RawUpstream provider) => GatewayUnderTest.StartAsync(
        TestConfig.Direct.Model("openai/gpt-4o", $"{provider.Address}v1"),
        "--RequestLog:Store=postgres", $"--RequestLog:ConnectionString={server.Address}");
}
