using ModelScan.RoutingApi.Resources;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Resources;

public sealed class BytePoolTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100_000)]
    [InlineData(200_000)]
    [InlineData(BytePool.LargestPooled)]
    [InlineData(BytePool.LargestPooled + 1)]
    [InlineData(20_000_000)]
    public void Rent_IsLongEnough(int length)
    {
        var array = BytePool.Rent(length);
        Assert.True(array.Length >= length);
        BytePool.Return(array);
    }

    [Fact]
    public Task Return_UpToAMegabyte_IsGivenOutAgain() => SingleThread.RunAsync(() =>
    {
        var array = BytePool.Rent(50_000);
        BytePool.Return(array);
        Assert.Same(array, BytePool.Rent(50_000));
        BytePool.Return(array);
        return Task.CompletedTask;
    });

    [Fact]
    public void Return_OfMore_IsLeftToTheCollector()
    {
        var references = Enumerable.Range(0, 8).Select(_ => Used()).ToArray();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true);
        Assert.DoesNotContain(references, reference => reference.IsAlive);
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static WeakReference Used()
    {
        var array = BytePool.Rent(5_000_000);
        BytePool.Return(array);
        return new WeakReference(array);
    }
}
