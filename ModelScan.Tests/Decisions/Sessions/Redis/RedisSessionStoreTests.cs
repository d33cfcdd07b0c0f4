using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Conversations;
using ModelScan.RoutingApi.Decisions.Sessions;
using ModelScan.RoutingApi.Decisions.Sessions.Redis;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Decisions.Sessions.Redis;

/// <summary>
/// Against a real <c>redis-server</c> where it matters, and against scripted servers for what a real one never does. The
/// stores' clock stands still unless a test moves it, so that no bound is hit because the machine is busy.
/// </summary>
public sealed class RedisSessionStoreTests : IDisposable
{
    private static readonly TimeSpan Ttl = TimeSpan.FromSeconds(600);
    private readonly FakeTimeProvider _clock = new();
    private readonly SessionMetrics _metrics = new();

    public void Dispose() => _metrics.Dispose();

    [SkippableFact]
    public async Task Get_WrittenByAnotherReplica_IsFound()
    {
        await using var server = await RedisServer.StartAsync();
        await using var one = Open($"redis://127.0.0.1:{server.Port}");
        await using var two = Open($"127.0.0.1:{server.Port},abortConnect=false");

        Assert.Equal(SessionRead.Miss, await one.GetAsync("acme:s1", default));
        one.Set("acme:s1", Binding("smart"), Ttl);
        await Eventually.TrueAsync(async () => (await two.GetAsync("acme:s1", default)).Binding?.AnchorModel == "smart", "the other replica reads it");
    }

    [SkippableFact]
    public async Task Get_RightAfterSet_SeesTheWriteEveryTime()
    {
        await using var server = await RedisServer.StartAsync();
        await using var store = Open($"redis://127.0.0.1:{server.Port}");
        await store.GetAsync("warm-up", default);

        for (var i = 0; i < 200; i++)
        {
            store.Set("s1", Binding($"m{i}"), Ttl);
            Assert.Equal($"m{i}", (await store.GetAsync("s1", default)).Binding?.AnchorModel);
        }
    }

    [SkippableFact]
    public async Task Set_Ttl_IsTheServersTtl()
    {
        await using var server = await RedisServer.StartAsync();
        await using var store = Open($"redis://127.0.0.1:{server.Port}");
        await store.GetAsync("warm-up", default);
        store.Set("s1", Binding("smart"), TimeSpan.FromSeconds(90));
        store.Set("s2", Binding("smart"), TimeSpan.Zero);
        await store.GetAsync("s1", default);

        var left = await server.AskAsync("PTTL plano:affinity:s1");
        var shortest = await server.AskAsync("PTTL plano:affinity:s2");

        Assert.InRange(int.Parse(left[1..], System.Globalization.CultureInfo.InvariantCulture), 60_000, 90_000);
        Assert.InRange(int.Parse(shortest[1..], System.Globalization.CultureInfo.InvariantCulture), -2, 1_000);
    }

    [SkippableFact]
    public async Task Open_PasswordUserAndDatabase_AreSignedInWith()
    {
        await using var server = await RedisServer.StartAsync("--requirepass", "s3:cret");
        await using var byUrl = Open($"redis://:s3%3Acret@127.0.0.1:{server.Port}/2");
        await using var byConnectionString = Open($"127.0.0.1:{server.Port},user=default,password=s3:cret,defaultDatabase=2");
        await using var otherDatabase = Open($"redis://:s3%3Acret@127.0.0.1:{server.Port}/3");
        await using var wrong = Open($"redis://:wrong@127.0.0.1:{server.Port}");

        await byUrl.GetAsync("warm-up", default);
        byUrl.Set("s1", Binding("smart"), Ttl);

        await Eventually.TrueAsync(async () => (await byConnectionString.GetAsync("s1", default)).Status == SessionReadStatus.Hit, "the session by connection string");
        Assert.Equal(SessionReadStatus.Miss, (await otherDatabase.GetAsync("s1", default)).Status);
        Assert.Equal(SessionReadStatus.Error, (await wrong.GetAsync("s1", default)).Status);
    }

