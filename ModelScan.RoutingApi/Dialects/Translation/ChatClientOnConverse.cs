namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>Lets a client of Chat Completions talk to a model on Amazon Bedrock by its Converse API.</summary>
public sealed partial class ChatClientOnConverse : ITranslator
{
    private static readonly ConverseThroughMessages Steps = new(
        new ChatClientOnMessages(),
        ["max_tokens", "max_completion_tokens"],
        new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["metadata.user_id"] = "user",
            ["output_config.effort"] = "reasoning_effort",
            ["output_config.format"] = "response_format",
            ["thinking"] = "reasoning_effort",
            ["stop_sequences"] = "stop",
            ["tool_choice.disable_parallel_tool_use"] = "parallel_tool_calls",
            ["system.cache_control"] = "messages.content.cache_control",
            ["messages.content.cache_control"] = "messages.content.cache_control",
            ["messages.content.thinking"] = "messages.reasoning_details",
            ["messages.content.redacted_thinking"] = "messages.reasoning_details",
        });

    public ApiFormat Client => ApiFormat.ChatCompletions;

    public ApiFormat Provider => ApiFormat.Converse;

    /// <inheritdoc/>
    public TranslatedExchange Translate(ReadOnlyMemory<byte> body, TranslationContext context) => Steps.Translate(body, context);
}
