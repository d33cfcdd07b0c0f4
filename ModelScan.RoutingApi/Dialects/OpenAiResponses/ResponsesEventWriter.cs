using System.Buffers;
using ModelScan.RoutingApi.UsageReports;

namespace ModelScan.RoutingApi.Dialects.OpenAiResponses;

/// <summary>
/// Writes the events of one streamed response and keeps its books: sequence numbers from 0 without gaps, the places and ids of
/// items and parts, and what was said, which every <c>.done</c> event and the last one repeat
/// (https://platform.openai.com/docs/api-reference/responses-streaming).
/// </summary>
/// <remarks>
/// <code>
/// response.created  response.in_progress
///   message:    output_item.added  content_part.added  output_text.delta…  output_text.done  content_part.done  output_item.done
///   reasoning:  output_item.added  reasoning_summary_part.added  reasoning_summary_text.delta…  .done  part.done  output_item.done
///   call:       output_item.added  function_call_arguments.delta…  function_call_arguments.done  output_item.done
/// response.completed | response.incomplete | error, response.failed
/// </code>
/// At most one message or reasoning item is open; the next item closes it. Calls stay open beside each other until they are
/// ended, because providers interleave their arguments. Text is passed as JSON string tokens, quotes included, and written as it
/// came. Nothing is written after the end. Not thread-safe; not bound to one output.
/// </remarks>
/// <param name="envelope">The response around the items.</param>
/// <param name="newId">Makes the random part of an id.</param>
/// <param name="isWhole">Whether only the response is written, at its end, and no events.</param>
internal sealed class ResponsesEventWriter(ResponseEnvelope envelope, Func<string> newId, bool isWhole = false) : IDisposable
{
    private readonly SseWriter _sse = new();
    private readonly List<OutputItem> _items = [];
    private OutputItem? _open;
    private OutputPart? _openPart;
    private int _sequence;

    public bool IsStarted { get; private set; }

    /// <summary>Whether the last event was written.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>Whether a reasoning item is open.</summary>
    public bool HasOpenReasoning => _open is { Kind: OutputItemKind.Reasoning };

    /// <summary>The items so far.</summary>
    public IReadOnlyList<OutputItem> Items => _items;

    /// <summary>Writes <c>response.created</c> and <c>response.in_progress</c>, once; every other method does it where needed.</summary>
    public void Start(IBufferWriter<byte> output)
    {
        if (IsStarted)
            return;
        IsStarted = true;
        WriteResponse(output, "response.created"u8, ResponseStatus.InProgress, null, null);
        WriteResponse(output, "response.in_progress"u8, ResponseStatus.InProgress, null, null);
    }

    /// <summary>Adds to the answer's text, opening a message and a text part where none is open.</summary>
    /// <param name="output">Where events go.</param>
    /// <param name="token">JSON string with quotes; an empty one is passed over.</param>
    /// <param name="logprobs">Elements of a logprobs array, joined by commas, on a single line.</param>
    public void Text(IBufferWriter<byte> output, ReadOnlySpan<byte> token, ReadOnlySpan<byte> logprobs = default)
    {
        if (token.Length <= 2)
            return;
        var part = OpenPart(output, OutputItemKind.Message, OutputPartKind.Text);
        part.Text.Append(token);
        if (!logprobs.IsEmpty)
            part.AddLogprobs(logprobs);
        if (isWhole)
            return;
        var json = BeginAtPart(output, "response.output_text.delta"u8);
        json.WriteRaw("delta"u8, token);
        json.WriteStartArray("logprobs"u8);
        if (!logprobs.IsEmpty)
            json.WriteRawValue(logprobs, skipInputValidation: true);
        json.WriteEndArray();
        EndEvent(output, json);
    }

    /// <summary>Adds a citation to the open text; opens a text part where none is open.</summary>
    /// <param name="output">Where events go.</param>
    /// <param name="annotation">The annotation's JSON in the form of the Responses API, on a single line.</param>
    public void Annotation(IBufferWriter<byte> output, ReadOnlySpan<byte> annotation)
    {
        var part = OpenPart(output, OutputItemKind.Message, OutputPartKind.Text);
        part.Annotations.Add(annotation.ToArray());
        if (isWhole)
            return;
        var json = BeginAtPart(output, "response.output_text.annotation.added"u8);
        json.WriteNumber("annotation_index"u8, part.Annotations.Count - 1);
        json.WriteRaw("annotation"u8, annotation);
        EndEvent(output, json);
    }

