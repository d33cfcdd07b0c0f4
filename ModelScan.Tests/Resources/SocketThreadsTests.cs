using System.Diagnostics;
using ModelScan.RoutingApi.Resources;

namespace ModelScan.Tests.Resources;

/// <summary>What may take long is done upon the thread pool, wherever it is asked for and whoever completes what it waits for.</summary>
public sealed class SocketThreadsTests
{
    private static bool IsOnPool => Thread.CurrentThread.IsThreadPoolThread;

    [Fact]
    public async Task Away_FromAThreadOfItsOwn_IsOnThePool()
    {
        var wasOnPool = await OnOwnThread(() => SocketThreads.AwayAsync(() => ValueTask.FromResult(IsOnPool)).AsTask());
        Assert.True(wasOnPool);
    }

    [Fact]
    public async Task Away_WhatItWaitsForIsCompletedByAnotherThread_GoesOnUponThePool()
    {
        var arrival = new TaskCompletionSource(); // continues where it is completed, as sockets do
        var wasOnPool = OnOwnThread(() => SocketThreads.AwayAsync(async () =>
        {
            await arrival.Task;
            return IsOnPool;
        }).AsTask());
        await CompleteOnOwnThread(arrival);
        Assert.True(await wasOnPool);
    }

    [Fact]
    public async Task Away_WithinAnother_IsDoneAtOnce()
    {
        var (outer, inner) = await OnOwnThread(() => SocketThreads.AwayAsync(async () =>
        {
            var thread = Environment.CurrentManagedThreadId;
            return (thread, await SocketThreads.AwayAsync(() => ValueTask.FromResult(Environment.CurrentManagedThreadId)));
        }).AsTask());
        Assert.Equal(outer, inner);
    }

    [Fact]
    public async Task Away_WhatBelongsToTheRequest_GoesAlong()
    {
        using var activity = new Activity("request").Start();
        var name = await OnOwnThread(() => SocketThreads.AwayAsync(() => ValueTask.FromResult(Activity.Current?.OperationName)).AsTask());
        Assert.Equal("request", name);
    }

    [Fact]
    public async Task Away_WhatItThrowsAtOnce_IsThrownToWhoeverWaits()
    {
        var thrown = await Assert.ThrowsAsync<InvalidOperationException>(() => OnOwnThread(() => SocketThreads.AwayAsync<bool>(() => throw new InvalidOperationException("no")).AsTask()));
        Assert.Equal("no", thrown.Message);
    }

    [Fact]
    public async Task Away_WhenItIsOver_LeavesNothingBehind()
    {
        await OnOwnThread(() => SocketThreads.AwayAsync(() => Task.CompletedTask));
        var contexts = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => Task.Run(() => SynchronizationContext.Current)));
        Assert.All(contexts, Assert.Null);
    }

    private static async Task<T> OnOwnThread<T>(Func<Task<T>> work)
    {
        T result = default!;
        await OnOwnThread(async () => { result = await work(); });
        return result;
    }

    private static Task OnOwnThread(Func<Task> work)
    {
        var begun = new TaskCompletionSource<Task>(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() => begun.SetResult(Begin())) { IsBackground = true }.Start();
        return begun.Task.Unwrap();

        async Task Begin() => await work();
    }

    private static Task CompleteOnOwnThread(TaskCompletionSource arrival) => OnOwnThread(() =>
    {
        arrival.SetResult();
        return Task.CompletedTask;
    });
}
