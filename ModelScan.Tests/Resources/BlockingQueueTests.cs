using ModelScan.RoutingApi.Resources;

namespace ModelScan.Tests.Resources;

public sealed class BlockingQueueTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public void TryTake_Things_InTheOrderInWhichTheyCame()
    {
        var queue = new BlockingQueue<int>(3);
        Assert.All([1, 2, 3], item => Assert.True(queue.TryAdd(item)));
        Assert.Equal([1, 2, 3], Enumerable.Range(0, 3).Select(_ => queue.TryTake(out var item) ? item : 0));
        Assert.Equal(0, queue.Count);
    }

    [Fact]
    public void TryAdd_NoRoom_IsRefusedUntilOneIsTaken()
    {
        var queue = new BlockingQueue<int>(1);
        Assert.True(queue.TryAdd(1));
        Assert.False(queue.TryAdd(2));
        Assert.Equal(1, queue.Count);
        Assert.True(queue.TryTake(out _));
        Assert.True(queue.TryAdd(3));
    }

    [Fact]
    public async Task TryTake_Nothing_WaitsForSomething()
    {
        var queue = new BlockingQueue<string>(1);
        var taking = Task.Factory.StartNew(() => queue.TryTake(out var item) ? item : null, TaskCreationOptions.LongRunning);
        Assert.False(taking.IsCompleted);
        queue.TryAdd("it");
        Assert.Equal("it", await taking.WaitAsync(Patience));
    }

    [Fact]
    public async Task Close_Waiting_EndsForAll()
    {
        var queue = new BlockingQueue<string>(1);
        Task<bool>[] taking = [.. Enumerable.Range(0, 3).Select(_ => Task.Factory.StartNew(() => queue.TryTake(out var _), TaskCreationOptions.LongRunning))];
        queue.Close();
        Assert.DoesNotContain(true, await Task.WhenAll(taking).WaitAsync(Patience));
    }

    [Fact]
    public void Close_WhatIsThere_CanStillBeTaken()
    {
        var queue = new BlockingQueue<int>(2);
        queue.TryAdd(1);
        queue.Close();
        Assert.Throws<InvalidOperationException>(() => queue.TryAdd(2));
        Assert.True(queue.TryTake(out _));
        Assert.False(queue.TryTake(out _));
    }

    [Fact]
    public void TakingAtOnce_DoesNotWait()
    {
        var queue = new BlockingQueue<int>(3);
        Assert.False(queue.TryTakeAtOnce(out _));
        queue.TryAdd(1);
        queue.TryAdd(2);
        queue.Close();
        Assert.True(queue.IsClosed);
        Assert.True(queue.TryTakeAtOnce(out var first));
        Assert.True(queue.TryTake(out var second));
        Assert.Equal((1, 2), (first, second));
        Assert.False(queue.TryTakeAtOnce(out _));
    }
}
