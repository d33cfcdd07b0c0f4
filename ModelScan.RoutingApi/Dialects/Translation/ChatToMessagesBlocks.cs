using System.Buffers;
using ModelScan.RoutingApi.Dialects.AnthropicMessages;
using ModelScan.RoutingApi.Dialects.OpenAiChat;

namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>
/// Brings what a chat stream says about several things at once into blocks, of which only one is open at a time.
/// </summary>
/// <remarks>
/// What belongs to the open block goes out at once. Something else closes it and opens the next block, unless the open block is a tool
/// call whose input is not complete yet: then it waits, in the order in which it came, until the input is complete or the stream ends.
/// </remarks>
internal sealed class ChatToMessagesBlocks(MessagesEventWriter events, TranslationContext context, ChatToolNames toolNames)
{
    private const long MaxWaitingBytes = 64 << 20;

    // Either a call, or a text (which may be a thought).
    private sealed record Waiting(StreamedToolCall? Call, EscapedText Text, bool IsThought);

    private readonly List<Waiting> _waiting = [];
    private readonly ReasoningState _reasoning = new();
    private StreamedToolCall? _open;
    private long _waitingBytes;

    /// <summary>What is wrong with the tool calls, if something is.</summary>
    public string? Problem { get; private set; }

    private bool CanSwitch => _waiting.Count == 0 && !events.IsToolInputOpen;

    public void Text(IBufferWriter<byte> output, ReadOnlySpan<byte> token)
    {
        if (token.Length <= 2)
            return;
        if (!CanSwitch)
        {
            Wait(token, isThought: false);
            return;
        }

        CloseThought(output);
        events.Text(output, token);
    }

    public void Thought(IBufferWriter<byte> output, ReadOnlySpan<byte> token)
    {
        if (token.Length <= 2)
            return;
        if (CanSwitch)
            events.Thinking(output, token);
        else
            Wait(token, isThought: true);
    }

    /// <summary>Takes in what the provider wants back with its thoughts.</summary>
    public void ThoughtDetails(ReadOnlySpan<byte> details) => _reasoning.Add(details);

    public void Citation(IBufferWriter<byte> output, ReadOnlySpan<byte> citation)
    {
        if (!CanSwitch)
            return;
        CloseThought(output);
        events.Citation(output, citation);
    }

    /// <summary>Takes in a piece of a call.</summary>
    public void ToolCall(IBufferWriter<byte> output, StreamedToolCall call, ReadOnlySpan<byte> arguments)
    {
        if (call == _open)
        {
            events.ToolInput(output, arguments);
        }
        else if (call.IsOpened)
        {
            if (!IsBlank(arguments))
                Problem = "the provider sent more of a tool call that was complete";
        }
        else
        {
            if (arguments.Length > 2)
            {
                call.Pending.Append(arguments);
                Count(arguments.Length);
            }

            if (!call.IsWaiting)
            {
                call.IsWaiting = true;
                _waiting.Add(new Waiting(call, call.Pending, IsThought: false));
            }
        }

        WriteWaiting(output, isEnd: false);
    }

    /// <summary>Whether nothing more of a call's arguments can come.</summary>
    public bool IsWhole(StreamedToolCall call) => call == _open ? !events.IsToolInputOpen : call.IsOpened || call.Pending.IsCompleteJson();

    /// <summary>Writes everything that still waits: the stream has ended.</summary>
    public void End(IBufferWriter<byte> output)
    {
        WriteWaiting(output, isEnd: true);
        CloseThought(output);
    }

    // With the signature that says whose thought it is. What the provider wants back without having shown a thought becomes one without text.
    private void CloseThought(IBufferWriter<byte> output)
    {
        if (events.IsThinkingOpen || (!events.HasContent && _reasoning.HasState))
            events.Signature(output, EscapedText.TokenOf(SealedReasoning.Seal(Family, _reasoning.Take())));
    }

    private string Family => context.Capabilities.ReasoningFamily ?? AssistantTurn.DefaultFamily;

    private void Wait(ReadOnlySpan<byte> token, bool isThought)
    {
        if (_waiting.Count == 0 || _waiting[^1].Call is not null || _waiting[^1].IsThought != isThought)
            _waiting.Add(new Waiting(null, new EscapedText(), isThought));
        _waiting[^1].Text.Append(token);
        Count(token.Length);
    }

    private void Count(int bytes)
    {
        _waitingBytes += bytes;
        if (_waitingBytes > MaxWaitingBytes)
            throw new ProviderAnswerException("the provider's tool calls are interleaved over too many bytes");
    }

    private void WriteWaiting(IBufferWriter<byte> output, bool isEnd)
    {
        while (_waiting.Count > 0 && (isEnd || !events.IsToolInputOpen))
        {
            var next = _waiting[0];
            if (next.Call is { Name.Length: 0 })
            {
                if (!isEnd)
                    return;
                Problem = "the provider sent a tool call without a name";
            }

            _waiting.RemoveAt(0);
            if (next.Call is { } call)
                Open(output, call);
            else
                WriteText(output, next);
        }
    }

    private void WriteText(IBufferWriter<byte> output, Waiting waiting)
    {
        if (waiting.IsThought)
        {
            events.Thinking(output, waiting.Text.Token);
        }
        else
        {
            CloseThought(output);
            events.Text(output, waiting.Text.Token);
        }
    }

    private void Open(IBufferWriter<byte> output, StreamedToolCall call)
    {
        (call.IsOpened, call.IsWaiting) = (true, false);
        CloseThought(output);
        var id = call.Id.Length > 0 ? call.Id : $"toolu_{context.NewId()}";
        events.OpenToolUse(output, ChatToolCallId.ForClient(id, call.Extra), toolNames.ForClient(call.Name));
        _open = call;
        events.ToolInput(output, call.Pending.Token);
        _waitingBytes -= call.Pending.Token.Length - 2;
        call.Pending.Clear();
    }

    private static bool IsBlank(ReadOnlySpan<byte> token) => token.Length <= 2 || string.IsNullOrWhiteSpace(EscapedText.Decode(token));
}
