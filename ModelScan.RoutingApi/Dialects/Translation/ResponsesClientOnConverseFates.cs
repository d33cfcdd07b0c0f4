using static ModelScan.RoutingApi.Dialects.Translation.Fate;

namespace ModelScan.RoutingApi.Dialects.Translation;

public sealed partial class ResponsesClientOnConverse
{
    /// <summary>
    /// What becomes of each field of a Responses request, and of each part of a Converse answer (behind <c>answer.</c>) and of its stream
    /// (behind <c>stream.</c>). What is not listed in a request is dropped and reported; what is not listed in an answer is left out.
    /// </summary>
    public static IReadOnlyList<FieldFate> FieldFates { get; } = ConverseFates.ThroughMessages(ResponsesClientOnMessages.FieldFates,
    [
        new("model", Mapped, "the path of the address"),
        new("stream", Mapped, "the path of the address"),
        new("input.content.input_image", Mapped, "image with format and bytes"),
        new("input.content.image_url", Refused, "an address; data URLs are accepted"),
        new("input.content.input_file", Mapped, "document: PDF, text and office files"),
        new("input.content.file_url", Refused, "Bedrock takes no addresses"),
        new("input.function_call", Mapped, "toolUse; arguments that are no object become {\"_raw_arguments\": …}"),
        new("input.function_call_output", Mapped, "toolResult in front of the next turn; text, where its call is gone"),
        new("input.custom_tool_call", Mapped, "toolUse with {\"input\": …}"),
        new("input.custom_tool_call_output", Mapped, "toolResult"),
        new("input.reasoning", Dropped, "unless it is a thought of the model's own family, sealed by this gateway, which is given back unchanged"),
        new("tools.function", Mapped, "toolSpec"),
        new("tools.web_search", Dropped, "Bedrock does not search"),
        new("tool_choice", Mapped, "auto, any or a tool; none leaves the tools out, and is dropped where the history has calls; allowed_tools leaves the other tools out"),
        new("parallel_tool_calls", Dropped, "unless true: Converse has no such field"),
        new("max_output_tokens", Mapped, "inferenceConfig.maxTokens, at most what the model writes; without it Bedrock's own limit, unless the model thinks"),
        new("temperature", Mapped, "inferenceConfig, at most 1; dropped where the model thinks or does not sample"),
        new("top_p", Mapped, "as temperature"),
        new("reasoning", Mapped, "a budget or an effort, as the model takes it; dropped where the model does not think, a call is forced, or calls stand in the history without their thoughts"),
        new("text.format", Mapped, "json_schema: outputConfig.textFormat where the model has structured outputs; elsewhere a line in the system prompt, and dropped"),
        new("user", Mapped, "requestMetadata.user_id, if at most 256 characters of those that Amazon takes; dropped otherwise"),
        new("safety_identifier", Mapped, "as user, and rather than it"),
        new("service_tier", Mapped, "default is serviceTier default; others are dropped"),
        new("answer.output.message.content.text", Mapped, "a message with output_text"),
        new("answer.output.message.content.toolUse", Mapped, "function_call or custom_tool_call"),
        new("answer.output.message.content.reasoningContent", Mapped, "reasoning: the text as summary, all of it sealed in encrypted_content"),
        new("answer.output.message.content.citationsContent", Mapped, "output_text; url_citation for web pages"),
        new("answer.output.message.content.image", Dropped, "as are other blocks that a response cannot hold"),
        new("answer.stopReason", Mapped, "max_tokens and model_context_window_exceeded: incomplete by max_output_tokens; guardrail_intervened and content_filtered: incomplete by content_filter; malformed ones: an error; others: completed"),
        new("answer.usage", Mapped, "with cache reads and writes, which are told apart in input_tokens_details; estimated where missing"),
        new("answer.metrics", Dropped, "latencyMs"),
        new("answer.trace", Dropped, "of guardrails and prompt routers"),
        new("stream.messageStart", Mapped, "response.created and response.in_progress"),
        new("stream.contentBlockDelta", Mapped, "the events of the item that it belongs to"),
        new("stream.messageStop", Mapped, "kept until the usage or the end of the stream is there"),
        new("stream.metadata", Mapped, "response.completed or response.incomplete"),
        new("stream.exception", Mapped, "error and response.failed; the codes are those that Codex knows"),
    ]);
}
