using System.Text.Json;
using System.Text.Json.Nodes;

namespace ModelScan.MetricsMock.Providers.OpenAiResponses;

/// <summary>OpenAI Responses (https://platform.openai.com/docs/api-reference/responses): the whole answer; the stream is <see cref="ResponsesStream"/>.</summary>
/// <param name="kept">The responses that requests may go on from.</param>
internal sealed class ResponsesDialect(KeptResponses kept) : IProviderDialect
{
    public string RequestIdHeader => "x-request-id";

    public bool CachesAutomatically => true;

    public ProviderRequest Read(JsonElement body, IHeaderDictionary headers)
    {
        var request = ResponsesRequestReader.Read(body);
        return new RequestFields(body, "").Text("previous_response_id") is not { } id || kept.Has(id)
            ? request
            : throw new InvalidFieldException("previous_response_id", $"Previous response with id '{id}' not found.") { Code = "previous_response_not_found" };
    }

    public JsonObject Answer(Exchange exchange)
    {
        Keep(exchange);
        return Whole(exchange);
    }

    private static JsonObject Whole(Exchange exchange) =>
        Envelope(exchange, exchange.Answer.StopReason == StopReason.MaxTokens ? "incomplete" : "completed", OutputItems.Of(exchange), Usage(exchange.Usage));

    public IEnumerable<StreamEvent> Stream(Exchange exchange)
    {
        Keep(exchange);
        return new ResponsesStream(exchange).Events();
    }

    public (int Status, JsonObject Body) Error(ProviderError error, string requestId) => OpenAiErrors.Describe(error);

    // Inside a stream the error stands flat: {"type": "error", "sequence_number": 3, "code": "…", "message": "…", "param": null}
    public StreamEvent ErrorEvent(ProviderError error, string requestId, int position)
    {
        var described = OpenAiErrors.Describe(error).Body["error"]!;
        return StreamEvent.Of("error", new JsonObject
        {
            ["type"] = "error",
            ["sequence_number"] = position,
            ["code"] = (described["code"] ?? described["type"])!.DeepClone(),
            ["message"] = error.Message,
            ["param"] = null,
        });
    }

    private void Keep(Exchange exchange)
    {
        if (new RequestFields(exchange.Body, "").Flag("store") != false)
            kept.Add(IdOf(exchange));
    }

    private static string IdOf(Exchange exchange) => exchange.Id("resp_", 48);

    /// <summary>The response object around the items; what the request set is repeated in it.</summary>
    public static JsonObject Envelope(Exchange exchange, string status, JsonArray output, JsonObject? usage)
    {
        return new JsonObject
        {
            ["id"] = IdOf(exchange),
            ["object"] = "response",
            ["created_at"] = exchange.CreatedAt.ToUnixTimeSeconds(),
            ["completed_at"] = status == "completed" ? exchange.CreatedAt.ToUnixTimeSeconds() : null,
            ["status"] = status,
            ["background"] = false,
            ["error"] = null,
            ["frequency_penalty"] = 0.0,
            ["incomplete_details"] = status == "incomplete" ? new JsonObject { ["reason"] = "max_output_tokens" } : null,
            ["instructions"] = Echo("instructions", null),
            ["max_output_tokens"] = Echo("max_output_tokens", null),
            ["max_tool_calls"] = Echo("max_tool_calls", null),
            ["model"] = exchange.Request.Model,
            ["output"] = output,
            ["parallel_tool_calls"] = Echo("parallel_tool_calls", true),
            ["presence_penalty"] = 0.0,
            ["previous_response_id"] = Echo("previous_response_id", null),
            ["prompt_cache_key"] = Echo("prompt_cache_key", null),
            ["reasoning"] = With(Echo("reasoning", null), ("effort", null), ("summary", null)),
            ["safety_identifier"] = Echo("safety_identifier", null),
            ["service_tier"] = "default",
            ["store"] = Echo("store", true),
            ["temperature"] = Echo("temperature", 1.0),
            ["text"] = With(Echo("text", null), ("format", new JsonObject { ["type"] = "text" })),
            ["tool_choice"] = Echo("tool_choice", "auto"),
            ["tools"] = Tools(Echo("tools", new JsonArray())),
            ["top_logprobs"] = Echo("top_logprobs", 0),
            ["top_p"] = Echo("top_p", 1.0),
            ["truncation"] = Echo("truncation", "disabled"),
            ["usage"] = usage,
            ["user"] = Echo("user", null),
            ["metadata"] = Echo("metadata", new JsonObject()),
        };

        JsonNode? Echo(string field, JsonNode? otherwise) =>
            exchange.Body.TryGetProperty(field, out var given) && given.ValueKind != JsonValueKind.Null ? JsonNode.Parse(given.GetRawText()) : otherwise;
    }

    // What is optional in a request and always there in a response.
    private static JsonObject With(JsonNode? given, params ReadOnlySpan<(string Name, JsonNode? Otherwise)> members)
    {
        var whole = given as JsonObject ?? [];
        foreach (var (name, otherwise) in members)
        {
            if (!whole.ContainsKey(name))
                whole[name] = otherwise;
        }

        return whole;
    }

    private static JsonNode? Tools(JsonNode? tools)
    {
        foreach (var tool in (tools as JsonArray ?? []).OfType<JsonObject>())
        {
            if ((string?)tool["type"] == "function")
                With(tool, ("description", null), ("parameters", null), ("strict", true));
        }

        return tools;
    }

    public static JsonObject Usage(TokenUsage usage) => new()
    {
        ["input_tokens"] = usage.Input,
        ["input_tokens_details"] = new JsonObject { ["cached_tokens"] = usage.CacheRead },
        ["output_tokens"] = usage.Output,
        ["output_tokens_details"] = new JsonObject { ["reasoning_tokens"] = usage.Reasoning },
        ["total_tokens"] = usage.Input + usage.Output,
    };
}
