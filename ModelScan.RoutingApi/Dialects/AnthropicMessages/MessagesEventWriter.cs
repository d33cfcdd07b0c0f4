using System.Buffers;
using ModelScan.RoutingApi.UsageReports;

namespace ModelScan.RoutingApi.Dialects.AnthropicMessages;

/// <summary>
/// Writes the events of a streamed message (https://docs.anthropic.com/en/docs/build-with-claude/streaming) so that they are always
/// well-formed, in whatever order it is called: one <c>message_start</c> in front; blocks numbered 0, 1, 2, …, one open at a time, each
/// closed once; a <c>message_delta</c> and <c>message_stop</c>, or one <c>error</c>, at the end; nothing afterwards.
/// </summary>
/// <remarks>
/// Texts are given as JSON strings with their quotes, as they stand in the provider's event, and are copied without being decoded.
/// A delta of another kind than the open block's closes that block and opens the next.
/// </remarks>
/// <param name="model">The model as the client named it.</param>
/// <param name="repairsToolInput">Whether tool inputs are held back until they are complete, and repaired.</param>
internal sealed class MessagesEventWriter(string model, bool repairsToolInput = false) : IDisposable
{
    private enum Block
    {
        None,
        Text,
        Thinking,
        ToolUse,
    }

    private readonly SseWriter _sse = new();
    private readonly ToolInputText _toolInput = new(repairsToolInput);
    private Utf8JsonWriter? _json;
    private Block _open;
    private int _index = -1;

    /// <summary>Whether <c>message_start</c> is written.</summary>
    public bool HasStarted { get; private set; }

    /// <summary>Whether the message or an error has ended the stream. Whatever is called afterwards writes nothing.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>The error that ended the stream, if one did.</summary>
    public ClientError? Error { get; private set; }

    /// <summary>Whether any block has been opened.</summary>
    public bool HasContent => _index >= 0;

    /// <summary>Whether any block was a <c>tool_use</c>.</summary>
    public bool HasToolUse { get; private set; }

    /// <summary>Whether a <c>tool_use</c> block is open whose input is not a whole JSON object yet: more of it may be on its way.</summary>
    public bool IsToolInputOpen => _open == Block.ToolUse && !_toolInput.IsComplete;

    /// <summary>Begins the message, once; the usage is what is known so far, or an estimate.</summary>
    public void Start(IBufferWriter<byte> output, string id, TokenTotals usage)
    {
        if (HasStarted || IsComplete)
            return;
        HasStarted = true;
        var json = Begin(output, "message_start"u8);
        json.WriteStartObject("message"u8);
        MessagesJson.WriteHead(json, id, model);
        json.WriteRaw("content"u8, "[]"u8);
        MessagesJson.WriteStop(json, default, null);
        MessagesUsage.Write(json, usage);
        json.WriteEndObject();
        End(output);
    }

    /// <summary>Adds to the open text, or opens one. An empty piece still opens the block.</summary>
    public void Text(IBufferWriter<byte> output, ReadOnlySpan<byte> token)
    {
        if (!Open(output, Block.Text))
            return;
        if (token.Length > 2)
            WriteDelta(output, "text_delta"u8, "text"u8, token);
    }

    /// <summary>Adds a citation to the open text, or to a new one.</summary>
    /// <param name="output">Where the event goes.</param>
    /// <param name="citation">A JSON object in Anthropic's form, on one line.</param>
    public void Citation(IBufferWriter<byte> output, ReadOnlySpan<byte> citation)
    {
        if (Open(output, Block.Text))
            WriteDelta(output, "citations_delta"u8, "citation"u8, citation);
    }

    /// <summary>Adds to the open thought, or opens one.</summary>
    public void Thinking(IBufferWriter<byte> output, ReadOnlySpan<byte> token)
    {
        if (!Open(output, Block.Thinking))
            return;
        if (token.Length > 2)
            WriteDelta(output, "thinking_delta"u8, "thinking"u8, token);
    }

    /// <summary>Signs the open thought, or a new one without text, and closes it.</summary>
    public void Signature(IBufferWriter<byte> output, ReadOnlySpan<byte> token)
    {
        if (!Open(output, Block.Thinking))
            return;
        WriteDelta(output, "signature_delta"u8, "signature"u8, token);
        CloseBlock(output);
    }

    /// <summary>Whether a thought is open, which still wants its signature.</summary>
    public bool IsThinkingOpen => _open == Block.Thinking;

    /// <summary>Writes a whole block of thought that only the provider can read.</summary>
    public void RedactedThinking(IBufferWriter<byte> output, ReadOnlySpan<byte> data)
    {
        if (!BeginBlock(output, out var json))
            return;
        json.WriteStartObject("content_block"u8);
        json.WriteString("type"u8, "redacted_thinking"u8);
        json.WriteRaw("data"u8, data);
        json.WriteEndObject();
        End(output);
        _open = Block.Thinking;
        StopBlock(output);
    }

    /// <summary>Opens a tool call; its input follows by <see cref="ToolInput"/>.</summary>
    public void OpenToolUse(IBufferWriter<byte> output, string id, string name)
    {
        if (!BeginBlock(output, out var json))
            return;
        json.WritePropertyName("content_block"u8);
        MessagesJson.WriteToolUseHead(json, id, name);
        json.WriteRaw("input"u8, "{}"u8);
        json.WriteEndObject();
        End(output);
        _open = Block.ToolUse;
        _toolInput.Reset();
        HasToolUse = true;
    }

