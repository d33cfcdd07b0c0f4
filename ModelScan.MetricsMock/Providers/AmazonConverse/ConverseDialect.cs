using System.Text.Json;
using System.Text.Json.Nodes;

namespace ModelScan.MetricsMock.Providers.AmazonConverse;

/// <summary>
/// Amazon Bedrock's Converse and ConverseStream (https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html). The model stands in the path, and so
/// does whether the answer is a stream; a stream is of Amazon's binary messages.
/// </summary>
/// <param name="model">The model of the path.</param>
/// <param name="isStream">Whether the path is that of a stream.</param>
internal sealed class ConverseDialect(string model, bool isStream) : IProviderDialect
{
    private const int TextPieceCount = 5;
    private const int ArgumentPieceCount = 3;

    public string RequestIdHeader => "x-amzn-requestid";

    public bool CachesAutomatically => false;

    public string StreamType => "application/vnd.amazon.eventstream";

    /// <summary><c>/model/ID/converse</c> or <c>/model/ID/converse-stream</c>, whatever stands before it; <see langword="null"/> for any other path.</summary>
    public static ConverseDialect? Of(string path) => path.Split('/') switch
    {
        [.., "model", { Length: > 0 } id, "converse"] => new ConverseDialect(Uri.UnescapeDataString(id), isStream: false),
        [.., "model", { Length: > 0 } id, "converse-stream"] => new ConverseDialect(Uri.UnescapeDataString(id), isStream: true),
        _ => null,
    };

    public ProviderRequest Read(JsonElement body, IHeaderDictionary headers) => ConverseRequestReader.Read(body, model, isStream);

    public JsonObject Answer(Exchange exchange) => new()
    {
        ["output"] = new JsonObject { ["message"] = new JsonObject { ["role"] = "assistant", ["content"] = new JsonArray([.. Blocks(exchange)]) } },
        ["stopReason"] = StopReasonName(exchange.Answer),
        ["usage"] = Usage(exchange.Usage),
        ["metrics"] = new JsonObject { ["latencyMs"] = 1 },
    };

    // messageStart; per block: contentBlockStart (of calls alone), deltas, contentBlockStop; messageStop; metadata.
    public IEnumerable<StreamEvent> Stream(Exchange exchange)
    {
        yield return StreamEvent.Of("messageStart", new JsonObject { ["role"] = "assistant" });
        var index = 0;
        foreach (var block in Blocks(exchange))
        {
            if (block["toolUse"] is { } call)
                yield return At(index, "contentBlockStart", "start", new JsonObject { ["toolUse"] = new JsonObject { ["toolUseId"] = call["toolUseId"]!.DeepClone(), ["name"] = call["name"]!.DeepClone() } });
            foreach (var delta in Deltas(block))
                yield return At(index, "contentBlockDelta", "delta", delta);
            yield return StreamEvent.Of("contentBlockStop", new JsonObject { ["contentBlockIndex"] = index++ });
        }

        yield return StreamEvent.Of("messageStop", new JsonObject { ["stopReason"] = StopReasonName(exchange.Answer) });
        yield return StreamEvent.Of("metadata", new JsonObject { ["usage"] = Usage(exchange.Usage), ["metrics"] = new JsonObject { ["latencyMs"] = 1 } });
    }

    // {"message": "…"}, its kind in a header.
    public (int Status, JsonObject Body) Error(ProviderError error, string requestId) => (error.Status ?? KindOf(error).Status, new JsonObject { ["message"] = error.Message });

    public (string Name, string Value)? ErrorHeader(ProviderError error) => ("x-amzn-ErrorType", KindOf(error).Name);

    public StreamEvent ErrorEvent(ProviderError error, string requestId, int position)
    {
        var name = KindOf(error).Name;
        return StreamEvent.Of(char.ToLowerInvariant(name[0]) + name[1..], new JsonObject { ["message"] = error.Message });
    }

    public byte[] Encode(StreamEvent streamEvent) => EventStreamMessage.Of(streamEvent.Name!, streamEvent.Data);

    // https://docs.aws.amazon.com/bedrock/latest/userguide/troubleshooting-api-error-codes.html
    private static (int Status, string Name) KindOf(ProviderError error) => error.Kind switch
    {
        ProviderErrorKind.InvalidRequest => (400, "ValidationException"),
        ProviderErrorKind.Unauthorized => (403, "AccessDeniedException"),
        ProviderErrorKind.UnknownModel => (404, "ResourceNotFoundException"),
        ProviderErrorKind.TooLarge => (413, "ValidationException"),
        ProviderErrorKind.RateLimited => (429, "ThrottlingException"),
        ProviderErrorKind.Overloaded => (503, "ServiceUnavailableException"),
        _ => (500, "InternalServerException"),
    };

    private static StreamEvent At(int index, string name, string member, JsonObject content) => StreamEvent.Of(name, new JsonObject { ["contentBlockIndex"] = index, [member] = content });

    private static IEnumerable<JsonObject> Blocks(Exchange exchange)
    {
        var answer = exchange.Answer;
        if (answer.Reasoning is { } reasoning)
            yield return new JsonObject { ["reasoningContent"] = new JsonObject { ["reasoningText"] = new JsonObject { ["text"] = reasoning, ["signature"] = exchange.Id("sig", 40) } } };
        if (!string.IsNullOrEmpty(answer.Text))
            yield return new JsonObject { ["text"] = answer.Text };
        for (var index = 0; index < answer.ToolCalls.Count; index++)
        {
            yield return new JsonObject
            {
                ["toolUse"] = new JsonObject { ["toolUseId"] = exchange.Id("tooluse_", 22, index), ["name"] = answer.ToolCalls[index].Name, ["input"] = JsonNode.Parse(answer.ToolCalls[index].Arguments) },
            };
        }
    }

    private static IEnumerable<JsonObject> Deltas(JsonObject block)
    {
        if (block["text"] is { } text)
        {
            foreach (var piece in TextPieces.Cut(text.GetValue<string>(), TextPieceCount))
                yield return new JsonObject { ["text"] = piece };
        }
        else if (block["toolUse"] is { } call)
        {
            foreach (var piece in TextPieces.Cut(call["input"]!.ToWire(), ArgumentPieceCount))
                yield return new JsonObject { ["toolUse"] = new JsonObject { ["input"] = piece } };
        }
        else
        {
            var thought = block["reasoningContent"]!["reasoningText"]!;
            foreach (var piece in TextPieces.Cut(thought["text"]!.GetValue<string>(), ArgumentPieceCount))
                yield return new JsonObject { ["reasoningContent"] = new JsonObject { ["text"] = piece } };
            yield return new JsonObject { ["reasoningContent"] = new JsonObject { ["signature"] = thought["signature"]!.DeepClone() } };
        }
    }

    // As Anthropic, Amazon counts cached input beside the rest.
    private static JsonObject Usage(TokenUsage usage) => new()
    {
        ["inputTokens"] = usage.Input - usage.CacheRead - usage.CacheWrite,
        ["outputTokens"] = usage.Output,
        ["totalTokens"] = usage.Input + usage.Output,
        ["cacheReadInputTokens"] = usage.CacheRead,
        ["cacheWriteInputTokens"] = usage.CacheWrite,
    };

    private static string StopReasonName(ProviderAnswer answer) => answer.StopReason switch
    {
        StopReason.MaxTokens => "max_tokens",
        StopReason.StopSequence => "stop_sequence",
        StopReason.ToolUse => "tool_use",
        _ => "end_turn",
    };
}
