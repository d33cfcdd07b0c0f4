using System.Buffers;
using System.Globalization;
using System.Text;

namespace ModelScan.RoutingApi.Telemetry;

/// <summary>
/// Text for a line of a log, which may hold what a client or a provider wrote: whatever would begin another line, move the cursor or
/// turn the writing round is shown as what it is (<c>\n</c>, <c>\u001b</c>), so that nobody else can write lines of the gateway's.
/// </summary>
internal static class PlainText
{
    // C0, DEL and C1, the separators of lines and paragraphs, and what turns the writing round (https://trojansource.codes/).
    private static readonly SearchValues<char> Acting = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Concat(Enumerable.Range(0x7f, 0x21)).Concat([0x2028, 0x2029]).Concat(Enumerable.Range(0x202a, 5)).Concat(Enumerable.Range(0x2066, 4)).Select(code => (char)code)]);

    /// <summary>The text itself where nothing in it acts.</summary>
    public static string Of(string text)
    {
        var at = text.AsSpan().IndexOfAny(Acting);
        if (at < 0)
            return text;
        var plain = new StringBuilder(text.Length + 16);
        for (var rest = text.AsSpan(); ; rest = rest[(at + 1)..], at = rest.IndexOfAny(Acting))
        {
            if (at < 0)
                return plain.Append(rest).ToString();
            plain.Append(rest[..at]);
            _ = rest[at] switch
            {
                '\n' => plain.Append("\\n"),
                '\r' => plain.Append("\\r"),
                '\t' => plain.Append("\\t"),
                var other => plain.Append(CultureInfo.InvariantCulture, $"\\u{(int)other:x4}"),
            };
        }
    }

    /// <summary>An exception with its causes: messages in plain text, and the frames, one a line, which are the program's own.</summary>
    public static string Of(Exception exception)
    {
        var text = new StringBuilder();
        for (Exception? cause = exception; cause is not null; cause = cause.InnerException)
        {
            text.Append(cause == exception ? "" : "\n ---> ").Append(cause.GetType()).Append(": ").Append(Of(cause.Message));
            if (cause.StackTrace is { } frames)
                text.Append('\n').Append(frames);
        }

        return text.ToString();
    }
}
