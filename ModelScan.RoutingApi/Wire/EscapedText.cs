using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using ModelScan.RoutingApi.Resources;

namespace ModelScan.RoutingApi.Wire;

/// <summary>
/// Text that grows by JSON string tokens and stays escaped as it came, so that what a provider wrote in pieces is written again
/// whole without ever becoming a <see cref="string"/>. (An emoji escaped as two surrogates may be cut between them: joined
/// again, they are valid again.) Its memory is the pool's: dispose it to give it back, at the latest when it is not to be read any more.
/// </summary>
internal sealed class EscapedText : IDisposable
{
    private const int FirstLength = 128;

    // Two surrogates.
    private const int LongestEscape = 12;

    // Once there is text, the opening quote is there, too, and room for the closing one.
    private byte[] _token = [];
    private int _length = 1;

    public bool IsEmpty => _length == 1;

    /// <summary>Length of the escaped text in bytes.</summary>
    public int Length => _length - 1;

    /// <summary>The whole text as a JSON string with its quotes; valid until text is added.</summary>
    public ReadOnlySpan<byte> Token
    {
        get
        {
            if (_token.Length == 0)
                return "\"\""u8;
            _token[_length] = (byte)'"';
            return _token.AsSpan(0, _length + 1);
        }
    }

    /// <summary>Adds a JSON string.</summary>
    /// <param name="token">The string as it stands in JSON, quotes included.</param>
    public void Append(ReadOnlySpan<byte> token) => AppendEscaped(token[1..^1]);

    /// <summary>Adds text that is not escaped yet.</summary>
    public void AppendPlain(ReadOnlySpan<char> text) => AppendEscaped(Escape(text));

    public void Clear() => _length = 1;

    /// <summary>The text itself; half of a surrogate pair becomes U+FFFD.</summary>
    public override string ToString() => Decode(Token);

    /// <summary>The text of <paramref name="plain"/> as a JSON string with quotes.</summary>
    public static byte[] TokenOf(ReadOnlySpan<char> plain) => [(byte)'"', .. Escape(plain), (byte)'"'];

    /// <summary>Writes text as a JSON string with quotes.</summary>
    /// <param name="plain">The text as UTF-8.</param>
    /// <param name="output">Where the string goes.</param>
    public static void Write(ReadOnlySpan<byte> plain, IBufferWriter<byte> output)
    {
        output.Write("\""u8);
        while (!plain.IsEmpty)
        {
            JavaScriptEncoder.UnsafeRelaxedJsonEscaping.EncodeUtf8(plain, output.GetSpan(plain.Length + LongestEscape), out var taken, out var written);
            output.Advance(written);
            plain = plain[taken..];
        }

        output.Write("\""u8);
    }

    /// <summary>The text of a JSON string; half of a surrogate pair becomes U+FFFD.</summary>
    /// <param name="token">The string as it stands in JSON, quotes included.</param>
    public static string Decode(ReadOnlySpan<byte> token)
    {
        var reader = new Utf8JsonReader(token);
        reader.Read();
        return JsonText.Read(ref reader);
    }

    /// <summary>Writes the text of a JSON string as UTF-8; half of a surrogate pair becomes U+FFFD.</summary>
    /// <param name="token">The string as it stands in JSON, quotes included.</param>
    /// <param name="output">Where the text goes.</param>
    public static void Decode(ReadOnlySpan<byte> token, IBufferWriter<byte> output)
    {
        var escaped = token[1..^1];
        if (!escaped.Contains((byte)'\\'))
        {
            output.Write(escaped);
            return;
        }

        var reader = new Utf8JsonReader(token);
        reader.Read();
        try
        {
            output.Advance(reader.CopyString(output.GetSpan(escaped.Length)));
        }
        catch (InvalidOperationException)
        {
            output.Write(Encoding.UTF8.GetBytes(JsonText.Read(ref reader)));
        }
    }

    private static ReadOnlySpan<byte> Escape(ReadOnlySpan<char> text) => JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes;

    /// <summary>Empties it and gives its memory back.</summary>
    public void Dispose()
    {
        if (_token.Length > 0)
            BytePool.Return(_token);
        (_token, _length) = ([], 1);
    }

    private void AppendEscaped(ReadOnlySpan<byte> escaped)
    {
        if (_length + escaped.Length >= _token.Length)
            Grow(_length + escaped.Length + 1);
        escaped.CopyTo(_token.AsSpan(_length));
        _length += escaped.Length;
    }

    private void Grow(int least)
    {
        var larger = BytePool.Rent(Math.Max(Math.Max(least, FirstLength), _token.Length * 2));
        larger[0] = (byte)'"';
        _token.AsSpan(0, Math.Min(_length, _token.Length)).CopyTo(larger);
        if (_token.Length > 0)
            BytePool.Return(_token);
        _token = larger;
    }
}
