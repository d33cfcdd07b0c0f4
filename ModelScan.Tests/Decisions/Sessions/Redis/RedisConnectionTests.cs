using System.Text;
using ModelScan.RoutingApi.Decisions.Sessions.Redis;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Decisions.Sessions.Redis;

public sealed class RedisConnectionTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task TrySend_ManyCommands_LeaveBeforeTheFirstIsAnswered()
    {
        const int Count = 50;
        var held = new StringBuilder();
        var commands = 0;
        await using var server = ScriptedServer.Answering(command =>
        {
            held.Append("$3\r\n").Append(command.AsSpan(4)).Append("\r\n");
            return ++commands == Count ? held.ToString() : null;
        });
        await using var connection = await OpenAsync(server);

        var replies = await Task.WhenAll(Enumerable.Range(100, Count).Select(i => Send(connection, $"GET {i}"))).WaitAsync(Limit);

        Assert.Equal(Enumerable.Range(100, Count).Select(i => $"{i}"), replies.Select(reply => Encoding.ASCII.GetString(reply.Value!)));
    }

    [Fact]
    public async Task TrySend_RepliesByteByByte_AreUnderstood()
    {
        await using var server = new ScriptedServer(async (stream, cancellationToken) =>
        {
            using var reader = new StreamReader(stream, Encoding.ASCII);
            while (await ScriptedServer.ReadCommandAsync(reader, cancellationToken) is { } command)
            {
                foreach (var b in Encoding.ASCII.GetBytes(command == "PING" ? "+PONG\r\n" : "$4\r\nslow\r\n"))
                {
                    await stream.WriteAsync(new[] { b }, cancellationToken);
                    await stream.FlushAsync(cancellationToken);
                }
            }
        });
        await using var connection = await OpenAsync(server);

        Assert.Equal("slow"u8.ToArray(), (await Send(connection, "GET k").WaitAsync(Limit)).Value);
    }

    [Fact]
    public async Task TrySend_NoAnswerForTwoSeconds_EndsTheConnectionAndAllThatWaits()
    {
        var clock = new FakeTimeProvider();
        await using var server = ScriptedServer.Answering(_ => null);
        await using var connection = await OpenAsync(server, clock);
        var waiting = Send(connection, "GET k");

        clock.Advance(TimeSpan.FromMilliseconds(1900));
        Assert.False(connection.Closed.IsCompleted);
        Assert.True(connection.IsStalled(TimeSpan.FromSeconds(1)));
        clock.Advance(TimeSpan.FromMilliseconds(600));

        Assert.Equal(RespKind.Lost, (await waiting.WaitAsync(Limit)).Kind);
        await connection.Closed.WaitAsync(Limit);
        Assert.False(connection.TrySend(RespCommand.Of("PING"), out _));
    }

    [Fact]
    public async Task TrySend_TooManyUnanswered_AreTurnedAway()
    {
        await using var server = ScriptedServer.Answering(_ => null);
        await using var connection = await OpenAsync(server, new FakeTimeProvider());
        for (var i = 0; i < RedisConnection.MaxPending; i++)
            Assert.True(connection.TrySend(RespCommand.Of("GET", "k"), out _));

        Assert.False(connection.TrySend(RespCommand.Of("GET", "k"), out _));
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\n\r\n")]
    [InlineData("$3\r\nabcdef\r\n")]
    [InlineData("+OK\r\n+OK\r\n")]
    public async Task TrySend_AnswerOutsideTheProtocol_EndsTheConnection(string garbage)
    {
        await using var server = ScriptedServer.Answering(_ => garbage);
        await using var connection = await OpenAsync(server);

        Assert.True(connection.TrySend(RespCommand.Of("GET", "k"), out _));

        await connection.Closed.WaitAsync(Limit);
    }

    [Fact]
    public async Task Watch_LongSilence_AsksWhetherTheServerIsStillThere()
    {
        var clock = new FakeTimeProvider();
        var pings = 0;
        await using var server = new ScriptedServer(async (stream, cancellationToken) =>
        {
            using var reader = new StreamReader(stream, Encoding.ASCII);
            while (await ScriptedServer.ReadCommandAsync(reader, cancellationToken) == "PING")
            {
                Interlocked.Increment(ref pings);
                await stream.WriteAsync("+PONG\r\n"u8.ToArray(), cancellationToken);
            }
        });
        await using var connection = await OpenAsync(server, clock);

        clock.Advance(TimeSpan.FromSeconds(30));

        await Eventually.TrueAsync(() => Volatile.Read(ref pings) == 2, "a second ping");
    }

    [Fact]
    public async Task Open_ServerThatNeverAnswers_TimesOut()
    {
        var clock = new FakeTimeProvider();
        await using var server = new ScriptedServer((_, cancellationToken) => Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken));
        var opening = OpenAsync(server, clock);
        await Eventually.TrueAsync(() => server.Connections == 1, "the connection");

        await Eventually.TrueAsync(
            () =>
            {
                clock.Advance(TimeSpan.FromSeconds(1));
                return opening.IsCompleted;
            },
            "the time-out");

        await Assert.ThrowsAnyAsync<Exception>(() => opening);
    }

    [Fact]
    public async Task Open_ErrorFromTheServer_IsToldByItsCodeAlone()
    {
        await using var server = ScriptedServer.Answering(command => command.StartsWith("AUTH", StringComparison.Ordinal) ? "-WRONGPASS not with s3cret\r\n" : null);
        var endpoint = new RedisEndpoint("127.0.0.1", server.Port) { Password = "s3cret" };

        var e = await Assert.ThrowsAsync<RedisRefusedException>(() => RedisConnection.OpenAsync(endpoint, TimeProvider.System, default));

        Assert.Equal("AUTH was answered with WRONGPASS.", e.Message);
    }

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(1, 0, 100)]
    [InlineData(1, 1, 50)]
    [InlineData(4, 0, 800)]
    [InlineData(8, 0, 10_000)]
    [InlineData(int.MaxValue, 1, 5_000)]
    public void PauseAfter_Failures_DoublesUpToTenSecondsLessChance(int failures, double chance, int milliseconds)
        => Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), RedisClient.PauseAfter(failures, chance));

    private static Task<RedisConnection> OpenAsync(ScriptedServer server, TimeProvider? clock = null)
        => RedisConnection.OpenAsync(new RedisEndpoint("127.0.0.1", server.Port), clock ?? TimeProvider.System, default);

    private static Task<RespReply> Send(RedisConnection connection, string command)
    {
        Assert.True(connection.TrySend(RespCommand.Of(command.Split(' ')), out var reply));
        return reply;
    }
}
