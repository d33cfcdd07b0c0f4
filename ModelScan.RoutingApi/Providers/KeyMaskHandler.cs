using System.Net.Http.Headers;

namespace ModelScan.RoutingApi.Providers;

/// <summary>
/// The one place through which providers' errors come in: no credential that went out comes back in one, be it in a header, in the body or
/// in an error event of a stream. What is no error passes untouched.
/// </summary>
internal sealed class KeyMaskHandler : DelegatingHandler
{
    private const int LargestError = 1 << 20;
    private const string EventStream = "text/event-stream";

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        if (!response.IsSuccessStatusCode)
            await MaskErrorAsync(response, KeyMask.Of(request.Headers), cancellationToken);
        else if (IsStream(response.Content.Headers, EventStream))
            response.Content = new MaskedEvents(response.Content, request.Headers, isBinary: false);
        else if (IsStream(response.Content.Headers, EventStreamReader.MediaType))
            response.Content = new MaskedEvents(response.Content, request.Headers, isBinary: true);
        return response;
    }

    private static bool IsStream(HttpContentHeaders headers, string mediaType) =>
        headers.NonValidated.TryGetValues("Content-Type", out var types) && types.ToString().StartsWith(mediaType, StringComparison.OrdinalIgnoreCase)
        && !headers.NonValidated.Contains("Content-Encoding");

    private static async Task MaskErrorAsync(HttpResponseMessage response, KeyMask mask, CancellationToken cancellationToken)
    {
        MaskHeaders(response.Headers, mask);
        MaskHeaders(response.Content.Headers, mask);
        var raw = await response.Content.ReadAsStreamAsync(cancellationToken);
        var body = await ReadAsync(raw, LargestError, cancellationToken);
        var isWhole = body.Length < LargestError;

        // A compressed error becomes text where there is something to mask: nobody could take it out otherwise.
        if (isWhole && response.Content.Headers.ContentEncoding.Count > 0 && await TryDecodeAsync(body, response.Content.Headers.ContentEncoding, cancellationToken) is { } text && mask.Apply(text))
        {
            body = text;
            response.Content.Headers.ContentEncoding.Clear();
            response.Content.Headers.ContentLength = text.Length;
        }

        mask.Apply(body);
        response.Content = new RereadContent(response.Content, body, isWhole ? Stream.Null : raw);
    }

    private static void MaskHeaders(HttpHeaders headers, KeyMask mask)
    {
        foreach (var (name, values) in headers.NonValidated.ToArray())
        {
            string[] written = [.. values];
            var masked = Array.ConvertAll(written, mask.Apply);
            if (written.AsSpan().SequenceEqual(masked))
                continue;
            headers.Remove(name);
            headers.TryAddWithoutValidation(name, masked);
        }
    }

    private static async Task<byte[]> ReadAsync(Stream stream, int limit, CancellationToken cancellationToken)
    {
        using var read = new MemoryStream();
        var buffer = new byte[8192];
        while (read.Length < limit && await stream.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, limit - read.Length)), cancellationToken) is var length and > 0)
            read.Write(buffer, 0, length);
        return read.ToArray();
    }

    private static async Task<byte[]?> TryDecodeAsync(byte[] body, ICollection<string> encodings, CancellationToken cancellationToken)
    {
        try
        {
            using var copy = new MemoryStream(body);
            await using var text = ContentDecoding.Decoded(copy, encodings);
            var decoded = await ReadAsync(text, LargestError, cancellationToken);
            return decoded.Length < LargestError ? decoded : null;
        }
        catch (Exception exception) when (exception is IOException or NotSupportedException || ContentDecoding.IsMalformed(exception))
        {
            return null;
        }
    }
}
