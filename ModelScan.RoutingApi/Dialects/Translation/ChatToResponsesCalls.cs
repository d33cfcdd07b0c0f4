using System.Buffers;
using System.Text.Json;
using ModelScan.RoutingApi.Dialects.AnthropicMessages;
using ModelScan.RoutingApi.Dialects.OpenAiChat;
using ModelScan.RoutingApi.Dialects.OpenAiResponses;

namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>
/// The tool calls of a chat stream. A call is told in fragments: the first has id and name, the others only the <c>index</c> and a
/// piece of the arguments; fragments of several calls may alternate.
/// </summary>
/// <remarks>
/// Providers differ: id or name come late, or are repeated in every fragment; Ollama gives all calls index 0 and different ids;
/// Gemini gives all calls index 0 and no id, each whole. So a fragment belongs to the last call of its index, unless it names
/// another id, or names a tool again after the arguments were complete. Arguments that come before the name are kept until then.
/// </remarks>
internal sealed class ChatToResponsesCalls(ChatAnswerContext context, ResponsesEventWriter events)
{
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

    /// <summary>Takes an element of <c>tool_calls</c>.</summary>
    public void TakeCall(Utf8JsonReader reader, ReadOnlySpan<byte> data, IBufferWriter<byte> client)
    {
        var index = 0;
        string? id = null;
        byte[] extra = [];
        Utf8JsonReader function = default;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("index"u8))
            {
                reader.Read();
                index = reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var given) ? given : 0;
            }
            else if (reader.ValueTextEquals("id"u8))
            {
                reader.Read();
                id = reader.TokenType == JsonTokenType.String ? JsonText.Read(ref reader) : null;
            }
            else if (reader.ValueTextEquals("extra_content"u8))
            {
                reader.Read();
                extra = ReadExtra(reader, data);
            }
            else if (reader.ValueTextEquals("function"u8))
            {
                reader.Read();
                function = reader;
            }
            else
            {
                reader.Read();
            }

            reader.Skip();
        }

        Take(index, id, extra, function, data, client);
    }

    /// <summary>Takes the older <c>function_call</c>, of which there is one.</summary>
    public void TakeFunction(Utf8JsonReader function, ReadOnlySpan<byte> data, IBufferWriter<byte> client) => Take(-1, null, [], function, data, client);

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

    private void Take(int index, string? id, byte[] extra, Utf8JsonReader function, ReadOnlySpan<byte> data, IBufferWriter<byte> client)
    {
        string? name = null;
        ReadOnlySpan<byte> arguments = default;
        if (function.TokenType == JsonTokenType.StartObject)
        {
            while (function.Read() && function.TokenType == JsonTokenType.PropertyName)
            {
                if (function.ValueTextEquals("name"u8))
                {
                    function.Read();
                    name = function.TokenType == JsonTokenType.String ? JsonText.Read(ref function) : null;
                }
                else if (function.ValueTextEquals("arguments"u8))
                {
                    function.Read();
                    arguments = ReadArguments(function, data);
                }
                else
                {
                    function.Read();
                }

                function.Skip();
            }
        }

        var call = Find(index, id, name);
        if (!string.IsNullOrEmpty(id))
            call.Id = id;
        if (extra.Length > 0)
            call.Extra = extra;
        if (!string.IsNullOrEmpty(name) && call.Item is null)
            call.Name = name;
        if (arguments.Length > 2)
            call.Arguments.Append(arguments);
        if (call.Item is not null)
        {
            if (IsPassedOn(call.Item))
                events.Payload(client, call.Item, arguments);
        }
        else if (call.Name.Length > 0 && call.Id.Length > 0)
        {
            Begin(call, client);
        }
    }

    private static ReadOnlySpan<byte> ReadArguments(Utf8JsonReader reader, ReadOnlySpan<byte> data)
    {
        if (reader.TokenType == JsonTokenType.String)
            return ChatToResponsesStream.Token(in reader, data);
        if (reader.TokenType != JsonTokenType.StartObject)
            return default;

        // Some give the object itself.
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return EscapedText.TokenOf(System.Text.Encoding.UTF8.GetString(data[start..(int)reader.BytesConsumed]));
    }

    private static byte[] ReadExtra(Utf8JsonReader reader, ReadOnlySpan<byte> data)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            return [];
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return CompactJson.Of(data[start..(int)reader.BytesConsumed]);
    }

    private Call Find(int index, string? id, string? name)
    {
        var last = _calls.FindLast(call => call.Index == index);
        if (!string.IsNullOrEmpty(id))
        {
            if (_calls.Find(call => call.Id == id && call.Index == index) is { } known)
                return known;
            if (last is { Id.Length: > 0 })
                last = null;
        }
        else if (last is not null && !string.IsNullOrEmpty(name) && last.Arguments.IsCompleteJson())
        {
            last = null;
        }

        if (last is null)
        {
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
        call.Item = events.BeginCall(client, kind, ChatToolCallId.ForClient(call.Id, call.Extra), name, nameSpace);
        if (IsPassedOn(call.Item) && !call.Arguments.IsEmpty)
            events.Payload(client, call.Item, call.Arguments.Token);
    }
}
