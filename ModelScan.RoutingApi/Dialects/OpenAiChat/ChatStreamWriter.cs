using ModelScan.RoutingApi.Dialects.Canonical;

namespace ModelScan.RoutingApi.Dialects.OpenAiChat;

/// <summary>Writes an answer as the chunks of a stream.</summary>
/// <remarks>
/// <code>
/// Begin                    nothing: until there is something to say the request can go to another provider
/// first part               the chunk with the role
/// text, refusal, thought   content, refusal, reasoning_content
/// state of a thought       reasoning_details
/// call                     the next index of tool_calls
/// End                      finish_reason, usage if the client wants it, [DONE]; or the error and no [DONE]
/// </code>
/// </remarks>
internal sealed class ChatStreamWriter(AnswerContext context) : AnswerWriter
{
    private readonly PartList<Call> _calls = new();
    private ChatChunkWriter? _chunks;
    private readonly ChatTexts _texts = new(context.HasBlocks);
    private int _details;
    private long _bytes;

    private sealed class Call(int index)
    {
        public int Index { get; } = index;

        public bool HasArguments { get; set; }
    }

    public override bool IsComplete => _chunks is { IsComplete: true };

    public override ClientError? Error => _chunks?.Error;

    protected override void TakeNext(scoped ref readonly AnswerEvent next)
    {
        switch (next.Kind)
        {
            case AnswerEventKind.Delta:
                Add(in next);
                break;
            case AnswerEventKind.PartBegin:
                BeginPart(in next);
                break;
            case AnswerEventKind.Citation:
                _texts.Cite(next.Citation!);
                break;
            case AnswerEventKind.ThoughtState:
                if (ThoughtDetail.Of(in next, _texts.Thought, _details) is { Length: > 0 } detail)
                {
                    Started().Item(Output, "reasoning_details"u8, detail);
                    _details++;
                }

                break;
            case AnswerEventKind.PartEnd:
                EndPart(in next);
                break;
            case AnswerEventKind.End:
                Finish(next.End!);
                break;
        }
    }

    public override void Dispose()
    {
        _chunks?.Dispose();
        _texts.Dispose();
    }

    private void BeginPart(scoped ref readonly AnswerEvent next)
    {
        var chunks = Started();
        if (next.PartKind is PartKind.Call or PartKind.TextCall)
        {
            var id = next.Id ?? $"call_{context.NewId()}";
            var name = context.Tool(next.Name!).Name;
            _calls.Add(next.Part, new Call(next.PartKind == PartKind.Call ? chunks.OpenToolCall(Output, id, name) : chunks.OpenCustomToolCall(Output, id, name)));
            return;
        }

        _texts.BeginPart(next.PartKind, next.IsParagraph);
    }

    private void Add(scoped ref readonly AnswerEvent next)
    {
        var chunks = Started();
        _bytes += next.Token.Length;
        if (next.PartKind is PartKind.Call or PartKind.TextCall)
        {
            AddArguments(chunks, in next);
            return;
        }

        if (_texts.Add(next.PartKind, next.Token))
            Say(chunks, next.PartKind, ChatTexts.ParagraphBreak, default);
        Say(chunks, next.PartKind, next.Token, next.Json);
    }

    private void Say(ChatChunkWriter chunks, PartKind kind, ReadOnlySpan<byte> token, ReadOnlySpan<byte> logprobs)
    {
        if (kind == PartKind.Text)
            chunks.Text(Output, token, logprobs.IsEmpty ? default : [(byte)'[', .. logprobs, (byte)']']);
        else if (kind == PartKind.Refusal)
            chunks.Refusal(Output, token);
        else
            chunks.Reasoning(Output, token);
    }

    private void AddArguments(ChatChunkWriter chunks, scoped ref readonly AnswerEvent next)
    {
        if (_calls.Find(next.Part) is not { } call)
            return;
        if (next.PartKind == PartKind.Call)
            chunks.Arguments(Output, call.Index, next.Token);
        else
            chunks.CustomInput(Output, call.Index, next.Token);
        call.HasArguments = true;
    }

    private void EndPart(scoped ref readonly AnswerEvent next)
    {
        switch (next.PartKind)
        {
            case PartKind.Text:
                foreach (var (citation, range) in _texts.TakeCitations())
                    Started().Item(Output, "annotations"u8, ChatAnnotation.ToJson(citation, range, isNested: true));
                break;
            case PartKind.Call when _calls.Find(next.Part) is { HasArguments: false } call:
                Started().Arguments(Output, call.Index, "\"{}\""u8);
                break;
        }
    }

    private void Finish(AnswerEnd end)
    {
        if (end.Error is { } error)
        {
            Chunks().Fail(Output, error);
            return;
        }

        var chunks = Started();
        chunks.Finish(Output, ChatFinishReason.Write(end.Outcome, _calls.Count > 0), context.WantsUsage ? end.Usage ?? context.EstimateUsage(_bytes) : null);
    }

    private ChatChunkWriter Chunks() => _chunks ??= new ChatChunkWriter(context.Model, context.CreatedAt(Created));

    private ChatChunkWriter Started()
    {
        var chunks = Chunks();
        if (!chunks.HasStarted)
            chunks.Start(Output, context.IdOf("chatcmpl-", Id));
        return chunks;
    }
}
