using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace ModelScan.RoutingApi.Dialects;

/// <summary>
/// Text that grows by JSON string tokens and stays escaped as it came, so that what a provider wrote in pieces is written again
/// whole without ever becoming a <see cref="string"/>. (An emoji escaped as two surrogates may be cut between them: joined
/// again, they are valid again.)
/// </summary>
internal sealed class EscapedText
{
    // The opening quote is always there and there is always room for the closing one.
    private byte[] _token = new byte[64];
    private int _length = 1;

    public EscapedText() => _token[0] = (byte)'"';

    public bool IsEmpty => _length == 1;

    /// <summary>Length of the escaped text in bytes.</summary>
    public int Length => _length - 1;

    /// <summary>The whole text as a JSON string with its quotes; valid until text is added.</summary>
    public ReadOnlySpan<byte> Token
    {
        get
        {
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

    /// <summary>Whether the text, unescaped, is one complete JSON object or array.</summary>
    public bool IsCompleteJson()
    {
        // Most texts that are not complete need no second look.
        if (_token[_length - 1] is not ((byte)'}' or (byte)']' or (byte)'n' or (byte)'r' or (byte)'t' or (byte)' '))
            return false;
        try
        {
            var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(ToString()), new JsonReaderOptions { MaxDepth = 512 });
            return reader.Read() && reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray && reader.TrySkip() && !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static ReadOnlySpan<byte> Escape(ReadOnlySpan<char> text) => JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes;

    private void AppendEscaped(ReadOnlySpan<byte> escaped)
    {
        if (_length + escaped.Length >= _token.Length)
            Array.Resize(ref _token, Math.Max(_length + escaped.Length + 1, _token.Length * 2));
        escaped.CopyTo(_token.AsSpan(_length));
        _length += escaped.Length;
    }
}
