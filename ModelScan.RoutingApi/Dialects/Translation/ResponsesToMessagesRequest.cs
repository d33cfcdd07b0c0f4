using System.Text.Json;
using ModelScan.RoutingApi.Dialects.OpenAiResponses;

namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>Translates a Responses request into a Messages request.</summary>
internal sealed class ResponsesToMessagesRequest
{
    private const int DefaultMaxTokens = 4096;
    private const int LeastBudget = 1024;

    private readonly TranslationContext _context;
    private readonly Dictionary<string, RequestField> _fields = new(StringComparer.Ordinal);
    private bool _samples;

    private ResponsesToMessagesRequest(TranslationContext context) => _context = context;

    public DroppedFields Dropped { get; } = new();

    /// <summary>The tools that the answer's calls refer to.</summary>
    public ResponsesTools Tools { get; private set; } = ResponsesTools.None;

    /// <summary>Headers that the body needs: later versions of the API refuse temperature and top_p.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers => _samples ? [new("anthropic-version", "2023-06-01")] : [];

    /// <summary>What the response repeats of the request.</summary>
    public IReadOnlyList<KeyValuePair<string, byte[]>> Echo { get; private set; } = [];

    public ReadOnlyMemory<byte> Body { get; private set; }

    /// <summary>Translates <paramref name="request"/>, the client's whole JSON.</summary>
    /// <exception cref="InvalidRequestException">It is wrong, or cannot be said to a Messages provider.</exception>
    public static ResponsesToMessagesRequest Translate(RequestField request, TranslationContext context)
    {
        var translation = new ResponsesToMessagesRequest(context);
        translation.ReadFields(request);
        translation.WriteBody();
        return translation;
    }

    private void ReadFields(RequestField request)
    {
        foreach (var (name, field) in request.Fields())
        {
            _fields[name] = field;
            switch (name)
            {
                case "model" or "input" or "instructions" or "tools" or "tool_choice" or "parallel_tool_calls" or "max_output_tokens" or "temperature" or "top_p"
                    or "stream" or "reasoning" or "text" or "user" or "safety_identifier" or "service_tier" or "include":
                    break;
                case "previous_response_id" or "conversation" or "prompt":
                    throw field.Refuse("a Messages provider keeps nothing to go on from; send the whole conversation as input");
                case "background" when field.Flag:
                    throw field.Refuse("a Messages provider does not work in the background");
                case "background":
                    break;
                case "store" when !field.Flag:
                    break;
                case "truncation" when field.Text == "disabled":
                    break;
                default:
                    Dropped.Add(name);
                    break;
            }
        }
    }

    private void WriteBody()
    {
        if (Find("tools") is { } tools)
            Tools = ResponsesTools.Read(tools);
        var toolSet = new ResponsesToMessagesTools(Tools, Find("tool_choice"), _context.Capabilities, Dropped);

        var system = new List<string>();
        if (Find("instructions") is { } instructions)
            system.Add(instructions.Text);
        using var messages = new PooledBuffer();
        bool canThink;
        using (var json = new Utf8JsonWriter(messages, WireJson.Options))
        {
            var input = new ResponsesToMessagesInput(_context, Tools, Dropped, system, json);
            input.Write(Find("input") ?? throw new InvalidRequestException("input", "is required"));
            canThink = !toolSet.IsForced && (_context.Capabilities.AdaptiveThinking || !input.EndsInCallsWithoutThought);
        }

        using var body = new PooledBuffer();
        using (var json = new Utf8JsonWriter(body, WireJson.Options))
        {
            json.WriteStartObject();
            json.WriteString("model", _context.ProviderModel);
            WriteLimitAndThought(json, canThink);
            WriteSystem(json, system);
            json.WritePropertyName("messages");
            json.WriteRawValue(messages.WrittenSpan, skipInputValidation: true);
            toolSet.Write(json, parallel: Find("parallel_tool_calls")?.Flag ?? true);
            if (Find("stream") is { Flag: true })
                json.WriteBoolean("stream", true);
            WriteIdentity(json);
            json.WriteEndObject();
        }

        NoteIncludes();
        Echo = ResponseEcho.Of(_fields);
        Body = body.WrittenSpan.ToArray();
    }

    private RequestField? Find(string name) => _fields.TryGetValue(name, out var field) ? field : null;

    private static void WriteSystem(Utf8JsonWriter json, List<string> system)
    {
        var text = string.Join("\n\n", system.Where(part => part.Length > 0));
        if (text.Length > 0)
            json.WriteString("system", text);
    }

