using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>
/// A JSON string that grows by JSON strings and stays escaped as they came, so that a text sent in pieces is written again whole
/// without being decoded. An emoji escaped as two surrogates may be cut between them: joined, they are whole again.
/// </summary>
internal sealed class JsonStringBuilder
{
    // The opening quote is always there, and there is always room for the closing one.
    private byte[] _token = "\"\""u8.ToArray();
    private int _length = 1;

    public bool IsEmpty => _length == 1;

    /// <summary>The string with its quotes; valid until something is added.</summary>
    public ReadOnlySpan<byte> Token
    {
        get
        {
            _token[_length] = (byte)'"';
            return _token.AsSpan(0, _length + 1);
        }
    }

    /// <summary>Adds a JSON string, quotes included.</summary>
    public void Append(ReadOnlySpan<byte> token) => AppendEscaped(token[1..^1]);

    /// <summary>Adds a text.</summary>
    public void AppendPlain(ReadOnlySpan<char> text) => Append(TokenOf(text));

    public void Clear() => _length = 1;

    /// <summary>The text; half of a surrogate pair becomes U+FFFD.</summary>
    public override string ToString() => Decode(Token);

    /// <summary>A text as a JSON string, quotes included.</summary>
    public static byte[] TokenOf(ReadOnlySpan<char> text)
    {
        var escaped = JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes;
        return [(byte)'"', .. escaped, (byte)'"'];
    }

    /// <summary>The text of a JSON string; half of a surrogate pair becomes U+FFFD.</summary>
    public static string Decode(ReadOnlySpan<byte> token)
    {
        var reader = new Utf8JsonReader(token);
        reader.Read();
        return JsonText.Read(ref reader);
    }

    /// <summary>Writes the text of a JSON string as UTF-8; half of a surrogate pair becomes U+FFFD.</summary>
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

    private void AppendEscaped(ReadOnlySpan<byte> escaped)
    {
        if (_length + escaped.Length >= _token.Length)
            Array.Resize(ref _token, Math.Max(_length + escaped.Length + 1, _token.Length * 2));
        escaped.CopyTo(_token.AsSpan(_length));
        _length += escaped.Length;
    }
}