    /// <summary>Adds to a refusal, opening a message and a refusal part where none is open.</summary>
    public void Refusal(IBufferWriter<byte> output, ReadOnlySpan<byte> token) =>
        Delta(output, OutputItemKind.Message, OutputPartKind.Refusal, "response.refusal.delta"u8, token);

    /// <summary>Adds to the raw reasoning, opening a reasoning item where none is open.</summary>
    public void ReasoningText(IBufferWriter<byte> output, ReadOnlySpan<byte> token) =>
        Delta(output, OutputItemKind.Reasoning, OutputPartKind.ReasoningText, "response.reasoning_text.delta"u8, token);

    /// <summary>Adds to the summary of the reasoning, opening a reasoning item where none is open.</summary>
    public void ReasoningSummary(IBufferWriter<byte> output, ReadOnlySpan<byte> token) =>
        Delta(output, OutputItemKind.Reasoning, OutputPartKind.ReasoningSummary, "response.reasoning_summary_text.delta"u8, token);

    /// <summary>
    /// The open reasoning item, opened where none is, to set <see cref="OutputItem.EncryptedContent"/>: no event of its own tells
    /// it, it comes with the item's end.
    /// </summary>
    public OutputItem Reasoning(IBufferWriter<byte> output) => OpenItem(output, OutputItemKind.Reasoning);

    /// <summary>Ends the open message or reasoning item, if there is one.</summary>
    /// <param name="output">Where events go.</param>
    /// <param name="isIncomplete">Whether it was cut off.</param>
    public void EndItem(IBufferWriter<byte> output, bool isIncomplete = false)
    {
        if (_open is not { } item)
            return;
        EndPart(output);
        _open = null;
        WriteItemDone(output, item, isIncomplete);
    }

    /// <summary>Begins a call; it ends with <see cref="EndCall"/> or with the response.</summary>
    /// <param name="output">Where events go.</param>
    /// <param name="kind"><see cref="OutputItemKind.FunctionCall"/> or <see cref="OutputItemKind.CustomToolCall"/>.</param>
    /// <param name="callId">The id that the tool's result will name.</param>
    /// <param name="name">The tool as the client named it.</param>
    /// <param name="nameSpace">The namespace that the client declared it in.</param>
    /// <returns>The call, for <see cref="Payload"/>.</returns>
    public OutputItem BeginCall(IBufferWriter<byte> output, OutputItemKind kind, string callId, string name, string? nameSpace = null)
    {
        Start(output);
        EndItem(output);
        var id = (kind == OutputItemKind.FunctionCall ? "fc_" : "ctc_") + newId();
        return Add(output, new OutputItem(kind, id, _items.Count) { CallId = callId, Name = name, Namespace = nameSpace });
    }

    /// <summary>A call of a tool that has a type of its own: it comes whole, for what it holds is an object.</summary>
    /// <param name="output">Where events go.</param>
    /// <param name="tool">The tool.</param>
    /// <param name="callId">The id that the tool's result will name.</param>
    /// <param name="action">What the tool is given, an object on a single line.</param>
    public void ClientCall(IBufferWriter<byte> output, ClientTool tool, string callId, byte[] action)
    {
        Start(output);
        EndItem(output);
        var item = Add(output, new OutputItem(OutputItemKind.ClientCall, $"{tool.Name}_{newId()}", _items.Count) { ClientTool = tool, CallId = callId, Action = action });
        WriteItemDone(output, item, isIncomplete: false);
    }

    /// <summary>Adds to a call's arguments, or to a custom tool's input.</summary>
    /// <param name="output">Where events go.</param>
    /// <param name="call">The call; not yet ended.</param>
    /// <param name="token">JSON string with quotes; an empty one is passed over.</param>
    public void Payload(IBufferWriter<byte> output, OutputItem call, ReadOnlySpan<byte> token)
    {
        if (token.Length <= 2 || call.IsDone)
            return;
        call.Payload.Append(token);
        if (isWhole)
            return;
        var json = BeginAtItem(output, call.Kind == OutputItemKind.FunctionCall ? "response.function_call_arguments.delta"u8 : "response.custom_tool_call_input.delta"u8, call);
        json.WriteRaw("delta"u8, token);
        EndEvent(output, json);
    }

