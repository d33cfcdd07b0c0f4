using System.Net.Http.Headers;

namespace ModelScan.RoutingApi.Providers;

/// <summary>
/// Server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html). One in which the word "error" stands is looked
/// through for the request's credentials; every other one is passed on after one vectorised search for that word. A comment is passed on by
/// itself.
/// </summary>
internal sealed class MaskedEventStream(Stream events, HttpRequestHeaders request) : MaskedStream(events, request)
{
    /// <summary>From here on an event is passed on in parts, which overlap by <see cref="Overlap"/>: it is no error, but an image.</summary>
    public const int LargestWhole = 256 << 10;

    // Longer than any credential.
    private const int Overlap = 4096;

    private bool _isInLargeError;

    /// <inheritdoc/>
    protected override int Complete(ReadOnlySpan<byte> bytes, int seen)
    {
        var from = Math.Max(0, seen - 3);
        var end = Comments(bytes, LastEnd(bytes[from..]) is var last && last > 0 ? from + last : 0);
        return end > 0 || bytes.Length <= LargestWhole ? end : bytes.Length - Overlap;
    }

    /// <inheritdoc/>
    protected override void Clean(Span<byte> bytes, int passed)
    {
        // Of an event that is passed on in parts, the part that follows counts too: a key may stand in both.
        var isLarge = passed == bytes.Length - Overlap && LastEnd(bytes[..passed]) != passed;
        var looked = isLarge ? bytes : bytes[..passed];
        var isError = _isInLargeError || looked.IndexOf("error"u8) >= 0;
        if (isError)
            Mask.Apply(looked);
        _isInLargeError = isError && isLarge;
    }

    // Behind the last blank line; 0 where there is none.
    private static int LastEnd(ReadOnlySpan<byte> bytes)
    {
        if (bytes.EndsWith("\n\n"u8) || bytes.EndsWith("\r\n\r\n"u8))
            return bytes.Length;
        return Math.Max(Math.Max(End(bytes, "\n\n"u8), End(bytes, "\r\n\r\n"u8)), End(bytes, "\r\r"u8));

        static int End(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> blank) => bytes.LastIndexOf(blank) is >= 0 and var at ? at + blank.Length : 0;
    }

    // Behind the comments and blank lines that stand between two events.
    private static int Comments(ReadOnlySpan<byte> bytes, int end)
    {
        while (end < bytes.Length)
        {
            if (bytes[end] is (byte)'\n' or (byte)'\r')
                end++;
            else if (bytes[end] == (byte)':' && bytes[end..].IndexOfAny((byte)'\n', (byte)'\r') is > 0 and var length)
                end += length + 1;
            else
                break;
        }

        return end;
    }
}
