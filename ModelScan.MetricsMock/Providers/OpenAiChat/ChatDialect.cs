using System.Text.Json;
using System.Text.Json.Nodes;

namespace ModelScan.MetricsMock.Providers.OpenAiChat;

/// <summary>OpenAI Chat Completions (https://platform.openai.com/docs/api-reference/chat).</summary>
internal sealed class ChatDialect : IProviderDialect
{
    private const int TextPieceCount = 5;
    private const int ArgumentPieceCount = 3;

    public string RequestIdHeader => "x-request-id";

    public bool CachesAutomatically => true;

    public ProviderRequest Read(JsonElement body, IHeaderDictionary headers) => ChatRequestReader.Read(body);

    public JsonObject Answer(Exchange exchange)
    {
        var answer = exchange.Answer;
        var message = new JsonObject { ["role"] = "assistant", ["content"] = answer.Text, ["refusal"] = null, ["annotations"] = new JsonArray() };
        if (VisibleReasoning(exchange) is { } reasoning)
            message["reasoning_content"] = reasoning;
        if (answer.ToolCalls.Count > 0)
        {
            message["tool_calls"] = new JsonArray([.. answer.ToolCalls.Select((call, index) => (JsonNode)new JsonObject
            {
                ["id"] = CallId(exchange, index),
                ["type"] = "function",
                ["function"] = new JsonObject { ["name"] = call.Name, ["arguments"] = call.Arguments },
            })]);
        }

        var json = Envelope(exchange, "chat.completion");
        json["choices"] = new JsonArray(new JsonObject
        {
            ["index"] = 0,
            ["message"] = message,
            ["logprobs"] = null,
            ["finish_reason"] = FinishReason(answer),
        });
        json["usage"] = Usage(exchange.Usage);
        return json;
    }

    // role, then the deltas, then an empty one with the finish reason, then (if asked for) the usage without choices, then [DONE].
    public IEnumerable<StreamEvent> Stream(Exchange exchange)
    {
        var answer = exchange.Answer;
        yield return Chunk(new JsonObject { ["role"] = "assistant", ["content"] = answer.Text is null ? null : "", ["refusal"] = null });

        foreach (var piece in TextPieces.Cut(VisibleReasoning(exchange) ?? "", ArgumentPieceCount))
            yield return Chunk(new JsonObject { ["reasoning_content"] = piece });

        foreach (var piece in TextPieces.Cut(answer.Text ?? "", TextPieceCount))
            yield return Chunk(new JsonObject { ["content"] = piece });

        for (var index = 0; index < answer.ToolCalls.Count; index++)
        {
            yield return Chunk(ToolDelta(index, new JsonObject
            {
                ["id"] = CallId(exchange, index),
                ["type"] = "function",
                ["function"] = new JsonObject { ["name"] = answer.ToolCalls[index].Name, ["arguments"] = "" },
            }));
            foreach (var piece in TextPieces.Cut(answer.ToolCalls[index].Arguments, ArgumentPieceCount))
                yield return Chunk(ToolDelta(index, new JsonObject { ["function"] = new JsonObject { ["arguments"] = piece } }));
        }

        yield return Chunk([], FinishReason(answer));
        if (exchange.Request.IncludeUsage)
        {
            var last = Envelope(exchange, "chat.completion.chunk");
            last["choices"] = new JsonArray();
            last["usage"] = Usage(exchange.Usage);
            yield return StreamEvent.Of(null, last);
        }

        yield return new StreamEvent(null, "[DONE]");

        StreamEvent Chunk(JsonObject delta, string? finishReason = null)
        {
            var chunk = Envelope(exchange, "chat.completion.chunk");
            chunk["choices"] = new JsonArray(new JsonObject { ["index"] = 0, ["delta"] = delta, ["logprobs"] = null, ["finish_reason"] = finishReason });
            if (exchange.Request.IncludeUsage)
                chunk["usage"] = null;
            return StreamEvent.Of(null, chunk);
        }
    }

    public (int Status, JsonObject Body) Error(ProviderError error, string requestId) => OpenAiErrors.Describe(error);

    public StreamEvent ErrorEvent(ProviderError error, string requestId, int position) => StreamEvent.Of(null, OpenAiErrors.Describe(error).Body);

    private static JsonObject ToolDelta(int index, JsonObject call)
    {
        call.Insert(0, "index", index);
        return new JsonObject { ["tool_calls"] = new JsonArray(call) };
    }

    private static JsonObject Envelope(Exchange exchange, string kind) => new()
    {
        ["id"] = exchange.Id("chatcmpl-", 29),
        ["object"] = kind,
        ["created"] = exchange.CreatedAt.ToUnixTimeSeconds(),
        ["model"] = exchange.Request.Model,
        ["service_tier"] = "default",
        ["system_fingerprint"] = "fp_mock",
    };

    private static JsonObject Usage(TokenUsage usage) => new()
    {
        ["prompt_tokens"] = usage.Input,
        ["completion_tokens"] = usage.Output,
        ["total_tokens"] = usage.Input + usage.Output,
        ["prompt_tokens_details"] = new JsonObject { ["cached_tokens"] = usage.CacheRead, ["audio_tokens"] = 0 },
        ["completion_tokens_details"] = new JsonObject
        {
            ["reasoning_tokens"] = usage.Reasoning,
            ["audio_tokens"] = 0,
            ["accepted_prediction_tokens"] = 0,
            ["rejected_prediction_tokens"] = 0,
        },
    };

    // OpenAI keeps the reasoning to itself (reasoning_effort shows in the usage alone); the providers that take `thinking` show it.
    private static string? VisibleReasoning(Exchange exchange) =>
        exchange.Body.TryGetProperty("thinking", out var thinking) && thinking.ValueKind == JsonValueKind.Object ? exchange.Answer.Reasoning : null;

    private static string CallId(Exchange exchange, int index) => exchange.Id("call_", 24, index);

    private static string FinishReason(ProviderAnswer answer) => answer.StopReason switch
    {
        StopReason.MaxTokens => "length",
        StopReason.ToolUse => "tool_calls",
        _ => "stop",
    };
}
