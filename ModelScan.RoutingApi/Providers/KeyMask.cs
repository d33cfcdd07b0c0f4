using System.Buffers.Binary;
using System.Net.Http.Headers;
using System.Text;

namespace ModelScan.RoutingApi.Providers;

/// <summary>
/// Takes the credentials of a request out of what its provider says about it: every letter of them becomes an asterisk, so that nothing
/// changes its length. Parts count as much as the whole, and so do the last letters behind a mask of the provider's own
/// (<c>sk-…****abcd</c>). Immutable.
/// </summary>
internal sealed class KeyMask
{
    // Shorter ones are words for local servers, which may stand in any text.
    private const int ShortestKey = 8;
    private const int ShortestKeyInParts = 16;
    private const int ShortestPart = sizeof(ulong);
    private const int Tail = 4;

    private readonly List<byte[]> _keys = [];
    private readonly HashSet<ulong> _parts = [];

    private KeyMask()
    {
    }

    /// <summary>The credentials that a request carries.</summary>
    public static KeyMask Of(HttpRequestHeaders headers)
    {
        var mask = new KeyMask();
        foreach (var (name, values) in headers.NonValidated)
        {
            if (!IsCredential(name))
                continue;
            foreach (var value in values)
                mask.Add(value.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? value["Bearer ".Length..] : value);
        }

        return mask;
    }

    /// <summary>Masks a text in place.</summary>
    /// <returns>Whether there was something to mask.</returns>
    public bool Apply(Span<byte> text)
    {
        var found = false;
        foreach (var key in _keys)
        {
            for (var rest = text; rest.IndexOf(key) is >= 0 and var at; rest = rest[(at + key.Length)..])
            {
                rest.Slice(at, key.Length).Fill((byte)'*');
                found = true;
            }
        }

        return (_parts.Count > 0 && MaskParts(text)) | MaskTails(text) | found;
    }

    /// <summary>A text with the credentials masked.</summary>
    public string Apply(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return Apply(bytes) ? Encoding.UTF8.GetString(bytes) : text;
    }

    private static bool IsCredential(string name) =>
        name.Equals("Authorization", StringComparison.OrdinalIgnoreCase) || name.EndsWith("key", StringComparison.OrdinalIgnoreCase)
        || name.EndsWith("token", StringComparison.OrdinalIgnoreCase) || name.EndsWith("secret", StringComparison.OrdinalIgnoreCase);

    private void Add(string value)
    {
        var key = Encoding.UTF8.GetBytes(value.Trim());
        if (key.Length < ShortestKey)
            return;
        _keys.Add(key);
        for (var i = 0; key.Length >= ShortestKeyInParts && i <= key.Length - ShortestPart; i++)
            _parts.Add(BinaryPrimitives.ReadUInt64LittleEndian(key.AsSpan(i)));
    }

    // What is masked is filled behind the place that is looked at, so that overlapping parts are all seen.
    private bool MaskParts(Span<byte> text)
    {
        var (found, from, to) = (false, 0, 0);
        for (var i = 0; i <= text.Length - ShortestPart; i++)
        {
            if (!_parts.Contains(BinaryPrimitives.ReadUInt64LittleEndian(text[i..])))
                continue;
            if (i > to)
            {
                text[from..to].Fill((byte)'*');
                from = i;
            }
            else if (!found)
            {
                from = i;
            }

            (found, to) = (true, i + ShortestPart);
        }

        text[from..to].Fill((byte)'*');
        return found;
    }

    private bool MaskTails(Span<byte> text)
    {
        var found = false;
        foreach (var key in _keys)
        {
            var tail = key.AsSpan(key.Length - Tail);
            for (var start = 1; start <= text.Length - Tail && text[start..].IndexOf(tail) is >= 0 and var at; start += at + Tail)
            {
                // Asterisks, dots, or the last byte of an ellipsis (U+2026) or a bullet (U+2022).
                if (text[start + at - 1] is not ((byte)'*' or (byte)'.' or 0xA6 or 0xA2))
                    continue;
                text.Slice(start + at, Tail).Fill((byte)'*');
                found = true;
            }
        }

        return found;
    }
}
