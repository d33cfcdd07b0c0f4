using static ModelScan.RoutingApi.Dialects.Translation.Fate;

namespace ModelScan.RoutingApi.Dialects.Translation;

public sealed partial class ChatClientOnConverse
{
    /// <summary>
    /// What becomes of each field of a Chat request, and of each part of a Converse answer (behind <c>answer.</c>) and of its stream
    /// (behind <c>stream.</c>). What is not listed in a request is dropped and reported; what is not listed in an answer is left out.
    /// </summary>
    public static IReadOnlyList<FieldFate> FieldFates { get; } = ConverseFates.ThroughMessages(ChatClientOnMessages.FieldFates,
    [
        new("model", Mapped, "the path of the address"),
        new("stream", Mapped, "the path of the address"),
        new("messages.content.image_url", Mapped, "image with format and bytes; refused where the model takes no images"),
        new("messages.content.image_url.url", Refused, "an address; data URLs are accepted"),
        new("messages.content.file", Mapped, "document: PDF, text and office files; refused where the model takes no files"),
        new("messages.content.cache_control", Mapped, "as OpenRouter's clients send it: a cachePoint; dropped where the model takes none"),
        new("messages.role.tool", Mapped, "a toolResult in front of the next turn; without a call: text"),
        new("messages.tool_calls", Mapped, "toolUse; ids that occur twice are numbered, odd ones hidden in plain ones, long ones hashed"),
        new("messages.tool_calls.result", Dropped, "a call without a result gets one that says that it was interrupted"),
        new("messages.function_call", Mapped, "toolUse"),
        new("messages.reasoning_details", Mapped, "reasoningContent, if Anthropic signed or encrypted them and the model is Claude; dropped otherwise"),
        new("max_completion_tokens", Mapped, "inferenceConfig.maxTokens; where absent Bedrock's own limit, unless the model thinks"),
        new("max_tokens", Mapped, "where max_completion_tokens is absent"),
        new("stop", Mapped, "inferenceConfig.stopSequences"),
        new("temperature", Mapped, "inferenceConfig, at most 1; dropped where the model refuses it or thinks"),
        new("top_p", Mapped, "inferenceConfig.topP; dropped where the model refuses it or thinks"),
        new("top_k", Mapped, "additionalModelRequestFields, for Claude and Nova; dropped for others"),
        new("tools", Mapped, "toolConfig with toolSpec"),
        new("functions", Mapped, "toolConfig"),
        new("tool_choice", Mapped, "auto, any or a tool; none leaves the tools out, and is dropped where the history has calls; allowed_tools restricts the tools"),
        new("function_call", Mapped, "as tool_choice"),
        new("parallel_tool_calls", Dropped, "unless true: Converse has no such field"),
        new("web_search_options", Dropped, "Bedrock does not search"),
        new("response_format", Mapped, "json_schema: outputConfig.textFormat where the model has structured outputs, elsewhere a line in the system prompt, and dropped; json_object: a line in the system prompt"),
        new("reasoning_effort", Dropped, "mapped where the model thinks, no tool is forced, and earlier calls have their thoughts: a budget, or an effort"),
        new("user", Mapped, "requestMetadata.user_id, if at most 256 characters of those that Amazon takes; dropped otherwise"),
        new("safety_identifier", Mapped, "as user, and rather than it"),
        new("service_tier", Mapped, "default is serviceTier default; auto is left out, others are dropped"),
        new("prompt_cache_key", Dropped, "Bedrock caches what is marked"),
        new("answer.output.message.content.text", Carried, "joined"),
        new("answer.output.message.content.toolUse", Mapped, "tool_calls"),
        new("answer.output.message.content.reasoningContent", Mapped, "reasoning_content, and with its signature in reasoning_details"),
        new("answer.output.message.content.citationsContent", Mapped, "text, and annotations for web pages"),
        new("answer.output.message.content.image", Dropped, "as are other blocks that a completion cannot hold"),
        new("answer.stopReason", Mapped, "end_turn and stop_sequence: stop; max_tokens and model_context_window_exceeded: length; tool_use: tool_calls; guardrail_intervened and content_filtered: content_filter; malformed ones: an error"),
        new("answer.usage", Mapped, "cached tokens are part of prompt_tokens, as OpenAI counts; cache writes in cache_write_tokens; estimated where missing"),
        new("answer.metrics", Dropped, "latencyMs"),
        new("answer.trace", Dropped, "of guardrails and prompt routers"),
        new("stream.messageStart", Mapped, "the chunk with the role, once there is content"),
        new("stream.contentBlockStart", Mapped, "a tool call"),
        new("stream.contentBlockDelta.text", Carried, "copied as it came"),
        new("stream.contentBlockDelta.toolUse", Carried, "arguments, copied as they came"),
        new("stream.contentBlockDelta.reasoningContent", Mapped, "reasoning_content; reasoning_details when the thought ends"),
        new("stream.contentBlockDelta.citation", Mapped, "annotations, of web pages"),
        new("stream.messageStop", Mapped, "finish_reason"),
        new("stream.metadata", Mapped, "usage if the client wants it, and [DONE]"),
        new("stream.exception", Mapped, "an error chunk, no [DONE]"),
    ]);
}