    [SkippableFact]
    public async Task Get_OverTls_TrustsOnlyWhatItIsToldTo()
    {
        using var directory = new CertificateDirectory();
        await using var server = await RedisServer.StartAsync(
            "--tls-cert-file", directory.Certificate, "--tls-key-file", directory.Key, "--tls-ca-cert-file", directory.Certificate, "--tls-auth-clients", "no");
        await using var trusting = Open($"rediss://127.0.0.1:{server.Port}/#insecure");
        await using var careful = Open($"rediss://127.0.0.1:{server.Port}");

        await Eventually.TrueAsync(async () => (await trusting.GetAsync("s1", default)).Status == SessionReadStatus.Miss, "an answer over TLS");
        trusting.Set("s1", Binding("smart"), Ttl);
        Assert.Equal("smart", (await trusting.GetAsync("s1", default)).Binding?.AnchorModel);
        Assert.Equal(SessionReadStatus.Error, (await careful.GetAsync("s1", default)).Status);
        Assert.False(careful.IsConnected);
    }

    [SkippableFact] // F21
    public async Task Get_AfterTheServerDroppedTheConnection_Recovers()
    {
        await using var server = await RedisServer.StartAsync();
        await using var store = Open($"redis://127.0.0.1:{server.Port}");
        await store.GetAsync("warm-up", default);
        store.Set("s1", Binding("smart"), Ttl);
        await store.GetAsync("s1", default);

        await server.AskAsync("CLIENT KILL TYPE normal");

        await Eventually.TrueAsync(
            async () => store.IsConnected && (await store.GetAsync("s1", default)).Status == SessionReadStatus.Hit,
            "the session again");
    }

    [SkippableFact]
    public async Task Affinity_ServerKilledUnderLoad_FailsNoRequestAndSharesAgainAfterwards()
    {
        await using var server = await RedisServer.StartAsync();
        var config = new SessionConfig { Store = SessionStoreKind.Redis, RedisUrl = $"redis://127.0.0.1:{server.Port}" };
        await using var one = new SessionAffinity(config, TimeProvider.System, new Random(1), _metrics, NullLoggerFactory.Instance);
        await using var two = new SessionAffinity(config, TimeProvider.System, new Random(2), _metrics, NullLoggerFactory.Instance);
        using var enough = new CancellationTokenSource();
        var answered = 0;
        var load = Enumerable.Range(0, 4).Select(worker => Task.Run(async () =>
        {
            for (var i = 0; !enough.IsCancellationRequested; i++)
            {
                await TurnAsync(one, $"s{worker}-{i % 20}", "smart");
                Interlocked.Increment(ref answered);
                await Task.Yield();
            }
        })).ToList();

        await MoreAnswersAsync();
        await server.KillAsync();
        await MoreAnswersAsync();
        await server.RestartAsync();
        await Eventually.TrueAsync(async () => (await TurnAsync(one, "shared", "smart")).Pinned, "sessions are kept again");
        await Eventually.TrueAsync(async () => (await BeginAsync(two, "shared")).Held?.Model == "smart", "and shared again");

        await enough.CancelAsync();
        await Task.WhenAll(load);

        Task MoreAnswersAsync()
        {
            var goal = Volatile.Read(ref answered) + 200;
            return Eventually.TrueAsync(() => Volatile.Read(ref answered) >= goal, "200 more answers");
        }

        ValueTask<SessionLookup> BeginAsync(SessionAffinity affinity, string session) => affinity.BeginAsync(
            new RequestFacts("client/model", [new ConversationMessage(ConversationRole.User, "hello")], []),
            new SessionHeaders(Affinity: session),
            config,
            new PromptCachingConfig(),
            hasRoutes: true);

        async Task<SessionOutcome> TurnAsync(SessionAffinity affinity, string session, string model)
            => affinity.Conclude(await BeginAsync(affinity, session), model, "code", _ => null);
    }

    [SkippableFact]
    public async Task Get_ForeignValues_AreErrorsAndHarmNothingElse()
    {
        await using var server = await RedisServer.StartAsync();
        await using var store = Open($"redis://127.0.0.1:{server.Port}");
        await server.AskAsync("SET plano:affinity:text hello");
        await server.AskAsync("RPUSH plano:affinity:list a");
        await server.AskAsync("SETRANGE plano:affinity:huge 1000000 x");
        await store.GetAsync("warm-up", default);
        store.Set("s1", Binding("smart"), Ttl);

        var reads = await Task.WhenAll(new[] { "text", "list", "huge", "s1" }.Select(key => store.GetAsync(key, default).AsTask()));

        Assert.Equal([SessionReadStatus.Invalid, SessionReadStatus.Invalid, SessionReadStatus.Invalid, SessionReadStatus.Hit], reads.Select(read => read.Status));
        store.Set("list", Binding("smart"), Ttl);
        Assert.Equal(SessionReadStatus.Hit, (await store.GetAsync("list", default)).Status);
    }

