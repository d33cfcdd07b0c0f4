using ModelScan.RoutingApi.Routing.Attempts;

namespace ModelScan.Tests.Routing.Attempts;

public sealed class RequestBodyContentTests
{
    private static readonly byte[] Body = "{}"u8.ToArray();

    [Fact]
    public async Task Send_Complete_IsSent()
    {
        using var content = new RequestBodyContent(BodyRewrite.None(Body));
        Assert.Equal((false, false), (content.IsSent, content.IsBeingSent));
        await content.CopyToAsync(new MemoryStream());
        Assert.Equal((true, false), (content.IsSent, content.IsBeingSent));
    }

    [Fact]
    public async Task Send_ConnectionThatDoesNotTakeItAll_IsBeingSentUntilItBreaks()
    {
        using var content = new RequestBodyContent(BodyRewrite.None(Body));
        var connection = new StuckStream();
        var sending = content.CopyToAsync(connection);
        Assert.Equal((false, true), (content.IsSent, content.IsBeingSent));
        connection.Break();
        await Assert.ThrowsAnyAsync<Exception>(() => sending);
        Assert.Equal((false, false), (content.IsSent, content.IsBeingSent));
    }

    private sealed class StuckStream : MemoryStream
    {
        private readonly TaskCompletionSource _broken = new();

        public void Break() => _broken.SetException(new IOException("reset"));

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => new(_broken.Task);
    }
}
