using Microsoft.Extensions.Logging.Abstractions;
using ModelScan.RoutingApi.Decisions.Sessions;
using ModelScan.RoutingApi.Decisions.Sessions.Redis;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Decisions.Sessions.Redis;

/// <summary>The ways in which real servers are set up: several nodes, standbys, users who may do little, a certificate.</summary>
public sealed class RedisDeploymentTests : IDisposable
{
    private static readonly TimeSpan Ttl = TimeSpan.FromSeconds(600);
    private readonly SessionMetrics _metrics = new();

    public void Dispose() => _metrics.Dispose();

    [SkippableFact]
    public async Task UserWhoMayOnlyReadAndWriteSessions_OverTls_IsEnough()
    {
        using var directory = new CertificateDirectory();
        await using var server = await RedisServer.StartAsync(
            "--tls-cert-file", directory.Certificate, "--tls-key-file", directory.Key, "--tls-ca-cert-file", directory.Certificate, "--tls-auth-clients", "no",
            "--user", "default", "off", "--user", "gateway", "on", ">s3cret", "~plano:affinity:*", "+@connection", "+get", "+set");
        await using var store = Open($"rediss://gateway:s3cret@127.0.0.1:{server.Port}/#insecure");
        await using var stranger = Open($"rediss://gateway:wrong@127.0.0.1:{server.Port}/#insecure");

        await KeepsSessionsAsync(store);
        Assert.Equal(SessionReadStatus.Error, (await stranger.GetAsync("s1", default)).Status);
    }

    [SkippableFact]
    public async Task Cluster_KeepsSessionsOnAllNodes_AndFindsThemByOne()
    {
        var nodes = await RedisServer.StartClusterAsync(3);
        try
        {
            await using var store = Open($"127.0.0.1:{nodes[0].Port}");
            var sessions = Enumerable.Range(0, 60).Select(i => $"s{i}").ToArray();
            await Eventually.TrueAsync(() => store.IsConnected, "a connection");

            foreach (var session in sessions)
                await KeepsSessionsAsync(store, session);

            foreach (var node in nodes)
                Assert.NotEqual(":0", await node.AskAsync("DBSIZE"));
            await using var replica = Open($"127.0.0.1:{nodes[2].Port},127.0.0.1:{nodes[1].Port}");
            foreach (var session in sessions)
                Assert.Equal("smart", (await replica.GetAsync(session, default)).Binding?.AnchorModel);
        }
        finally
        {
            foreach (var node in nodes)
                await node.DisposeAsync();
        }
    }

    [SkippableFact]
    public async Task Cluster_OneNodeLost_LosesOnlyItsSessions()
    {
        var nodes = await RedisServer.StartClusterAsync(3);
        try
        {
            // Else a cluster without all of its slots answers nothing.
            foreach (var node in nodes)
                await node.AskAsync("CONFIG SET cluster-require-full-coverage no");
            await using var store = Open($"127.0.0.1:{nodes[0].Port}");
            for (var i = 0; i < 60; i++)
                await KeepsSessionsAsync(store, $"s{i}");
            var lost = int.Parse((await nodes[2].AskAsync("DBSIZE"))[1..], System.Globalization.CultureInfo.InvariantCulture);

            await nodes[2].KillAsync();

            await Eventually.TrueAsync(
                async () =>
                {
                    var reads = (await Task.WhenAll(Enumerable.Range(0, 60).Select(i => store.GetAsync($"s{i}", default).AsTask()))).Select(read => read.Status).ToList();
                    return reads.Count(status => status == SessionReadStatus.Hit) == 60 - lost && reads.Count(status => status == SessionReadStatus.Error) == lost;
                },
                "the other nodes' sessions");
        }
        finally
        {
            foreach (var node in nodes)
                await node.DisposeAsync();
        }
    }

    [SkippableFact]
    public async Task Sentinel_PrimaryLost_GoesOnWithTheReplica()
    {
        await using var primary = await RedisServer.StartAsync();
        await using var replica = await RedisServer.StartAsync("--replicaof", $"127.0.0.1 {primary.Port}", "--repl-diskless-sync-delay", "0");
        await using var sentinel = await RedisServer.StartSentinelAsync(primary);
        await using var store = Open($"127.0.0.1:{sentinel.Port},serviceName=primary");
        await Eventually.TrueAsync(() => store.IsConnected, "the primary by way of the sentinel");
        await KeepsSessionsAsync(store);
        await Eventually.TrueAsync(async () => await replica.AskAsync("EXISTS plano:affinity:s1") == ":1", "the replica has the session");
        await Eventually.TrueAsync(async () => (await sentinel.AskAsync("SENTINEL REPLICAS primary")) == "*1", "the sentinel knows the replica");

        await primary.KillAsync();

        await Eventually.TrueAsync(async () => (await store.GetAsync("s1", default)).Status == SessionReadStatus.Hit, "the session, from the replica");
        await Eventually.TrueAsync(
            async () =>
            {
                store.Set("s2", new SessionBinding { AnchorModel = "smart", DefaultModel = "smart" }, Ttl);
                return (await store.GetAsync("s2", default)).Status == SessionReadStatus.Hit;
            },
            "new sessions, once the replica is the primary");
    }

    [SkippableFact]
    public async Task Sentinel_ThatComesLater_IsFound()
    {
        await using var primary = await RedisServer.StartAsync();
        await using var sentinel = await RedisServer.StartSentinelAsync(primary);
        await sentinel.KillAsync();
        await using var store = Open($"127.0.0.1:{sentinel.Port},serviceName=primary");
        Assert.Equal(SessionReadStatus.Error, (await store.GetAsync("s1", default)).Status);

        await sentinel.RestartAsync();

        await Eventually.TrueAsync(() => store.IsConnected, "the primary by way of the sentinel");
        await KeepsSessionsAsync(store);
    }

    [SkippableFact]
    public async Task FrozenServer_CostsOneBoundAndIsUsedAgainWhenItGoesOn()
    {
        await using var server = await RedisServer.StartAsync();
        await using var store = Open($"127.0.0.1:{server.Port}");
        await KeepsSessionsAsync(store);

        await server.FreezeAsync(true);
        Assert.Equal(SessionReadStatus.Error, (await store.GetAsync("s1", default)).Status);
        var next = store.GetAsync("s1", default);
        Assert.True(next.IsCompleted);
        Assert.Equal(SessionReadStatus.Error, (await next).Status);
        await server.FreezeAsync(false);

        await Eventually.TrueAsync(async () => (await store.GetAsync("s1", default)).Status == SessionReadStatus.Hit, "the session again");
    }

    private static async Task KeepsSessionsAsync(RedisSessionStore store, string session = "s1")
    {
        await Eventually.TrueAsync(async () => (await store.GetAsync(session, default)).Status == SessionReadStatus.Miss, "an answer");
        store.Set(session, new SessionBinding { AnchorModel = "smart", DefaultModel = "smart" }, Ttl);
        Assert.Equal("smart", (await store.GetAsync(session, default)).Binding?.AnchorModel);
    }

    private RedisSessionStore Open(string address)
        => new(RedisAddress.Parse(address), TimeProvider.System, new Random(1), _metrics, NullLoggerFactory.Instance);
}
