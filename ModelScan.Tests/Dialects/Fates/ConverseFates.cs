using static ModelScan.Tests.Dialects.Fates.Wish;

namespace ModelScan.Tests.Dialects.Fates;

/// <summary>What becomes of what is said to Amazon Bedrock's Converse, and of what it answers.</summary>
internal static class ConverseFates
{
    /// <summary>The table.</summary>
    public static FormatFates Table { get; } = new()
    {
        OwnFields = ["guardrailConfig", "performanceConfig", "requestMetadata", "additionalModelRequestFields"],
        Told =
        [
            new(Model, "the path of the address"),
            new(Wish.Stream, "the path of the address"),
            new(Wish.System, "system blocks; in the middle of the conversation: a text of the user's"),
            new(SystemCache, "a cachePoint behind the block", "dropped where the model takes none"),
            new(UserTurn, "messages.role.user", "neighbours become one turn"),
            new(AssistantTurn, "messages.role.assistant", "neighbours become one turn"),
            new(Text, "messages.content.text"),
            new(Image, "image with format and bytes: png, jpeg, gif, webp", "refused where the model takes no images, and as an address"),
            new(Document, "document with format, a name of its own, and bytes or text; office files too", "refused where the model takes no files"),
            new(FileUrl, "", "Bedrock takes no addresses", Fate.Refused),
            new(StoredFile, "", "", Fate.Refused),
            new(Audio, "", "Converse has no sound", Fate.Refused),
            new(SearchResult, "searchResult"),
            new(PartCache, "a cachePoint behind the block, or behind the tool result that it stands in", "dropped where the model takes none"),
            new(Call, "toolUse; ids that occur twice are numbered, odd ones hidden in plain ones, long ones hashed"),
            new(MissingResult, "", "", Fate.Dropped),
            new(Result, "toolResult in front of the next turn"),
            new(FailedResult, "status error"),
            new(AnthropicThought, "reasoningContent with its signature, or redactedContent", "where the model is Claude"),
            new(OpenAiThought, "", "one of the model's own family, sealed by this gateway, goes back unchanged", Fate.Dropped),
            new(Limit, "inferenceConfig.maxTokens", "at most what the model writes; where absent Bedrock's own limit, unless the model thinks"),
            new(Temperature, "inferenceConfig.temperature", "at most 1; dropped where the model refuses it or thinks"),
            new(TopP, "inferenceConfig.topP", "as temperature"),
            new(TopK, "additionalModelRequestFields", "for Claude and Nova; dropped for others"),
            new(Stops, "inferenceConfig.stopSequences", "blank ones are dropped"),
            new(Tools, "toolConfig with toolSpec", "tools of the history are declared where the request has none"),
            new(TextTool, "a toolSpec with one text, input", "a grammar is told in its description"),
            new(StrictTool, "toolSpec.strict", "where the model has structured outputs; dropped elsewhere unless false"),
            new(ToolCache, "a cachePoint behind the tool", "dropped where the model takes none there"),
            new(WebSearch, "", "Bedrock does not search", Fate.Dropped),
            new(Choice, "toolChoice: auto, any or a tool", "none leaves the tools out, and is dropped where the history has calls; allowed_tools leaves the other tools out"),
            new(ParallelCalls, "", "unless true: Converse has no such field", Fate.Dropped),
            new(Effort, "Claude: thinking and output_config in additionalModelRequestFields; Nova and gpt-oss: an effort", "dropped where the model does not think, a call is forced, or calls stand in the history without their thoughts"),
            new(Thinking, "Claude: additionalModelRequestFields.thinking; Nova and gpt-oss: an effort by the budget", "dropped where the model does not think"),
            new(ThinkingDisplay, "additionalModelRequestFields.thinking.display", "for Claude"),
            new(Wish.Format, "outputConfig.textFormat; json_object: a line in the system prompt", "a line in the system prompt where the model has no schemas, and reported"),
            new(Probabilities, "", "Converse tells none", Fate.Refused),
            new(User, "requestMetadata.user_id", "if at most 256 characters of those that Amazon takes; dropped otherwise"),
            new(SafetyIdentifier, "requestMetadata.user_id", "rather than user"),
            new(ServiceTier, "serviceTier: default", "auto is left out, others are dropped"),
            new(AnthropicTier, "serviceTier: default", "for standard_only"),
            new(Store, "", "false is what happens", Fate.Dropped),
        ],
        Answered =
        [
            new("answer.output.message.content.text", Said.Text),
            new("answer.output.message.content.toolUse", Said.Call),
            new("answer.output.message.content.toolUse.type", Said.OwnTool, "calls of type server_tool_use ran at Amazon and are left out"),
            new("answer.output.message.content.reasoningContent", Said.Thought),
            new("answer.output.message.content.reasoningContent.signature", Said.SignedThought),
            new("answer.output.message.content.reasoningContent.redactedContent", Said.HiddenThought),
            new("answer.output.message.content.citationsContent", Said.Citation, "and its text"),
            new("answer.output.message.content.image", Said.Nothing, "as are other blocks that no client's format can hold"),
            new("answer.stopReason", Said.Reason, "malformed_model_output and malformed_tool_use: an error"),
            new("answer.additionalModelResponseFields", Said.StopSequence, "asked for where the request has any and the model is Claude"),
            new("answer.usage", Said.Usage, "estimated where missing"),
            new("answer.metrics", Said.Nothing, "latencyMs"),
            new("answer.trace", Said.Nothing, "of guardrails and prompt routers"),
            new("stream.messageStart", Said.Begin),
            new("stream.contentBlockStart", Said.Call),
            new("stream.contentBlockDelta.text", Said.Text, "copied as it came"),
            new("stream.contentBlockDelta.toolUse", Said.Call, "copied as it came"),
            new("stream.contentBlockDelta.reasoningContent", Said.Thought, "the signature when the thought ends"),
            new("stream.contentBlockDelta.citation", Said.Citation),
            new("stream.messageStop", Said.Reason, "kept until the usage or the end of the stream is there"),
            new("stream.metadata", Said.End, "with the usage"),
            new("stream.exception", Said.Error, "throttlingException is rate_limit_error, serviceUnavailableException overloaded_error, validationException invalid_request_error, others api_error"),
            new("stream.p", Said.Nothing, "padding against eavesdroppers"),
        ],
    };
}
