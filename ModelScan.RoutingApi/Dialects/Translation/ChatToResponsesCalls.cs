using System.Buffers;
using ModelScan.RoutingApi.Dialects.AnthropicMessages;
using ModelScan.RoutingApi.Dialects.OpenAiResponses;

namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>
/// The tool calls of a chat stream. A call is told in fragments: the first has id and name, the others only the <c>index</c> and a
/// piece of the arguments; fragments of several calls may alternate.
/// </summary>
/// <remarks>
/// Providers differ, as <see cref="ToolCallSlots"/> tells, and the same rules hold here. Arguments that come before the name are kept
/// until then.
/// </remarks>
internal sealed class ChatToResponsesCalls(ChatAnswerContext context, ResponsesEventWriter events)
{
    private const int MaxCalls = 4096;
    private const int Unnumbered = -1;
    private const int LegacySlot = -2;

    private readonly List<Call> _calls = [];

    private sealed class Call(int index)
    {
        public int Index { get; } = index;

        public string Id { get; set; } = "";

        public string Name { get; set; } = "";

        /// <summary>JSON of what the provider wants back with the call.</summary>
        public byte[] Extra { get; set; } = [];

        /// <summary>All arguments so far.</summary>
        public EscapedText Arguments { get; } = new();

        /// <summary>The item, once the call was begun.</summary>
        public OutputItem? Item { get; set; }
    }

    /// <summary>Takes a piece of a call; what has no number is of the last.</summary>
    public void Take(ChatToolDelta delta, IBufferWriter<byte> client) => Take(delta.Index, delta, client);

    /// <summary>Takes a piece of the older <c>function_call</c>, of which there is one.</summary>
    public void TakeLegacy(ChatToolDelta delta, IBufferWriter<byte> client) => Take(LegacySlot, delta, client);

    /// <summary>Ends all calls; one that never got a name is none.</summary>
    public void End(IBufferWriter<byte> client, bool isCutOff)
    {
        foreach (var call in _calls)
        {
            if (call.Name.Length == 0)
                continue;
            Begin(call, client);
            if (IsPassedOn(call.Item!) && call.Arguments.IsEmpty && !isCutOff)
                events.Payload(client, call.Item!, "\"{}\""u8);
            else if (IsPassedOn(call.Item!))
                continue;
            else if (call.Item!.Kind == OutputItemKind.CustomToolCall)
                events.Payload(client, call.Item, call.Arguments.IsEmpty ? "\"\""u8 : CustomToolInput.FromArguments(call.Arguments));
            else
                events.Payload(client, call.Item, EscapedText.TokenOf(call.Arguments.IsEmpty ? "{}" : JsonRepair.ObjectOf(call.Arguments.ToString())));
        }
    }

    private void Take(int index, ChatToolDelta delta, IBufferWriter<byte> client)
    {
        var id = Text(delta.Id);
        var name = Text(delta.Name);
        var call = Find(index, id, name, bringsArguments: delta.Arguments.Length > 2);
        if (call.Id.Length == 0)
            call.Id = id;
        if (!delta.Extra.IsEmpty && delta.Extra[0] == '{')
            call.Extra = CompactJson.Of(delta.Extra);
        if (name.Length > 0 && call.Item is null)
            call.Name = name;
        if (delta.Arguments.Length > 2)
            call.Arguments.Append(delta.Arguments);
        if (call.Item is not null)
        {
            if (IsPassedOn(call.Item))
                events.Payload(client, call.Item, delta.Arguments);
        }
        else if (call.Name.Length > 0 && call.Id.Length > 0)
        {
            Begin(call, client);
        }
    }

    private static string Text(ReadOnlySpan<byte> token) => token.IsEmpty ? "" : EscapedText.Decode(token);

    private Call Find(int index, string id, string name, bool bringsArguments)
    {
        var last = index == Unnumbered ? _calls.LastOrDefault() : _calls.FindLast(call => call.Index == index);
        if (last is not null && id.Length > 0 && last.Id.Length > 0 && last.Id != id)
            last = _calls.FindLast(call => call.Id == id) ?? (name.Length > 0 ? null : last);
        else if (id.Length == 0 && name.Length > 0 && last is { Name.Length: > 0 } && (last.Name != name || (bringsArguments && last.Arguments.IsCompleteJson())))
            last = null;
        if (last is null)
        {
            if (_calls.Count == MaxCalls)
                throw new ProviderAnswerException($"the provider sent more than {MaxCalls} tool calls");
            last = new Call(index);
            _calls.Add(last);
        }

        return last;
    }

    // A custom tool's text stands inside the JSON, and what is to be repaired has to be whole: both are told at the end.
    private bool IsPassedOn(OutputItem item) => item.Kind == OutputItemKind.FunctionCall && !context.RepairsArguments;

    private void Begin(Call call, IBufferWriter<byte> client)
    {
        if (call.Item is not null)
            return;
        if (call.Id.Length == 0)
            call.Id = "call_" + context.NewId();
        var (kind, name, nameSpace) = context.Tool(call.Name);
        call.Item = events.BeginCall(client, kind, ChatAnswerContext.CallId(call.Id, call.Extra), name, nameSpace);
        if (IsPassedOn(call.Item) && !call.Arguments.IsEmpty)
            events.Payload(client, call.Item, call.Arguments.Token);
    }
}
