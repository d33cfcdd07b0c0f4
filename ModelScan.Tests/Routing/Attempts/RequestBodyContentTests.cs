using ModelScan.RoutingApi.Dialects.Envelope;
using ModelScan.RoutingApi.Routing.Attempts;

namespace ModelScan.Tests.Routing.Attempts;

public sealed class RequestBodyContentTests
{
    [Fact]
    public async Task IsSent_WholeBodyWritten_IsTrue()
    {
        using var content = new RequestBodyContent(BodyRewrite.None("{}"u8.ToArray()));
        Assert.False(content.IsSent);
        using var stream = new MemoryStream();
        await content.CopyToAsync(stream);
        Assert.Equal((true, 2L, 2L), (content.IsSent, stream.Length, content.Headers.ContentLength!.Value));
    }

    [Fact]
    public async Task IsSent_WritingFails_IsFalse()
    {
        using var content = new RequestBodyContent(BodyRewrite.None("{}"u8.ToArray()));
        await content.CopyToAsync(Stream.Null);
        await Assert.ThrowsAnyAsync<Exception>(() => content.CopyToAsync(new MemoryStream([], writable: false)));
        Assert.False(content.IsSent);
    }
}
