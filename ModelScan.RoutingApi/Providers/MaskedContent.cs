using System.Net;
using System.Net.Http.Headers;

namespace ModelScan.RoutingApi.Providers;

/// <summary>A body that stands in another's place, with its headers. Disposing it disposes the other.</summary>
internal abstract class SubstituteContent : HttpContent
{
    private readonly HttpContent _original;

    protected SubstituteContent(HttpContent original)
    {
        _original = original;
        foreach (var (name, values) in original.Headers.NonValidated)
            Headers.TryAddWithoutValidation(name, (IEnumerable<string>)[.. values]);
    }

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        await using var content = await CreateContentReadStreamAsync();
        await content.CopyToAsync(stream);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _original.Dispose();
        base.Dispose(disposing);
    }
}

/// <summary>A body whose beginning has been read.</summary>
internal sealed class RereadContent(HttpContent original, byte[] beginning, Stream rest) : SubstituteContent(original)
{
    protected override Task<Stream> CreateContentReadStreamAsync() => Task.FromResult<Stream>(new JoinedStream(new MemoryStream(beginning), rest));
}

/// <summary>A stream of events whose error events show no credential.</summary>
/// <param name="original">The events.</param>
/// <param name="request">The request that has the credentials.</param>
/// <param name="isBinary">Whether they are in Amazon's frames.</param>
internal sealed class MaskedEvents(HttpContent original, HttpRequestHeaders request, bool isBinary) : SubstituteContent(original)
{
    private readonly HttpContent _events = original;

    protected override async Task<Stream> CreateContentReadStreamAsync()
    {
        var events = await _events.ReadAsStreamAsync();
        return isBinary ? new MaskedFrameStream(events, request) : new MaskedEventStream(events, request);
    }
}
