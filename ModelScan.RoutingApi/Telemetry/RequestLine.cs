using System.Collections;
using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace ModelScan.RoutingApi.Telemetry;

/// <summary>
/// What the log says of a request: a state for <see cref="ILogger"/> with one value a field, and a line of text. A structure, so that
/// where only the console listens nothing is allocated for it.
/// </summary>
/// <param name="Status">The client's status; 499 where the client left.</param>
/// <param name="Mode">The mode that answered.</param>
/// <param name="Route">The route, or <c>none</c>.</param>
/// <param name="Why">Who chose it, or the error's code.</param>
/// <param name="Model">The model that answered, or <c>none</c>.</param>
/// <param name="Provider">Its provider, or <c>none</c>.</param>
/// <param name="Attempts">How many models were asked.</param>
/// <param name="InputTokens">As the provider reports them; <see langword="null"/> where it does not.</param>
/// <param name="OutputTokens">As the provider reports them; <see langword="null"/> where it does not.</param>
/// <param name="CostUsd">In USD; <see langword="null"/> where price or tokens are unknown.</param>
/// <param name="FirstByteMs">Milliseconds from the request to the first byte of the answer; <see langword="null"/> where there was none.</param>
/// <param name="TotalMs">Milliseconds from the request to the end of the answer.</param>
/// <param name="RequestId">Under which the request is on record.</param>
internal readonly record struct RequestLine(
    int Status, string Mode, string Route, string Why, string Model, string Provider, int Attempts,
    long? InputTokens, long? OutputTokens, double? CostUsd, double? FirstByteMs, double TotalMs, string RequestId) : IReadOnlyList<KeyValuePair<string, object?>>
{
    private const string Template =
        "{Status} {Mode} route {Route} ({Why}) model {Model} provider {Provider} attempts {Attempts} tokens {InputTokens}/{OutputTokens} cost {CostUsd} USD first byte {FirstByteMs} ms total {TotalMs} ms request {RequestId}";

    /// <inheritdoc/>
    public int Count => 14;

    /// <inheritdoc/>
    public KeyValuePair<string, object?> this[int index] => index switch
    {
        0 => new(nameof(Status), Status),
        1 => new(nameof(Mode), Mode),
        2 => new(nameof(Route), Route),
        3 => new(nameof(Why), Why),
        4 => new(nameof(Model), Model),
        5 => new(nameof(Provider), Provider),
        6 => new(nameof(Attempts), Attempts),
        7 => new(nameof(InputTokens), InputTokens),
        8 => new(nameof(OutputTokens), OutputTokens),
        9 => new(nameof(CostUsd), CostUsd),
        10 => new(nameof(FirstByteMs), FirstByteMs),
        11 => new(nameof(TotalMs), TotalMs),
        12 => new(nameof(RequestId), RequestId),
        13 => new("{OriginalFormat}", Template),
        _ => throw new ArgumentOutOfRangeException(nameof(index)),
    };

    /// <summary>Writes the line as UTF-8, without an end of line. Control characters, which a client may have put into a name, become dots.</summary>
    /// <param name="place">Where to; 4 KB hold every line whose names are bounded.</param>
    /// <param name="written">How many bytes were written.</param>
    /// <returns>Whether it fitted.</returns>
    public bool TryWrite(Span<byte> place, out int written)
    {
        var culture = CultureInfo.InvariantCulture;
        if (!Utf8.TryWrite(place, culture, $"{Status} {Mode} route {Route} ({Why}) model {Model} provider {Provider} attempts {Attempts} tokens ", out written)
            || !TryAdd(place, ref written, InputTokens) || !TryAdd(place, ref written, "/"u8) || !TryAdd(place, ref written, OutputTokens)
            || !TryAdd(place, ref written, " cost "u8) || !TryAdd(place, ref written, CostUsd, "0.########")
            || !TryAdd(place, ref written, " USD first byte "u8) || !TryAdd(place, ref written, FirstByteMs, "0.#")
            || !TryAdd(place, ref written, " ms total "u8) || !TryAdd(place, ref written, TotalMs, "0.#") || !TryAdd(place, ref written, " ms request "u8)
            || !Utf8.TryWrite(place[written..], culture, $"{RequestId}", out var last))
        {
            return false;
        }

        written += last;
        var line = place[..written];
        for (int at; (at = line.IndexOfAnyInRange((byte)0, (byte)0x1f)) >= 0;)
            line[at] = (byte)'.';
        line.Replace((byte)0x7f, (byte)'.');
        Blank(line);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        Span<byte> place = stackalloc byte[1024];
        if (TryWrite(place, out var written))
            return Encoding.UTF8.GetString(place[..written]);
        var longer = new byte[64 * 1024];
        return TryWrite(longer, out written) ? Encoding.UTF8.GetString(longer.AsSpan(0, written)) : $"{Status} {Mode} route {Route}";
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator()
    {
        for (var i = 0; i < Count; i++)
            yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    // U+0080 to U+009F, which some terminals obey, too: C2 80 to C2 9F.
    private static void Blank(Span<byte> line)
    {
        for (var rest = line; rest.IndexOf((byte)0xc2) is var at and >= 0 && at + 1 < rest.Length; rest = rest[(at + 2)..])
        {
            if (rest[at + 1] is >= 0x80 and <= 0x9f)
                rest.Slice(at, 2).Fill((byte)'.');
        }
    }

    private static bool TryAdd(Span<byte> place, ref int written, ReadOnlySpan<byte> text)
    {
        if (!text.TryCopyTo(place[written..]))
            return false;
        written += text.Length;
        return true;
    }

    private static bool TryAdd(Span<byte> place, ref int written, long? tokens)
    {
        if (tokens is not { } count)
            return TryAdd(place, ref written, "unknown"u8);
        if (!count.TryFormat(place[written..], out var length, default, CultureInfo.InvariantCulture))
            return false;
        written += length;
        return true;
    }

    private static bool TryAdd(Span<byte> place, ref int written, double? number, string format)
    {
        if (number is not { } value)
            return TryAdd(place, ref written, "unknown"u8);
        if (!value.TryFormat(place[written..], out var length, format, CultureInfo.InvariantCulture))
            return false;
        written += length;
        return true;
    }
}
