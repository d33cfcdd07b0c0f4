namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>Lets a client of OpenAI Responses talk to a model on Amazon Bedrock by its Converse API.</summary>
public sealed partial class ResponsesClientOnConverse : ITranslator
{
    private static readonly ConverseThroughMessages Steps = new(
        new ResponsesClientOnMessages(),
        ["max_output_tokens"],
        new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["metadata.user_id"] = "user",
            ["output_config.effort"] = "reasoning",
            ["output_config.format"] = "text.format",
            ["thinking"] = "reasoning",
            ["tool_choice.disable_parallel_tool_use"] = "parallel_tool_calls",
            ["messages"] = "input",
            ["messages.content"] = "input.content",
            ["messages.content.thinking"] = "input.reasoning",
            ["messages.content.redacted_thinking"] = "input.reasoning",
        });

    public ApiFormat Client => ApiFormat.Responses;

    public ApiFormat Provider => ApiFormat.Converse;

    /// <inheritdoc/>
    public TranslatedExchange Translate(ReadOnlyMemory<byte> body, TranslationContext context) => Steps.Translate(body, context);
}