    /// <summary>Ends a call. Ending it again does nothing.</summary>
    /// <param name="output">Where events go.</param>
    /// <param name="call">The call.</param>
    /// <param name="isIncomplete">Whether its arguments were cut off.</param>
    public void EndCall(IBufferWriter<byte> output, OutputItem call, bool isIncomplete = false)
    {
        if (call.IsDone)
            return;
        if (!isWhole)
            WritePayloadDone(output, call);
        WriteItemDone(output, call, isIncomplete);
    }

    /// <summary>Ends what is open and the response.</summary>
    /// <param name="output">Where events go.</param>
    /// <param name="status">Completed, or why it is not; what was cut off is the last item.</param>
    /// <param name="usage">What it cost; null where not known.</param>
    public void Complete(IBufferWriter<byte> output, ResponseStatus status, TokenTotals? usage)
    {
        if (IsComplete)
            return;
        Start(output);
        EndAll(output, isCutOff: status != ResponseStatus.Completed);
        IsComplete = true;
        if (isWhole)
        {
            using var whole = new Utf8JsonWriter(output, WireJson.Options);
            envelope.WriteTo(whole, status, _items, usage);
            return;
        }

        WriteResponse(output, status == ResponseStatus.Completed ? "response.completed"u8 : "response.incomplete"u8, status, usage, null);
    }

    /// <summary>Ends the response with one item, a compaction.</summary>
    /// <param name="output">Where events go.</param>
    /// <param name="content">What the client carries.</param>
    /// <param name="usage">What it cost.</param>
    public void CompleteWith(IBufferWriter<byte> output, string content, TokenTotals usage)
    {
        Start(output);
        var text = new EscapedText();
        text.AppendPlain(content);
        var item = Add(output, new OutputItem(OutputItemKind.Compaction, "cmp_" + newId(), _items.Count) { EncryptedContent = text });
        WriteItemDone(output, item, isIncomplete: false);
        Complete(output, ResponseStatus.Completed, usage);
    }

    /// <summary>
    /// Ends the open message or reasoning, and the response with an error: an <c>error</c> event, which most clients look for, and
    /// <c>response.failed</c>, which Codex does. Calls that are not ended stay so, and are left out of the response: clients act on a call
    /// when its item is done, whatever comes behind it.
    /// </summary>
    public void Fail(IBufferWriter<byte> output, ClientError error, TokenTotals? usage = null)
    {
        if (IsComplete)
            return;
        Start(output);
        EndItem(output, isIncomplete: true);
        _items.RemoveAll(item => !item.IsDone);
        var json = Begin(output, "error"u8);
        error.WriteEventMembers(json);
        EndEvent(output, json);
        WriteResponse(output, "response.failed"u8, ResponseStatus.Failed, usage, error);
        IsComplete = true;
    }

    public void Dispose()
    {
        _sse.Dispose();
        foreach (var item in _items)
            item.Dispose();
    }

    private void EndAll(IBufferWriter<byte> output, bool isCutOff)
    {
        var last = _items.Count - 1;
        EndItem(output, isCutOff && _open?.Index == last);
        foreach (var item in _items)
        {
            if (!item.IsDone)
                EndCall(output, item, isCutOff && item.Index == last);
        }
    }

    private void Delta(IBufferWriter<byte> output, OutputItemKind item, OutputPartKind kind, ReadOnlySpan<byte> name, ReadOnlySpan<byte> token)
    {
        if (token.Length <= 2)
            return;
        OpenPart(output, item, kind).Text.Append(token);
        if (isWhole)
            return;
        var json = BeginAtPart(output, name);
        json.WriteRaw("delta"u8, token);
        EndEvent(output, json);
    }

    private OutputItem OpenItem(IBufferWriter<byte> output, OutputItemKind kind)
    {
        if (_open is { } open && open.Kind == kind)
            return open;
        Start(output);
        EndItem(output);
        _open = new OutputItem(kind, (kind == OutputItemKind.Message ? "msg_" : "rs_") + newId(), _items.Count);
        return Add(output, _open);
    }

    private OutputPart OpenPart(IBufferWriter<byte> output, OutputItemKind itemKind, OutputPartKind kind)
    {
        var item = OpenItem(output, itemKind);
        if (_openPart is { } open && open.Kind == kind)
            return open;
        EndPart(output);
        _openPart = item.AddPart(kind);
        if (isWhole)
            return _openPart;
        var json = BeginAtPart(output, kind == OutputPartKind.ReasoningSummary ? "response.reasoning_summary_part.added"u8 : "response.content_part.added"u8);
        json.WritePropertyName("part"u8);
        _openPart.WriteTo(json, isAdded: true);
        EndEvent(output, json);
        return _openPart;
    }

