using System.Text.Json;

namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>Translates a Chat Completions request into a Messages request.</summary>
internal sealed class ChatToMessagesRequest
{
    private const int DefaultMaxTokens = 4096;
    private const int LeastBudget = 1024;

    private readonly RequestField _request;
    private readonly TranslationContext _context;
    private bool _samples;

    private ChatToMessagesRequest(RequestField request, TranslationContext context) => (_request, _context) = (request, context);

    public DroppedFields Dropped { get; } = new();

    public ReadOnlyMemory<byte> Body { get; private set; }

    /// <summary>Whether the client wants the usage behind a stream.</summary>
    public bool WantsUsage { get; private set; }

    /// <summary>Headers that the body needs: later versions of the API refuse temperature, top_p and top_k.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers => _samples ? [new("anthropic-version", "2023-06-01")] : [];

    /// <summary>Translates <paramref name="request"/>.</summary>
    /// <exception cref="InvalidRequestException">It is wrong, or cannot be said to a Messages provider.</exception>
    public static ChatToMessagesRequest Translate(RequestField request, TranslationContext context)
    {
        var translation = new ChatToMessagesRequest(request, context);
        translation.CheckFields();
        translation.Write();
        return translation;
    }

    private void CheckFields()
    {
        foreach (var (name, field) in _request.Fields())
        {
            switch (name)
            {
                case "model" or "messages" or "max_tokens" or "max_completion_tokens" or "stop" or "temperature" or "top_p" or "top_k" or "stream"
                    or "tools" or "functions" or "tool_choice" or "function_call" or "parallel_tool_calls" or "response_format" or "reasoning_effort"
                    or "reasoning" or "user" or "safety_identifier" or "service_tier" or "web_search_options":
                    break;
                case "stream_options":
                    WantsUsage = field.Find("include_usage") is { Flag: true };
                    break;
                case "n" when field.Count(1) > 1:
                    throw field.Refuse("a Messages provider gives one answer");
                case "logprobs" when field.Flag:
                    throw field.Refuse("a Messages provider tells no probabilities");
                case "audio":
                    throw field.Refuse("a Messages provider does not speak");
                case "modalities" when field.Items().Any(item => item.Text != "text"):
                    throw field.Refuse("a Messages provider answers in text");
                case "n" or "logprobs" or "modalities":
                    break;
                case "store" when !field.Flag:
                    break;
                default:
                    Dropped.Add(name);
                    break;
            }
        }
    }

    private void Write()
    {
        using var body = new PooledBuffer();
        using var json = new Utf8JsonWriter(body, WireJson.Options);
        var turns = new ChatToMessagesTurns(_context, Dropped);
        turns.Read(_request.Get("messages"));
        var tools = new ChatToMessagesTools(_request, _context.Capabilities, Dropped);
        var canThink = !tools.IsForced && (_context.Capabilities.AdaptiveThinking || !turns.EndsInCallsWithoutThought);

        json.WriteStartObject();
        json.WriteString("model"u8, _context.ProviderModel);
        var schema = ReadFormat(out var advice);
        WriteLimitAndThought(json, canThink, schema);
        turns.Write(json, advice);
        tools.Write(json);
        WriteStops(json);
        if (_request.Find("stream") is { Flag: true })
            json.WriteBoolean("stream"u8, true);
        WriteIdentity(json);
        json.WriteEndObject();
        json.Flush();
        Body = body.WrittenSpan.ToArray();
    }

    // max_tokens bounds thoughts and answer together, as max_completion_tokens does. The budget has to stay below it.
    private void WriteLimitAndThought(Utf8JsonWriter json, bool canThink, RequestField? schema)
    {
        var most = _context.Capabilities.MaxOutputTokens;
        var effort = ReadEffort(canThink);
        var budget = effort is null || _context.Capabilities.AdaptiveThinking ? 0 : Budget(effort);
        var asked = (_request.Find("max_completion_tokens") ?? _request.Find("max_tokens"))?.Count(1);
        var limit = Math.Min(asked ?? most ?? DefaultMaxTokens + budget, most ?? int.MaxValue);
        if (budget > 0 && limit <= LeastBudget)
        {
            Dropped.Add("reasoning_effort");
            (effort, budget) = (null, 0);
        }

        json.WriteNumber("max_tokens"u8, limit);
        if (effort is not null)
        {
            json.WriteStartObject("thinking"u8);
            json.WriteString("type"u8, budget > 0 ? "enabled"u8 : "adaptive"u8);
            if (budget > 0)
                json.WriteNumber("budget_tokens"u8, Math.Clamp(budget, LeastBudget, limit - 1));
            json.WriteEndObject();
        }

        WriteOutputConfig(json, budget == 0 ? effort : null, schema);
        WriteSampling(json, thinks: effort is not null);
    }