    /// <summary>Adds to the input of the open tool call. The pieces, decoded and joined, are meant to be a JSON object.</summary>
    public void ToolInput(IBufferWriter<byte> output, ReadOnlySpan<byte> token)
    {
        if (_open == Block.ToolUse && token.Length > 2 && _toolInput.Accept(token))
            WriteDelta(output, "input_json_delta"u8, "partial_json"u8, token);
    }

    /// <summary>
    /// Closes the open block, if one is. The input of a tool call has to be whole then; if it is not, the stream ends with an error, unless
    /// the answer was cut off in it, as Anthropic's own streams are by the limit of tokens.
    /// </summary>
    /// <param name="output">Where events go.</param>
    /// <param name="isCut">Whether the answer was cut off here.</param>
    public void CloseBlock(IBufferWriter<byte> output, bool isCut = false)
    {
        if (_open == Block.ToolUse)
        {
            var rest = _toolInput.TakeRest();
            if (rest.Length > 0)
                WriteDelta(output, "input_json_delta"u8, "partial_json"u8, rest);
            if (!_toolInput.IsWhole && !isCut)
            {
                Fail(output, new ClientError(StatusCodes.Status502BadGateway, "the provider sent a tool call whose input is not a JSON object", "ProviderError"));
                return;
            }
        }

        StopBlock(output);
    }

    /// <summary>Tells the client that the stream is alive.</summary>
    public void Ping(IBufferWriter<byte> output)
    {
        if (!HasStarted || IsComplete)
            return;
        Begin(output, "ping"u8);
        End(output);
    }

    /// <summary>Ends the message. Without any block it gets an empty text, which clients expect.</summary>
    /// <param name="output">Where the events go.</param>
    /// <param name="reason">Anthropic's name of the reason.</param>
    /// <param name="sequence">The stop sequence that ended it, if one did.</param>
    /// <param name="usage">The final counts.</param>
    /// <param name="isCut">Whether what is open may be half of something.</param>
    public void Finish(IBufferWriter<byte> output, ReadOnlySpan<byte> reason, string? sequence, TokenTotals usage, bool isCut = false)
    {
        if (!HasStarted || IsComplete)
            return;
        if (!HasContent)
            Open(output, Block.Text);
        CloseBlock(output, isCut);
        if (IsComplete)
            return;

        var json = Begin(output, "message_delta"u8);
        json.WriteStartObject("delta"u8);
        MessagesJson.WriteStop(json, reason, sequence);
        json.WriteEndObject();
        MessagesUsage.Write(json, usage);
        End(output);
        Begin(output, "message_stop"u8);
        End(output);
        IsComplete = true;
    }

    /// <summary>
    /// Ends the stream with an error. An open text or thought is closed; an open tool call is not: clients act on a call when its block
    /// closes, whatever comes behind it.
    /// </summary>
    public void Fail(IBufferWriter<byte> output, ClientError error)
    {
        if (IsComplete)
            return;
        if (_open != Block.ToolUse)
            StopBlock(output);
        _open = Block.None;
        error.WriteTo(_sse.BeginEvent(output, "error"u8), ApiFormat.Messages);
        _sse.EndEvent(output);
        Error = error;
        IsComplete = true;
    }

    public void Dispose()
    {
        _toolInput.Dispose();
        _sse.Dispose();
    }

    private bool Open(IBufferWriter<byte> output, Block kind)
    {
        if (_open == kind)
            return true;
        if (!BeginBlock(output, out var json))
            return false;
        json.WriteStartObject("content_block"u8);
        if (kind == Block.Text)
        {
            json.WriteString("type"u8, "text"u8);
            json.WriteString("text"u8, ""u8);
        }
        else
        {
            json.WriteString("type"u8, "thinking"u8);
            json.WriteString("thinking"u8, ""u8);
            json.WriteString("signature"u8, ""u8);
        }

        json.WriteEndObject();
        End(output);
        _open = kind;
        return true;
    }

    private bool BeginBlock(IBufferWriter<byte> output, out Utf8JsonWriter json)
    {
        json = null!;
        if (!HasStarted || IsComplete)
            return false;
        CloseBlock(output);
        if (IsComplete)
            return false;
        json = Begin(output, "content_block_start"u8);
        json.WriteNumber("index"u8, ++_index);
        return true;
    }

    private void WriteDelta(IBufferWriter<byte> output, ReadOnlySpan<byte> type, ReadOnlySpan<byte> field, ReadOnlySpan<byte> value)
    {
        var json = Begin(output, "content_block_delta"u8);
        json.WriteNumber("index"u8, _index);
        json.WriteStartObject("delta"u8);
        json.WriteString("type"u8, type);
        json.WriteRaw(field, value);
        json.WriteEndObject();
        End(output);
    }

    private void StopBlock(IBufferWriter<byte> output)
    {
        if (_open == Block.None)
            return;
        _open = Block.None;
        var json = Begin(output, "content_block_stop"u8);
        json.WriteNumber("index"u8, _index);
        End(output);
    }

    private Utf8JsonWriter Begin(IBufferWriter<byte> output, ReadOnlySpan<byte> name)
    {
        _json = _sse.BeginEvent(output, name);
        _json.WriteStartObject();
        _json.WriteString("type"u8, name);
        return _json;
    }

    private void End(IBufferWriter<byte> output)
    {
        _json?.WriteEndObject();
        _sse.EndEvent(output);
    }
}
