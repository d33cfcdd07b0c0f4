using System.Buffers.Text;
using System.Globalization;

namespace LoadTest.Servers;

/// <summary>
/// How a paced stream is asked for: by these words in the prompt, which pass every gateway and translation as they are.
/// </summary>
/// <param name="Events">Number of text events.</param>
/// <param name="IntervalMs">Time between them in milliseconds, at least 1.</param>
internal readonly record struct StreamShape(int Events, int IntervalMs)
{
    private static ReadOnlySpan<byte> Mark => "paced-"u8;

    /// <summary>The words.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"paced-{Events}-{IntervalMs}.");

    /// <summary>Finds the words in a request's body.</summary>
    public static bool TryFind(ReadOnlySpan<byte> body, out StreamShape shape)
    {
        shape = default;
        var at = body.IndexOf(Mark);
        if (at < 0)
            return false;
        var rest = body[(at + Mark.Length)..];
        if (!Utf8Parser.TryParse(rest, out int events, out var used) || used >= rest.Length || rest[used] != '-')
            return false;
        if (!Utf8Parser.TryParse(rest[(used + 1)..], out int interval, out _) || events < 1 || interval < 1)
            return false;
        shape = new StreamShape(events, interval);
        return true;
    }
}