    // "none" | "minimal" | "low" | "medium" | "high" | "xhigh"; OpenRouter's clients: reasoning: {"effort": "high"}
    private string? ReadEffort(bool canThink)
    {
        var nested = _request.Find("reasoning");
        if (nested is { } reasoning)
        {
            foreach (var (name, _) in reasoning.Fields())
            {
                if (name != "effort")
                    Dropped.Add($"reasoning.{name}");
            }
        }

        if ((_request.Find("reasoning_effort") ?? nested?.Find("effort")) is not { } effort)
            return null;
        var mapped = effort.Text switch
        {
            "none" => null,
            "minimal" => "low",
            "low" or "medium" or "high" or "max" => effort.Text,
            "xhigh" => "max",
            _ => throw effort.Refuse("must be none, minimal, low, medium, high, xhigh or max"),
        };
        if (mapped is null || (_context.Capabilities.ReasoningEffort && canThink))
            return mapped;
        Dropped.Add(nested is null ? "reasoning_effort" : "reasoning.effort");
        return null;
    }

    private static int Budget(string effort) => effort switch
    {
        "low" => 2048,
        "medium" => 8192,
        "high" => 16384,
        _ => 32000,
    };

    private static void WriteOutputConfig(Utf8JsonWriter json, string? effort, RequestField? schema)
    {
        if (effort is null && schema is null)
            return;
        json.WriteStartObject("output_config"u8);
        if (effort is not null)
            json.WriteString("effort"u8, effort);
        if (schema is { } given)
        {
            json.WriteStartObject("format"u8);
            json.WriteString("type"u8, "json_schema"u8);
            given.CopyRaw(json, "schema");
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    // {"type": "text"} | {"type": "json_object"} | {"type": "json_schema", "json_schema": {"name", "schema", "strict"}}
    private RequestField? ReadFormat(out string advice)
    {
        advice = "";
        if (_request.Find("response_format") is not { } format)
            return null;
        var type = format.GetText("type");
        switch (type)
        {
            case "text":
                return null;
            case "json_object":
                // Anthropic has schemas only; clients of this mode have to ask for JSON in their prompts anyway.
                advice = "Answer with one JSON object and nothing else.";
                return null;
            case "json_schema":
                var given = format.Get("json_schema");
                foreach (var (name, _) in given.Fields())
                {
                    if (name is not ("name" or "schema" or "strict"))
                        Dropped.Add($"response_format.json_schema.{name}");
                }

                var schema = given.Get("schema");
                return schema.IsObject ? schema : throw schema.Refuse("must be an object");
            default:
                throw format.Get("type").Refuse($"'{type}' cannot be said to a Messages provider");
        }
    }

    // OpenAI's temperature goes to 2, Anthropic's to 1; who thinks does not sample.
    private void WriteSampling(Utf8JsonWriter json, bool thinks)
    {
        var accepted = _context.Capabilities.Sampling && !thinks;
        foreach (var name in (ReadOnlySpan<string>)["temperature", "top_p", "top_k"])
        {
            if (_request.Find(name) is not { } field)
                continue;
            var value = field.Number;
            if (!accepted)
            {
                Dropped.Add(name);
                continue;
            }

            if (name == "temperature" && value > 1)
                json.WriteNumber(name, 1);
            else
                field.CopyRaw(json, name);
            _samples = true;
        }
    }

    // "END" | ["END", …]; Anthropic refuses sequences of white space.
    private void WriteStops(Utf8JsonWriter json)
    {
        if (_request.Find("stop") is not { } stop)
            return;
        var most = _context.Capabilities.MaxStopSequences ?? int.MaxValue;
        var count = 0;
        foreach (var sequence in stop.IsText ? [stop] : stop.Items())
        {
            if (string.IsNullOrWhiteSpace(sequence.Text) || count == most)
            {
                Dropped.Add("stop");
                continue;
            }

            if (count++ == 0)
                json.WriteStartArray("stop_sequences"u8);
            json.WriteRawValue(sequence.Raw, skipInputValidation: true);
        }

        if (count > 0)
            json.WriteEndArray();
    }

    private void WriteIdentity(Utf8JsonWriter json)
    {
        if ((_request.Find("safety_identifier") ?? _request.Find("user")) is { } user)
        {
            json.WriteStartObject("metadata"u8);
            user.CopyText(json, "user_id");
            json.WriteEndObject();
        }

        switch (_request.FindText("service_tier"))
        {
            case null or "auto":
                break;
            case "default":
                json.WriteString("service_tier"u8, "standard_only"u8);
                break;
            default:
                Dropped.Add("service_tier");
                break;
        }
    }
}
