using Microsoft.Extensions.Logging.Abstractions;
using ModelScan.RoutingApi.Pipeline;

namespace ModelScan.Tests.Pipeline;

public sealed class RouterHandleTests
{
    [Fact]
    public void Retire_NobodyIsIn_FreesAtOnce()
    {
        var router = new Router();
        var handle = new RouterHandle(router, NullLogger.Instance);
        handle.Retire();
        Assert.Equal((1, true, false), (router.Freed, handle.IsFreed, handle.TryEnter()));
    }

    [Fact]
    public void Retire_RequestsAreIn_TheLastOneFrees()
    {
        var router = new Router();
        var handle = new RouterHandle(router, NullLogger.Instance);
        Assert.True(handle.TryEnter());
        Assert.True(handle.TryEnter());
        handle.Retire();
        Assert.Equal((2, 0, false), (handle.Requests, router.Freed, handle.TryEnter()));
        handle.Leave();
        Assert.Equal((1, 0), (handle.Requests, router.Freed));
        handle.Leave();
        Assert.Equal((0, 1), (handle.Requests, router.Freed));
    }

    [Fact]
    public void Leave_NotRetired_FreesNothing()
    {
        var router = new Router();
        var handle = new RouterHandle(router, NullLogger.Instance);
        Assert.True(handle.TryEnter());
        handle.Leave();
        Assert.Equal((0, 0, true), (handle.Requests, router.Freed, handle.TryEnter()));
    }

    [Fact]
    public async Task Free_AskedByMany_FreesOnce()
    {
        var router = new Router();
        var handle = new RouterHandle(router, NullLogger.Instance);
        handle.Retire();
        await Task.WhenAll(handle.FreeAsync(), handle.FreeAsync());
        Assert.Equal(1, router.Freed);
    }

    [Fact]
    public async Task Free_TheRouterThrows_IsLoggedAndOver()
    {
        var handle = new RouterHandle(new Router { Failure = new InvalidOperationException("no") }, NullLogger.Instance);
        await handle.FreeAsync();
        Assert.True(handle.IsFreed);
    }

    [Fact]
    public async Task EnterAndRetire_AtTheSameTime_FreesExactlyOnceAndOnlyWhenEmpty()
    {
        for (var round = 0; round < 200; round++)
        {
            var router = new Router();
            var handle = new RouterHandle(router, NullLogger.Instance);
            var inside = 0;
            using var barrier = new Barrier(3);
            var users = Enumerable.Range(0, 2).Select(_ => Task.Run(() =>
            {
                barrier.SignalAndWait();
                for (var i = 0; i < 20 && handle.TryEnter(); i++)
                {
                    Interlocked.Increment(ref inside);
                    Assert.Equal(0, router.Freed);
                    Interlocked.Decrement(ref inside);
                    handle.Leave();
                }
            })).ToArray();
            var retiring = Task.Run(() =>
            {
                barrier.SignalAndWait();
                handle.Retire();
            });
            await Task.WhenAll([.. users, retiring]);
            Assert.Equal((1, 0), (router.Freed, inside));
        }
    }

    private sealed class Router : IRouter
    {
        private int _freed;

        public string Name => "test";

        public int Freed => Volatile.Read(ref _freed);

        public Exception? Failure { get; init; }

        public ValueTask<RouteResult> RouteAsync(ClientRequest request, ClientResponse response, RouteTerms terms, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask DisposeAsync()
        {
            Interlocked.Increment(ref _freed);
            return Failure is null ? ValueTask.CompletedTask : ValueTask.FromException(Failure);
        }
    }
}
