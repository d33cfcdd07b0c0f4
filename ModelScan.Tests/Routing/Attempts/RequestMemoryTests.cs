using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using ModelScan.RoutingApi.Providers;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Routing.Attempts;

/// <summary>A request's memory goes back to the pool when nobody reads it any more, and never before.</summary>
public sealed class RequestMemoryTests
{
    private const string Body = """{"model":"p0/m","messages":[{"role":"user","content":"write a function that sorts a list"}]}""";

    [Fact]
    public Task Answered_WhollySent_TheRewrittenBodyGoesBackToThePool() => SingleThread.RunAsync(async () =>
    {
        var connection = new Connection(isStuck: false);
        await using var rig = new RoutingRig(connection.Providers, RoutingRig.Config(1));
        var answer = await rig.AttemptAsync(Body, "p0/m");
        Assert.Equal((200, false), (answer.Status, answer.IsBodyAbandoned));
        Assert.True(IsInPool(connection.Memory));
    });

    [Fact]
    public Task Answered_WhileTheConnectionStillReads_TheRewrittenBodyIsNeverHandedOutAgain() => SingleThread.RunAsync(async () =>
    {
        var connection = new Connection(isStuck: true);
        await using var rig = new RoutingRig(connection.Providers, RoutingRig.Config(1));
        var answer = await rig.AttemptAsync(Body, "p0/m");
        Assert.Equal((200, true), (answer.Status, answer.IsBodyAbandoned));
        Assert.False(IsInPool(connection.Memory));
        connection.Release();
    });

    [Fact]
    public async Task Answered_WhileTheConnectionStillReads_TheClientsOwnBytesStayAsTheyAre()
    {
        // Large enough to be sent from the memory that the client's bytes were read into.
        static string Large(char fill) => $$"""{"messages":[{"role":"user","content":"{{new string(fill, 12_000)}}"}],"model":"p0/m"}""";
        var connection = new Connection(isStuck: true);
        var providers = connection.Providers.On("p1", _ => ScriptedProviders.Json("{}"));
        await using var gateway = await GatewayUnderTest.StartAsync(RoutingRig.Config(2, "mode: direct"), services => services.AddSingleton(new UpstreamClients(providers)));
        Assert.Equal(200, (await gateway.PostAsync("/v1/chat/completions", Large('a'))).Status);
        var sent = Encoding.UTF8.GetString(connection.Memory.Span);
        for (var i = 0; i < 64; i++)
            await gateway.PostAsync("/v1/chat/completions", Large('b').Replace("p0/m", "p1/m", StringComparison.Ordinal));
        Assert.Equal(sent, Encoding.UTF8.GetString(connection.Memory.Span));
        connection.Release();
    }

    // Everything here runs on one thread, and what a thread has given back is what it is handed next.
    private static bool IsInPool(ReadOnlyMemory<byte> memory)
    {
        Assert.True(MemoryMarshal.TryGetArray(memory, out var segment));
        var rented = Enumerable.Range(0, 64).Select(_ => ArrayPool<byte>.Shared.Rent(segment.Array!.Length)).ToList();
        rented.ForEach(array => ArrayPool<byte>.Shared.Return(array));
        return rented.Exists(array => ReferenceEquals(array, segment.Array));
    }

    /// <summary>A connection to a provider that answers at once, and takes the request to its end or is stuck in the middle of it.</summary>
    private sealed class Connection : MemoryStream
    {
        private readonly TaskCompletionSource _stuck = new();
        private readonly bool _isStuck;

        public Connection(bool isStuck)
        {
            _isStuck = isStuck;
            Providers = new ScriptedProviders().On("p0", request =>
            {
                _ = request.Message.Content!.CopyToAsync(this, null, CancellationToken.None);
                return Task.FromResult(ScriptedProviders.Json("{}"));
            });
        }

        public ScriptedProviders Providers { get; }

        /// <summary>What it was given to read from.</summary>
        public ReadOnlyMemory<byte> Memory { get; private set; }

        public void Release() => _stuck.TrySetResult();

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Memory = buffer;
            return _isStuck ? new ValueTask(_stuck.Task) : ValueTask.CompletedTask;
        }
    }
}
