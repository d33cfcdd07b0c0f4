using System.Buffers;
using ModelScan.RoutingApi.UsageReports;

namespace ModelScan.RoutingApi.Dialects.OpenAiChat;

/// <summary>
/// Writes the chunks of a streamed chat completion (https://platform.openai.com/docs/api-reference/chat-streaming) so that they are
/// always well-formed, in whatever order it is called: the role first, tool calls numbered 0, 1, 2, …, one finish reason, the usage
/// behind it, <c>[DONE]</c> or one error at the end; nothing afterwards.
/// </summary>
/// <remarks>Texts are given as JSON strings with their quotes, as they stand in the provider's event, and are copied without being decoded.</remarks>
/// <param name="model">The model as the client named it.</param>
/// <param name="created">Seconds since 1970.</param>
internal sealed class ChatChunkWriter(string model, long created) : IDisposable
{
    private readonly SseWriter _sse = new();
    private string _id = "";
    private bool _hasFinished;

    /// <summary>Whether the first chunk is written.</summary>
    public bool HasStarted { get; private set; }

    /// <summary>Whether <c>[DONE]</c> or an error has ended the stream. Whatever is called afterwards writes nothing.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>The error that ended the stream, if one did.</summary>
    public ClientError? Error { get; private set; }

    /// <summary>How many tool calls have been opened.</summary>
    public int ToolCalls { get; private set; }

    /// <summary>Begins the stream, once, with the chunk that names the role.</summary>
    public void Start(IBufferWriter<byte> output, string id)
    {
        if (HasStarted || IsComplete)
            return;
        HasStarted = true;
        _id = id;
        var json = BeginDelta(output);
        json.WriteString("role"u8, "assistant"u8);
        json.WriteString("content"u8, ""u8);
        EndDelta(output, json, default);
    }

    /// <summary>A piece of the answer's text.</summary>
    public void Text(IBufferWriter<byte> output, ReadOnlySpan<byte> token) => WriteText(output, "content"u8, token);

    /// <summary>A piece of the answer's text with the probabilities of its tokens.</summary>
    /// <param name="output">Where the chunk goes.</param>
    /// <param name="token">JSON string, quotes included.</param>
    /// <param name="logprobs">JSON array on one line; empty to leave it out.</param>
    public void Text(IBufferWriter<byte> output, ReadOnlySpan<byte> token, ReadOnlySpan<byte> logprobs)
    {
        if (logprobs.IsEmpty || !CanWrite || token.Length <= 2)
        {
            Text(output, token);
            return;
        }

        var json = BeginDelta(output);
        json.WriteRaw("content"u8, token);
        json.WriteEndObject();
        json.WriteStartObject("logprobs"u8);
        json.WriteRaw("content"u8, logprobs);
        json.WriteNull("refusal"u8);
        EndDelta(output, json, default);
    }

    /// <summary>A piece of the reasoning, where DeepSeek, vLLM and their clients have it.</summary>
    public void Reasoning(IBufferWriter<byte> output, ReadOnlySpan<byte> token) => WriteText(output, "reasoning_content"u8, token);

    /// <summary>A piece of a refusal.</summary>
    public void Refusal(IBufferWriter<byte> output, ReadOnlySpan<byte> token) => WriteText(output, "refusal"u8, token);

    /// <summary>A member of the delta that is an array of one object: OpenRouter's <c>reasoning_details</c>, OpenAI's <c>annotations</c>.</summary>
    /// <param name="output">Where the chunk goes.</param>
    /// <param name="member">The member's name.</param>
    /// <param name="item">The object as JSON on one line.</param>
    public void Item(IBufferWriter<byte> output, ReadOnlySpan<byte> member, ReadOnlySpan<byte> item)
    {
        if (!CanWrite)
            return;
        var json = BeginDelta(output);
        json.WriteStartArray(member);
        json.WriteRawValue(item, skipInputValidation: true);
        json.WriteEndArray();
        EndDelta(output, json, default);
    }

    /// <summary>Opens the next tool call.</summary>
    /// <returns>Its index; arguments name it.</returns>
    public int OpenToolCall(IBufferWriter<byte> output, string id, string name) => OpenCall(output, "function"u8, "arguments"u8, id, name);

    /// <summary>A piece of the arguments of the tool call <paramref name="index"/>.</summary>
    public void Arguments(IBufferWriter<byte> output, int index, ReadOnlySpan<byte> token) => Payload(output, "function"u8, "arguments"u8, index, token);

    /// <summary>Opens the next call of a custom tool, which takes free text.</summary>
    /// <returns>Its index; its input names it.</returns>
    public int OpenCustomToolCall(IBufferWriter<byte> output, string id, string name) => OpenCall(output, "custom"u8, "input"u8, id, name);

