using System.Buffers;
using System.Text;

namespace ModelScan.RoutingApi.Dialects.AnthropicMessages;

/// <summary>
/// The input of one tool call as it arrives. A client joins the pieces and parses them, so what leaves here is the beginning of a
/// JSON object at every moment: text that is none from its first character on is held back until the call is complete.
/// </summary>
/// <param name="isRepaired">Whether to hold back and repair every input: the model is known to get them wrong.</param>
internal sealed class ToolInputText(bool isRepaired) : IDisposable
{
    private readonly JsonObjectPrefix _prefix = new();
    private readonly ArrayBufferWriter<byte> _decoded = new();
    private readonly EscapedText _held = new();
    private readonly bool _isRepaired = isRepaired;
    private bool _isHeld = isRepaired;
    private bool _anySent;

    /// <summary>Gives memory back.</summary>
    public void Dispose() => _held.Dispose();

    /// <summary>Whether a whole object has been sent.</summary>
    public bool IsComplete => _prefix.IsComplete;

    /// <summary>Whether what has been sent can be left as it is: a whole object, or nothing (which stands for <c>{}</c>).</summary>
    public bool IsWhole => !_prefix.IsBroken && (_prefix.IsComplete || !_prefix.HasBegun);

    /// <summary>Whether a piece may go to the client now.</summary>
    /// <param name="token">The piece as a JSON string, quotes included.</param>
    public bool Accept(ReadOnlySpan<byte> token)
    {
        if (_isHeld)
        {
            _held.Append(token);
            return false;
        }

        _decoded.ResetWrittenCount();
        EscapedText.Decode(token, _decoded);
        if (_prefix.Accept(_decoded.WrittenSpan))
        {
            _anySent |= _decoded.WrittenCount > 0;
            return _decoded.WrittenCount > 0;
        }

        if (!_anySent)
        {
            _prefix.Reset();
            _isHeld = true;
            _held.Append(token);
        }

        return false;
    }

    /// <summary>What was held back, as one JSON string that holds an object; empty for nothing.</summary>
    public byte[] TakeRest()
    {
        if (!_isHeld || _held.IsEmpty)
            return [];
        if (string.IsNullOrWhiteSpace(_held.ToString()))
        {
            _held.Clear();
            return [];
        }

        var input = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(input, WireJson.Options))
            ToolArguments.WriteObject(json, _held.Token, JsonRepair.ObjectOf);
        _held.Clear();
        var token = EscapedText.TokenOf(Encoding.UTF8.GetString(input.WrittenSpan));
        _isHeld = false;
        return token;
    }

    public void Reset()
    {
        _prefix.Reset();
        _held.Clear();
        _isHeld = _isRepaired;
        _anySent = false;
    }
}
