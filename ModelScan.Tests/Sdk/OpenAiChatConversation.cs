#pragma warning disable OPENAI001 // the SDK calls reasoning efforts experimental
using System.Text;
using OpenAI.Chat;

namespace ModelScan.Tests.Sdk;

/// <summary>OpenAI's client on Chat Completions.</summary>
internal sealed class OpenAiChatConversation : ISdkConversation
{
    private readonly ChatClient _client;
    private readonly List<ChatMessage> _messages;
    private readonly ChatCompletionOptions _options = new();

    public OpenAiChatConversation(ChatClient client, SdkOptions options)
    {
        _client = client;
        _messages = [new SystemChatMessage(options.SystemPrompt)];
        if (options.Tools)
        {
            _options.Tools.Add(ChatTool.CreateFunctionTool(SampleTools.Weather, "The weather", BinaryData.FromString(SampleTools.WeatherSchema)));
            _options.Tools.Add(ChatTool.CreateFunctionTool(SampleTools.Clock));
        }

        if (options.Reasoning)
            _options.ReasoningEffortLevel = ChatReasoningEffortLevel.Low;
        if (options.Schema is { } schema)
            _options.ResponseFormat = ChatResponseFormat.CreateJsonSchemaFormat("answer", BinaryData.FromString(schema), jsonSchemaIsStrict: true);
    }

    public async Task<SdkAnswer> SendAsync(SdkTurn turn)
    {
        Add(turn);
        ChatCompletion completion = await _client.CompleteChatAsync(_messages, _options);
        _messages.Add(new AssistantChatMessage(completion));
        return new SdkAnswer(
            string.Concat(completion.Content.Select(part => part.Text)),
            FinishOf(completion.FinishReason),
            completion.Usage.InputTokenCount,
            completion.Usage.OutputTokenCount,
            [.. completion.ToolCalls.Select(call => new SdkToolCall(call.Id, call.FunctionName, call.FunctionArguments.ToString()))]);
    }

    public async Task<SdkAnswer> StreamAsync(SdkTurn turn, Action<string>? onText = null, CancellationToken cancellationToken = default)
    {
        Add(turn);
        var text = new StringBuilder();
        var calls = new SortedDictionary<int, SdkToolCall>();
        ChatFinishReason? finish = null;
        ChatTokenUsage? usage = null;
        await foreach (var update in _client.CompleteChatStreamingAsync(_messages, _options, cancellationToken))
        {
            finish ??= update.FinishReason;
            usage ??= update.Usage;
            foreach (var piece in update.ContentUpdate.Select(part => part.Text).Where(piece => piece.Length > 0))
            {
                text.Append(piece);
                onText?.Invoke(piece);
            }

            foreach (var call in update.ToolCallUpdates)
            {
                var known = calls.GetValueOrDefault(call.Index) ?? new SdkToolCall(call.ToolCallId, call.FunctionName, "");
                calls[call.Index] = known with { Arguments = known.Arguments + call.FunctionArgumentsUpdate };
            }
        }

        // This client passes over error chunks.
        if (finish is null)
            throw new SdkStreamErrorException("The stream ended without a finish reason.");
        _messages.Add(calls.Count > 0
            ? new AssistantChatMessage(calls.Values.Select(call => ChatToolCall.CreateFunctionToolCall(call.Id, call.Name, BinaryData.FromString(call.Arguments))))
            : new AssistantChatMessage(text.ToString()));
        Assert.NotNull(usage);
        return new SdkAnswer(text.ToString(), FinishOf(finish), usage.InputTokenCount, usage.OutputTokenCount, [.. calls.Values]);
    }

    private void Add(SdkTurn turn)
    {
        if (turn.Results is { } results)
        {
            _messages.AddRange(results.Select(result => new ToolChatMessage(result.CallId, result.Output)));
            return;
        }

        var parts = new List<ChatMessageContentPart> { ChatMessageContentPart.CreateTextPart(turn.Text) };
        if (turn.Png is { } png)
            parts.Add(ChatMessageContentPart.CreateImagePart(BinaryData.FromBytes(png), "image/png"));
        if (turn.ImageAddress is { } address)
            parts.Add(ChatMessageContentPart.CreateImagePart(address));
        _messages.Add(new UserChatMessage(parts));
    }

    private static SdkFinish FinishOf(ChatFinishReason? reason) => reason switch
    {
        ChatFinishReason.Stop => SdkFinish.Complete,
        ChatFinishReason.ToolCalls => SdkFinish.ToolCalls,
        _ => SdkFinish.Other,
    };
}
