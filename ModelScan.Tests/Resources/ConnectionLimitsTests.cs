using ModelScan.RoutingApi.Resources;

namespace ModelScan.Tests.Resources;

public sealed class ConnectionLimitsTests
{
    private const long Gigabyte = 1L << 30;

    [Theory]
    [InlineData(400)]
    [InlineData(1024)]
    [InlineData(65_536)]
    public void Of_Descriptors_LeavesTheReserve(int descriptors)
    {
        const int Open = ConnectionLimits.Usual;
        var limits = ConnectionLimits.Of(descriptors, Open, 64 * Gigabyte);
        Assert.True(limits.Clients + limits.Providers + Open + ConnectionLimits.Reserve <= descriptors, $"{limits}");
        Assert.True(limits.Clients >= (descriptors - Open - ConnectionLimits.Reserve) / 2 - 1, $"{limits}");
        Assert.Equal(limits.Clients / 2, limits.Upgraded);
    }

    [Fact]
    public void Check_TooFewDescriptors_SaysHowManyItNeeds()
    {
        ConnectionLimits.Check(null);
        ConnectionLimits.Check(ConnectionLimits.FewestDescriptors);
        var exception = Assert.Throws<InvalidOperationException>(() => ConnectionLimits.Check(256));
        Assert.Equal($"this process may have 256 files open (ulimit -n), and needs at least {ConnectionLimits.FewestDescriptors}", exception.Message);
    }

    [Theory]
    [InlineData(150)]
    [InlineData(384)]
    [InlineData(2048)]
    public void Of_Memory_WhatConnectionsHoldFitsIntoAQuarterOfIt(int megabytes)
    {
        var memory = (long)megabytes << 20;
        var limits = ConnectionLimits.Of(null, 0, memory);
        Assert.InRange(limits.Clients, 100, memory / 4 / (32 << 10));
    }

    [Theory]
    [InlineData(150L << 20, 64 << 10)]
    [InlineData(64 * Gigabyte, 1 << 20)]
    public void Of_Memory_BoundsWhatIsReceivedAhead(long memory, int expected) => Assert.InRange(ConnectionLimits.Of(1024, ConnectionLimits.Usual, memory).RequestBuffer, expected, expected * 2);

    [Fact]
    public void Limit_IsReadFromTheSystemsTable()
    {
        string[] lines =
        [
            "Limit                     Soft Limit           Hard Limit           Units     ",
            "Max cpu time              unlimited            unlimited            seconds   ",
            "Max open files            1024                 1048576              files     ",
        ];
        Assert.Equal(1024, FileDescriptors.LimitIn(lines));
        Assert.Null(FileDescriptors.LimitIn(["Max open files            unlimited            unlimited            files     "]));
        Assert.Null(FileDescriptors.LimitIn([]));
    }
}