    private void EndPart(IBufferWriter<byte> output)
    {
        if (_openPart is not { } part)
            return;
        if (isWhole)
        {
            _openPart = null;
            return;
        }

        var json = BeginAtPart(output, part.Kind switch
        {
            OutputPartKind.Text => "response.output_text.done"u8,
            OutputPartKind.Refusal => "response.refusal.done"u8,
            OutputPartKind.ReasoningText => "response.reasoning_text.done"u8,
            _ => "response.reasoning_summary_text.done"u8,
        });
        json.WriteRaw(part.Kind == OutputPartKind.Refusal ? "refusal"u8 : "text"u8, part.Text.Token);
        if (part.Kind == OutputPartKind.Text)
            part.WriteLogprobs(json, isAdded: false);
        EndEvent(output, json);

        json = BeginAtPart(output, part.Kind == OutputPartKind.ReasoningSummary ? "response.reasoning_summary_part.done"u8 : "response.content_part.done"u8);
        json.WritePropertyName("part"u8);
        part.WriteTo(json, isAdded: false);
        EndEvent(output, json);
        _openPart = null;
    }

    private OutputItem Add(IBufferWriter<byte> output, OutputItem item)
    {
        _items.Add(item);
        WriteItem(output, "response.output_item.added"u8, item, isAdded: true);
        return item;
    }

    private void WriteItemDone(IBufferWriter<byte> output, OutputItem item, bool isIncomplete)
    {
        item.IsDone = true;
        item.IsIncomplete = isIncomplete;
        WriteItem(output, "response.output_item.done"u8, item, isAdded: false);
    }

    private void WritePayloadDone(IBufferWriter<byte> output, OutputItem call)
    {
        var isFunction = call.Kind == OutputItemKind.FunctionCall;
        var json = BeginAtItem(output, isFunction ? "response.function_call_arguments.done"u8 : "response.custom_tool_call_input.done"u8, call);
        if (isFunction)
            json.WriteString("name"u8, call.Name);
        json.WriteRaw(isFunction ? "arguments"u8 : "input"u8, call.Payload.Token);
        EndEvent(output, json);
    }

    private void WriteItem(IBufferWriter<byte> output, ReadOnlySpan<byte> name, OutputItem item, bool isAdded)
    {
        if (isWhole)
            return;
        var json = Begin(output, name);
        json.WriteNumber("output_index"u8, item.Index);
        json.WritePropertyName("item"u8);
        item.WriteTo(json, isAdded);
        EndEvent(output, json);
    }

    private void WriteResponse(IBufferWriter<byte> output, ReadOnlySpan<byte> name, ResponseStatus status, TokenTotals? usage, ClientError? error)
    {
        if (isWhole)
            return;
        var json = Begin(output, name);
        json.WritePropertyName("response"u8);
        envelope.WriteTo(json, status, _items, usage, error);
        EndEvent(output, json);
    }

    private Utf8JsonWriter BeginAtPart(IBufferWriter<byte> output, ReadOnlySpan<byte> name)
    {
        var json = BeginAtItem(output, name, _open!);
        json.WriteNumber(_openPart!.Kind == OutputPartKind.ReasoningSummary ? "summary_index"u8 : "content_index"u8, _openPart.Index);
        return json;
    }

    private Utf8JsonWriter BeginAtItem(IBufferWriter<byte> output, ReadOnlySpan<byte> name, OutputItem item)
    {
        var json = Begin(output, name);
        json.WriteString("item_id"u8, item.Id);
        json.WriteNumber("output_index"u8, item.Index);
        return json;
    }

    private Utf8JsonWriter Begin(IBufferWriter<byte> output, ReadOnlySpan<byte> name)
    {
        var json = _sse.BeginEvent(output, name);
        json.WriteStartObject();
        json.WriteString("type"u8, name);
        json.WriteNumber("sequence_number"u8, _sequence++);
        return json;
    }

    private void EndEvent(IBufferWriter<byte> output, Utf8JsonWriter json)
    {
        json.WriteEndObject();
        _sse.EndEvent(output);
    }
}
