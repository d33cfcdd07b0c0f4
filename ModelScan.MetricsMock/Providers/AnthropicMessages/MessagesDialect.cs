using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ModelScan.MetricsMock.Providers.AnthropicMessages;

/// <summary>Anthropic Messages (https://docs.anthropic.com/en/api/messages).</summary>
internal sealed class MessagesDialect : IProviderDialect
{
    private const int TextPieceCount = 5;
    private const int ArgumentPieceCount = 3;

    /// <summary>Whether the request is for a token count, which has no <c>max_tokens</c>.</summary>
    public bool OnlyCounts { get; init; }

    public string RequestIdHeader => "request-id";

    public bool CachesAutomatically => false;

    public ProviderRequest Read(JsonElement body, IHeaderDictionary headers) => MessagesRequestReader.Read(body, headers, OnlyCounts);

    public JsonObject Answer(Exchange exchange)
    {
        var message = Message(exchange, Usage(exchange.Usage, exchange.Usage.Output));
        message["content"] = new JsonArray([.. Blocks(exchange)]);
        message["stop_reason"] = StopReasonName(exchange.Answer);
        message["stop_sequence"] = exchange.Answer.StopSequence;
        return message;
    }

    // message_start; per block: content_block_start, deltas, content_block_stop (one ping after the first start); message_delta; message_stop.
    public IEnumerable<StreamEvent> Stream(Exchange exchange)
    {
        yield return Event("message_start", new JsonObject { ["message"] = Message(exchange, Usage(exchange.Usage, 1)) });
        var blocks = Blocks(exchange).ToList();
        for (var index = 0; index < blocks.Count; index++)
        {
            var block = blocks[index];
            yield return Event("content_block_start", new JsonObject { ["index"] = index, ["content_block"] = Emptied(block) });
            if (index == 0)
                yield return Event("ping", []);
            foreach (var delta in Deltas(block))
                yield return Event("content_block_delta", new JsonObject { ["index"] = index, ["delta"] = delta });
            yield return Event("content_block_stop", new JsonObject { ["index"] = index });
        }

        if (blocks.Count == 0)
            yield return Event("ping", []);
        yield return Event("message_delta", new JsonObject
        {
            ["delta"] = new JsonObject { ["stop_reason"] = StopReasonName(exchange.Answer), ["stop_sequence"] = exchange.Answer.StopSequence },
            ["usage"] = Usage(exchange.Usage, exchange.Usage.Output),
        });
        yield return Event("message_stop", []);
    }

    // {"type": "error", "error": {"type": "not_found_error", "message": "…"}, "request_id": "req_…"}
    public (int Status, JsonObject Body) Error(ProviderError error, string requestId)
    {
        var (status, type) = error.Kind switch
        {
            ProviderErrorKind.InvalidRequest => (400, "invalid_request_error"),
            ProviderErrorKind.Unauthorized => (401, "authentication_error"),
            ProviderErrorKind.UnknownModel => (404, "not_found_error"),
            ProviderErrorKind.TooLarge => (413, "request_too_large"),
            ProviderErrorKind.RateLimited => (429, "rate_limit_error"),
            ProviderErrorKind.Overloaded => (529, "overloaded_error"),
            _ => (500, "api_error"),
        };
        return (error.Status ?? status, new JsonObject
        {
            ["type"] = "error",
            ["error"] = new JsonObject { ["type"] = type, ["message"] = error.Message },
            ["request_id"] = requestId,
        });
    }

    public StreamEvent ErrorEvent(ProviderError error, string requestId, int position) => StreamEvent.Of("error", Error(error, requestId).Body);

    private static StreamEvent Event(string type, JsonObject content)
    {
        content.Insert(0, "type", type);
        return StreamEvent.Of(type, content);
    }

    private static JsonObject Message(Exchange exchange, JsonObject usage) => new()
    {
        ["id"] = exchange.Id("msg_01", 22),
        ["type"] = "message",
        ["role"] = "assistant",
        ["model"] = exchange.Request.Model,
        ["content"] = new JsonArray(),
        ["stop_reason"] = null,
        ["stop_sequence"] = null,
        ["usage"] = usage,
    };

    private static IEnumerable<JsonNode> Blocks(Exchange exchange)
    {
        var answer = exchange.Answer;
        if (answer.Reasoning is { } reasoning)
        {
            // The signature stands for the whole thought, also where its text is not shown.
            var shown = !MessagesRequestReader.OmitsThinking(exchange.Body);
            yield return new JsonObject { ["type"] = "thinking", ["thinking"] = shown ? reasoning : "", ["signature"] = Sign(reasoning) };
        }

        if (!string.IsNullOrEmpty(answer.Text))
            yield return new JsonObject { ["type"] = "text", ["text"] = answer.Text };
        for (var index = 0; index < answer.ToolCalls.Count; index++)
        {
            yield return new JsonObject
            {
                ["type"] = "tool_use",
                ["id"] = exchange.Id("toolu_01", 22, index),
                ["name"] = answer.ToolCalls[index].Name,
                ["input"] = JsonNode.Parse(answer.ToolCalls[index].Arguments),
                ["caller"] = new JsonObject { ["type"] = "direct" },
            };
        }
    }

    private static JsonObject Emptied(JsonNode block)
    {
        var empty = (JsonObject)block.DeepClone();
        foreach (var text in (ReadOnlySpan<string>)["thinking", "signature", "text"])
        {
            if (empty.ContainsKey(text))
                empty[text] = "";
        }

        if (empty.ContainsKey("input"))
            empty["input"] = new JsonObject();
        return empty;
    }

    private static IEnumerable<JsonObject> Deltas(JsonNode block)
    {
        switch (block["type"]!.GetValue<string>())
        {
            case "thinking":
                foreach (var piece in TextPieces.Cut(block["thinking"]!.GetValue<string>(), ArgumentPieceCount))
                    yield return new JsonObject { ["type"] = "thinking_delta", ["thinking"] = piece };
                yield return new JsonObject { ["type"] = "signature_delta", ["signature"] = block["signature"]!.DeepClone() };
                break;
            case "text":
                foreach (var piece in TextPieces.Cut(block["text"]!.GetValue<string>(), TextPieceCount))
                    yield return new JsonObject { ["type"] = "text_delta", ["text"] = piece };
                break;
            default:
                yield return new JsonObject { ["type"] = "input_json_delta", ["partial_json"] = "" };
                foreach (var piece in TextPieces.Cut(block["input"]!.ToWire(), ArgumentPieceCount))
                    yield return new JsonObject { ["type"] = "input_json_delta", ["partial_json"] = piece };
                break;
        }
    }

    // Anthropic counts cached input beside, not inside, input_tokens.
    private static JsonObject Usage(TokenUsage usage, int output) => new()
    {
        ["input_tokens"] = usage.Input - usage.CacheRead - usage.CacheWrite,
        ["cache_creation_input_tokens"] = usage.CacheWrite,
        ["cache_read_input_tokens"] = usage.CacheRead,
        ["cache_creation"] = new JsonObject { ["ephemeral_5m_input_tokens"] = usage.CacheWrite, ["ephemeral_1h_input_tokens"] = 0 },
        ["output_tokens"] = output,
        ["service_tier"] = "standard",
    };

    private static string Sign(string reasoning) => Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(reasoning)));

    private static string StopReasonName(ProviderAnswer answer) => answer.StopReason switch
    {
        StopReason.MaxTokens => "max_tokens",
        StopReason.StopSequence => "stop_sequence",
        StopReason.ToolUse => "tool_use",
        _ => "end_turn",
    };
}
