using System.Text;

namespace ModelScan.RoutingApi.Decisions.Sessions;

/// <summary>
/// FNV-1a with 64 bits over the UTF-8 form of strings, encoded on the fly so that no text is copied, however long it is.
/// A lone surrogate counts as U+FFFD, as it does in any UTF-8 encoder that replaces.
/// See <see href="https://datatracker.ietf.org/doc/html/rfc9923">RFC 9923</see>.
/// </summary>
/// <remarks>Our own because Plano's sessions are found by this hash, which System.IO.Hashing does not have.</remarks>
internal struct Fnv1a
{
    private const ulong OffsetBasis = 0xcbf29ce484222325;
    private const ulong Prime = 0x100000001b3;
    private const byte FieldEnd = 0x1f;

    private ulong _hash;

    private Fnv1a(ulong hash) => _hash = hash;

    /// <summary>The hash of nothing.</summary>
    public static Fnv1a Start => new(OffsetBasis);

    /// <summary>Goes on from a <see cref="Value"/> that was reached before.</summary>
    public static Fnv1a From(ulong value) => new(value);

    /// <summary>The hash of what was added so far.</summary>
    public readonly ulong Value => _hash;

    /// <summary>Adds text to the current field.</summary>
    public void Add(ReadOnlySpan<char> text)
    {
        Span<byte> utf8 = stackalloc byte[4];
        var hash = _hash;
        var i = 0;
        while (i < text.Length)
        {
            uint c = text[i];
            if (c < 0x80)
            {
                hash = (hash ^ c) * Prime;
                i++;
                continue;
            }

            Rune.DecodeFromUtf16(text[i..], out var rune, out var consumed);
            i += consumed;
            var length = rune.EncodeToUtf8(utf8);
            for (var k = 0; k < length; k++)
                hash = (hash ^ utf8[k]) * Prime;
        }

        _hash = hash;
    }

    /// <summary>Adds one ASCII character to the current field.</summary>
    public void Add(byte ascii) => _hash = (_hash ^ ascii) * Prime;

    /// <summary>Ends the current field with a unit separator, so that <c>ab, c</c> and <c>a, bc</c> differ.</summary>
    public void EndField() => Add(FieldEnd);
}