    // max_tokens bounds thoughts and answer together, as max_output_tokens does. The budget stays below it, so that there is room to answer.
    private void WriteLimitAndThought(Utf8JsonWriter json, bool canThink)
    {
        var most = _context.Capabilities.MaxOutputTokens;
        var effort = ReadEffort(canThink);
        var budget = effort is null || _context.Capabilities.AdaptiveThinking ? 0 : Budget(effort);
        var asked = Find("max_output_tokens")?.Count(1);
        var limit = Math.Min(asked ?? most ?? DefaultMaxTokens + budget, most ?? int.MaxValue);
        if (budget > 0 && limit <= LeastBudget)
        {
            Dropped.Add("reasoning");
            (effort, budget) = (null, 0);
        }

        json.WriteNumber("max_tokens", limit);
        if (budget > 0)
        {
            json.WriteStartObject("thinking");
            json.WriteString("type"u8, "enabled"u8);
            json.WriteNumber("budget_tokens", Math.Clamp(budget, LeastBudget, Math.Max(LeastBudget, (int)(limit * 3L / 4))));
            json.WriteEndObject();
        }
        else if (effort is not null)
        {
            json.WriteStartObject("thinking");
            json.WriteString("type"u8, "adaptive"u8);
            json.WriteEndObject();
        }

        WriteOutputConfig(json, _context.Capabilities.AdaptiveThinking ? effort : null);
        WriteSampling(json, thinks: effort is not null);
    }

    // {"effort": "none" | "minimal" | "low" | "medium" | "high" | "xhigh", "summary": "auto" | …}
    private string? ReadEffort(bool canThink)
    {
        if (Find("reasoning") is not { } reasoning)
            return null;
        var effort = reasoning.FindText("effort");
        foreach (var (name, _) in reasoning.Fields())
        {
            if (name is not ("effort" or "summary" or "generate_summary"))
                Dropped.Add($"reasoning.{name}");
        }

        if (effort == "none" || (effort is null && reasoning.Find("summary") is null))
            return null;
        if (!_context.Capabilities.ReasoningEffort || !canThink)
        {
            Dropped.Add("reasoning");
            return null;
        }

        return effort switch
        {
            null => "medium",
            "minimal" => "low",
            "low" or "medium" or "high" or "max" => effort,
            "xhigh" => "max",
            _ => throw reasoning.Get("effort").Refuse("must be none, minimal, low, medium, high or xhigh"),
        };
    }

    private static int Budget(string effort) => effort switch
    {
        "low" => 2048,
        "medium" => 8192,
        "high" => 16384,
        _ => 32000,
    };

    // text: {"format": {"type": "json_schema", "name": "…", "schema": {…}, "strict": true}, "verbosity": "low"}
    private void WriteOutputConfig(Utf8JsonWriter json, string? effort)
    {
        var text = Find("text");
        if (text?.Find("verbosity") is not null)
            Dropped.Add("text.verbosity");
        var schema = ReadSchema(text?.Find("format"));
        if (effort is null && schema is null)
            return;
        json.WriteStartObject("output_config");
        if (effort is not null)
            json.WriteString("effort", effort);
        if (schema is { } given)
        {
            json.WriteStartObject("format");
            json.WriteString("type"u8, "json_schema"u8);
            given.CopyRaw(json, "schema");
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private RequestField? ReadSchema(RequestField? format)
    {
        if (format is not { } given)
            return null;
        var type = given.GetText("type");
        switch (type)
        {
            case "text":
                return null;
            case "json_schema":
                // The schema says it all; its name and description are for the other API.
                foreach (var (name, _) in given.Fields())
                {
                    if (name is not ("type" or "schema" or "strict"))
                        Dropped.Add($"text.format.{name}");
                }

                var schema = given.Get("schema");
                return schema.IsObject ? schema : throw schema.Refuse("must be an object");
            default:
                throw given.RefuseKind(type, "a Messages provider; use json_schema");
        }
    }

    // OpenAI's temperature goes to 2, Anthropic's to 1; who thinks does not sample.
    private void WriteSampling(Utf8JsonWriter json, bool thinks)
    {
        var accepted = _context.Capabilities.Sampling && !thinks;
        if (Find("temperature") is { } temperature)
        {
            var value = temperature.Number;
            if (!accepted)
                Dropped.Add("temperature");
            else if (value > 1)
                json.WriteNumber("temperature", 1);
            else
                temperature.CopyRaw(json, "temperature");
            _samples |= accepted;
        }

        if (Find("top_p") is { } share)
        {
            _ = share.Number;
            if (accepted)
                share.CopyRaw(json, "top_p");
            else
                Dropped.Add("top_p");
            _samples |= accepted;
        }
    }

    private void WriteIdentity(Utf8JsonWriter json)
    {
        if ((Find("safety_identifier") ?? Find("user")) is { } user)
        {
            json.WriteStartObject("metadata");
            user.CopyText(json, "user_id");
            json.WriteEndObject();
        }

        switch (Find("service_tier")?.Text)
        {
            case null:
                break;
            case "auto":
                json.WriteString("service_tier"u8, "auto"u8);
                break;
            case "default":
                json.WriteString("service_tier"u8, "standard_only"u8);
                break;
            default:
                Dropped.Add("service_tier");
                break;
        }
    }

    // Sealed reasoning is always there; the rest is OpenAI's.
    private void NoteIncludes()
    {
        if (Find("include") is not { } include)
            return;
        foreach (var what in include.Items())
        {
            if (what.Text != "reasoning.encrypted_content")
                Dropped.Add("include");
        }
    }
}