    [Fact]
    public async Task Affinity_ReadThatCameToNothing_LeavesTheStoredSessionAlone()
    {
        var commands = new ConcurrentQueue<string>();
        await using var server = ScriptedServer.Answering(command =>
        {
            commands.Enqueue(command.Split(' ')[0]);
            return null;
        });
        var config = new SessionConfig { Store = SessionStoreKind.Redis, RedisUrl = $"redis://127.0.0.1:{server.Port}" };
        var affinity = new SessionAffinity(config, _clock, new Random(1), _metrics, NullLoggerFactory.Instance);
        var beginning = affinity.BeginAsync(
            new RequestFacts("client/model", [], []), new SessionHeaders(Affinity: "s1"), config, new PromptCachingConfig(), hasRoutes: true).AsTask();
        await Eventually.TrueAsync(() => commands.Contains("GET"), "the read");
        _clock.Advance(RedisSessionStore.ReadBound);

        var outcome = affinity.Conclude(await beginning, "smart", "code", _ => null);
        var closing = affinity.DisposeAsync();
        _clock.Advance(RedisSessionStore.ReadBound);
        await closing;

        Assert.Equal((new SessionChoice("smart", "code"), (SessionBinding?)null), (outcome.Choice!.Value, outcome.Binding));
        Assert.DoesNotContain("SET", commands);
    }

    [Fact]
    public async Task Get_ServerThatNeverAnswers_IsWaitedForNoLongerThanTheBound()
    {
        await using var server = ScriptedServer.Answering(_ => null);
        var store = Open($"redis://127.0.0.1:{server.Port}");
        await Eventually.TrueAsync(() => store.IsConnected, "the connection");
        var waiting = store.GetAsync("s1", default);
        Assert.False(waiting.IsCompleted);

        _clock.Advance(RedisSessionStore.ReadBound);
        Assert.Equal(SessionReadStatus.Error, (await waiting).Status);
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        var next = store.GetAsync("s1", default);

        // By now it is known to be stuck: the next request does not wait at all.
        Assert.True(next.IsCompleted);
        Assert.Equal(SessionReadStatus.Error, (await next).Status);
        await CloseAsync(store);
    }

    [Fact]
    public async Task GetAndSet_NoServer_FailAtOnce()
    {
        using var counted = new CountedEvents(_metrics);
        await using var server = new ScriptedServer((_, _) => Task.CompletedTask);
        await using var store = Open($"redis://127.0.0.1:{server.Port}");
        Assert.Equal(SessionReadStatus.Error, (await store.GetAsync("s1", default)).Status);

        store.Set("s1", Binding("smart"), Ttl);
        var read = store.GetAsync("s1", default);

        Assert.True(read.IsCompleted);
        Assert.Equal(SessionReadStatus.Error, (await read).Status);
        Assert.Equal(["brightstaff_session_cache_events_total store_error"], counted.All);
    }

    [Fact]
    public async Task Get_ServerThatSpeaksHttp_FailsAndIsTriedAgainLater()
    {
        await using var server = new ScriptedServer(async (stream, cancellationToken) =>
            await stream.WriteAsync("HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n"u8.ToArray(), cancellationToken));
        await using var store = Open($"redis://127.0.0.1:{server.Port}");

        Assert.Equal(SessionReadStatus.Error, (await store.GetAsync("s1", default)).Status);

        await Eventually.TrueAsync(() => server.Connections >= 2, "another attempt");
    }

    [Fact]
    public async Task Get_RequestAbandoned_IsCancelled()
    {
        await using var server = ScriptedServer.Answering(_ => null);
        var store = Open($"redis://127.0.0.1:{server.Port}");
        await Eventually.TrueAsync(() => store.IsConnected, "the connection");
        using var abandoned = new CancellationTokenSource();
        var waiting = store.GetAsync("s1", abandoned.Token);

        await abandoned.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await waiting);
        await CloseAsync(store);
    }

    private static SessionBinding Binding(string model) => new() { AnchorModel = model, DefaultModel = model };

    private RedisSessionStore Open(string address)
        => new(RedisAddress.Parse(address), _clock, new Random(1), _metrics, NullLoggerFactory.Instance);

    // A server that answers nothing is given up when the clock says so.
    private async Task CloseAsync(RedisSessionStore store)
    {
        var closing = store.DisposeAsync();
        _clock.Advance(RedisSessionStore.ReadBound);
        await closing;
    }
}