    /// <summary>A piece of the input of the custom tool call <paramref name="index"/>.</summary>
    public void CustomInput(IBufferWriter<byte> output, int index, ReadOnlySpan<byte> token) => Payload(output, "custom"u8, "input"u8, index, token);

    // Both kinds of calls have the same form: {"type": KIND, KIND: {"name": …, PAYLOAD: …}}.
    private int OpenCall(IBufferWriter<byte> output, ReadOnlySpan<byte> kind, ReadOnlySpan<byte> payload, string id, string name)
    {
        if (!CanWrite)
            return -1;
        var json = BeginDelta(output);
        json.WriteStartArray("tool_calls"u8);
        json.WriteStartObject();
        json.WriteNumber("index"u8, ToolCalls);
        json.WriteString("id"u8, id);
        json.WriteString("type"u8, kind);
        json.WriteStartObject(kind);
        json.WriteString("name"u8, name);
        json.WriteString(payload, ""u8);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndArray();
        EndDelta(output, json, default);
        return ToolCalls++;
    }

    private void Payload(IBufferWriter<byte> output, ReadOnlySpan<byte> kind, ReadOnlySpan<byte> payload, int index, ReadOnlySpan<byte> token)
    {
        if (!CanWrite || index < 0 || index >= ToolCalls || token.Length <= 2)
            return;
        var json = BeginDelta(output);
        json.WriteStartArray("tool_calls"u8);
        json.WriteStartObject();
        json.WriteNumber("index"u8, index);
        json.WriteStartObject(kind);
        json.WriteRaw(payload, token);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndArray();
        EndDelta(output, json, default);
    }

    /// <summary>Ends the answer: the finish reason, the usage where the client asked for it, and <c>[DONE]</c>.</summary>
    /// <param name="output">Where the chunks go.</param>
    /// <param name="reason">OpenAI's name of the reason.</param>
    /// <param name="usage">The final counts; <see langword="null"/> to leave them out.</param>
    public void Finish(IBufferWriter<byte> output, ReadOnlySpan<byte> reason, TokenTotals? usage)
    {
        if (!CanWrite)
            return;
        _hasFinished = true;
        EndDelta(output, BeginDelta(output), reason);
        if (usage is { } counts)
        {
            var json = BeginChunk(output);
            json.WriteRaw("choices"u8, "[]"u8);
            json.WritePropertyName("usage"u8);
            ChatUsage.Write(json, counts);
            json.WriteEndObject();
            _sse.EndEvent(output);
        }

        SseWriter.WriteData(output, "[DONE]"u8);
        IsComplete = true;
    }

    /// <summary>Ends the stream with an error; no <c>[DONE]</c> follows, which a client would take for a complete answer.</summary>
    public void Fail(IBufferWriter<byte> output, ClientError error)
    {
        if (IsComplete)
            return;
        error.WriteTo(_sse.BeginEvent(output, default), ApiFormat.ChatCompletions);
        _sse.EndEvent(output);
        Error = error;
        IsComplete = true;
    }

    public void Dispose() => _sse.Dispose();

    private bool CanWrite => HasStarted && !IsComplete && !_hasFinished;

    private void WriteText(IBufferWriter<byte> output, ReadOnlySpan<byte> member, ReadOnlySpan<byte> token)
    {
        if (!CanWrite || token.Length <= 2)
            return;
        var json = BeginDelta(output);
        json.WriteRaw(member, token);
        EndDelta(output, json, default);
    }

    private Utf8JsonWriter BeginChunk(IBufferWriter<byte> output)
    {
        var json = _sse.BeginEvent(output, default);
        json.WriteStartObject();
        json.WriteString("id"u8, _id);
        json.WriteString("object"u8, "chat.completion.chunk"u8);
        json.WriteNumber("created"u8, created);
        json.WriteString("model"u8, model);
        return json;
    }

    private Utf8JsonWriter BeginDelta(IBufferWriter<byte> output)
    {
        var json = BeginChunk(output);
        json.WriteStartArray("choices"u8);
        json.WriteStartObject();
        json.WriteNumber("index"u8, 0);
        json.WriteStartObject("delta"u8);
        return json;
    }

    private void EndDelta(IBufferWriter<byte> output, Utf8JsonWriter json, ReadOnlySpan<byte> reason)
    {
        json.WriteEndObject();
        json.WritePropertyName("finish_reason"u8);
        if (reason.IsEmpty)
            json.WriteNullValue();
        else
            json.WriteStringValue(reason);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        _sse.EndEvent(output);
    }
}
