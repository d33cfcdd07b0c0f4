using Microsoft.Net.Http.Headers;

namespace ModelScan.RoutingApi.Pipeline;

/// <summary>
/// Looks for the field <c>model</c> in a form (<c>multipart/form-data</c>, RFC 7578) that comes piece by piece, and holds nothing of what is
/// not it:
/// <code>
/// --boundary CRLF
/// Content-Disposition: form-data; name="model" CRLF
/// CRLF
/// whisper-1 CRLF
/// --boundary--
/// </code>
/// Whoever reads gives it everything that has come and not been passed; it says how much of that may be passed on.
/// </summary>
/// <param name="boundary">The form's boundary, without the hyphens before it.</param>
internal sealed class FormModel(string boundary)
{
    /// <summary>Longest boundary (RFC 2046, 5.1.1).</summary>
    public const int LongestBoundary = 70;

    /// <summary>Largest model's name in bytes.</summary>
    public const int LongestName = 512;

    /// <summary>Largest header of a part in bytes.</summary>
    public const int LargestHeader = 16 * 1024;

    private readonly byte[] _delimiter = System.Text.Encoding.ASCII.GetBytes($"\r\n--{boundary}");
    private State _state;

    private enum State
    {
        AtBeginning,
        InContent,
        BehindDelimiter,
        InModel,
        Ended,
    }

    /// <summary>What was found: the name stands at the beginning of what has not been passed. <see langword="null"/> while it has not been.</summary>
    public string? Name { get; private set; }

    /// <summary>How many bytes the name has in the form.</summary>
    public int NameLength { get; private set; }

    /// <summary>Whether there is nothing more to look for: found, or the form's end.</summary>
    public bool IsOver => _state == State.Ended;

    /// <summary>Goes on with <paramref name="bytes"/>.</summary>
    /// <returns>How many of them are done with. With less than all, more is needed behind the rest, unless it is over.</returns>
    /// <exception cref="InvalidRequestException">A header or the name is longer than any should be.</exception>
    public int Advance(ReadOnlySpan<byte> bytes)
    {
        var done = 0;
        while (_state != State.Ended)
        {
            var rest = bytes[done..];
            if (Step(rest) is not { } passed)
                return _state == State.InContent ? done + Math.Max(0, rest.Length - (_delimiter.Length - 1)) : done;
            done += passed;
        }

        return done;
    }

    // Null where more is needed.
    private int? Step(ReadOnlySpan<byte> rest) => _state switch
    {
        State.AtBeginning => Begin(rest),
        State.InContent => SkipContent(rest),
        State.BehindDelimiter => ReadHeader(rest),
        _ => ReadName(rest),
    };

    // The first delimiter has no line break before it, unless something stands before it that nobody reads.
    private int? Begin(ReadOnlySpan<byte> rest)
    {
        var first = _delimiter.AsSpan(2);
        if (rest.Length < first.Length)
            return null;
        if (!rest.StartsWith(first))
            return Enter(State.InContent, 0);
        return Enter(State.BehindDelimiter, first.Length);
    }

    private int? SkipContent(ReadOnlySpan<byte> rest)
    {
        var at = rest.IndexOf(_delimiter);
        return at < 0 ? null : Enter(State.BehindDelimiter, at + _delimiter.Length);
    }

    private int? ReadHeader(ReadOnlySpan<byte> rest)
    {
        if (rest.StartsWith("--"u8))
            return Enter(State.Ended, 0);
        var end = rest.IndexOf("\r\n\r\n"u8);
        if (end < 0)
            return rest.Length <= LargestHeader ? null : throw new InvalidRequestException($"a part of the form has a header of more than {LargestHeader} bytes");
        return Enter(IsModel(rest[..end]) ? State.InModel : State.InContent, end + 4);
    }

    private int? ReadName(ReadOnlySpan<byte> rest)
    {
        var end = rest.IndexOf(_delimiter);
        if (end > LongestName || (end < 0 && rest.Length > LongestName + _delimiter.Length))
            throw new InvalidRequestException("model", $"is longer than {LongestName} bytes");
        if (end < 0)
            return null;
        (Name, NameLength) = (System.Text.Encoding.UTF8.GetString(rest[..end]), end);
        return Enter(State.Ended, 0);
    }

    private int Enter(State state, int passed)
    {
        _state = state;
        return passed;
    }

    private static bool IsModel(ReadOnlySpan<byte> header)
    {
        foreach (var line in System.Text.Encoding.UTF8.GetString(header).Split("\r\n"))
        {
            if (line.StartsWith("Content-Disposition:", StringComparison.OrdinalIgnoreCase)
                && ContentDispositionHeaderValue.TryParse(line["Content-Disposition:".Length..].Trim(), out var disposition)
                && HeaderUtilities.RemoveQuotes(disposition.Name) == "model")
            {
                return true;
            }
        }

        return false;
    }
}
