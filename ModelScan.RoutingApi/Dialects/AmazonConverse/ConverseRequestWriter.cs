using System.Buffers;
using ModelScan.RoutingApi.Capabilities;
using ModelScan.RoutingApi.Dialects.Canonical;
using ModelScan.RoutingApi.Dialects.Fitting;
using ModelScan.RoutingApi.Dialects.OpenAiChat;
using ModelScan.RoutingApi.Dialects.Translation;

namespace ModelScan.RoutingApi.Dialects.AmazonConverse;

/// <summary>
/// Says a request to Bedrock's Converse (https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html). The model, and
/// whether the answer is a stream, stand in the address.
/// </summary>
internal sealed class ConverseRequestWriter
{
    /// <summary>For refusals.</summary>
    public const string Target = "Amazon Bedrock";

    private const int MaxMetadataLength = 256;

    private readonly Request _request;
    private readonly ModelCapabilities _capabilities;
    private readonly Losses _losses = new();
    private readonly ToolFit _tools;

    private ConverseRequestWriter(Request request, TranslationContext context)
    {
        (_request, _capabilities) = (request, context.Capabilities);
        _losses.AddAll(request.Losses);
        _tools = ToolFit.Of(request, context with { Capabilities = _capabilities with { WebSearch = false, ParallelToolCalls = false } }, ToolFeatures.None, _losses);
    }

    private bool IsAnthropic => _capabilities.ReasoningFamily is null or SealedReasoning.Anthropic;

    /// <summary>Writes <paramref name="request"/>.</summary>
    /// <exception cref="InvalidRequestException">It cannot be said to this provider or to this model.</exception>
    public static WrittenRequest Write(Request request, TranslationContext context) => new ConverseRequestWriter(request, context).Write();

    private WrittenRequest Write()
    {
        var body = new ArrayBufferWriter<byte>(4096);
        using var json = new Utf8JsonWriter(body, WireJson.Options);
        ChatOnlyFields.Refuse(_request, Target, tellsProbabilities: false, _losses);
        if (_request.Take("store") is { Flag: true })
            _losses.Drop("store");
        var system = SystemTexts.Of(_request);
        var order = TurnOrder.Of(_request, system, thought => ThoughtFit.ForConverse(thought, _capabilities) is not null, _losses);
        var format = FormatFit.Of(_request.Format, _capabilities, hasJsonMode: false, _losses);
        json.WriteStartObject();
        var parts = new ConversePartWriter(json, _capabilities, _tools.Naming, _losses);
        WriteTurns(json, order, parts);
        WriteSystem(json, system, format.Advice, parts);
        var canThink = !_tools.IsForced && (_capabilities.AdaptiveThinking || !order.EndsInCallsWithoutThought);
        var asked = LimitFit.Of(_request, _capabilities, least: 1, _losses);
        var fields = new ConverseModelFields(_request, _capabilities, _losses);
        var reasoning = fields.Read(canThink, asked);
        WriteInference(json, asked, reasoning);
        new ConverseToolWriter(json, _capabilities, _tools, _losses).Write(parts.CalledTools);
        fields.Write(json);
        if (format.Means == FormatMeans.Schema)
            WriteSchema(json);
        WriteIdentity(json);
        foreach (var name in (ReadOnlySpan<string>)["guardrailConfig", "performanceConfig"])
            _request.Take(name)?.CopyRaw(json, name);
        json.WriteEndObject();
        json.Flush();
        _request.DropFields(_losses);
        return new WrittenRequest(body.WrittenMemory, _losses, _tools.Naming)
        {
            Headers = [new("Accept", _request.IsStream ? EventStreamReader.MediaType : "application/json")],
        };
    }

    private static void WriteTurns(Utf8JsonWriter json, TurnOrder order, ConversePartWriter parts)
    {
        json.WriteStartArray("messages"u8);
        foreach (var turn in order.Turns)
        {
            json.WriteStartObject();
            json.WriteString("role"u8, turn.IsAssistant ? "assistant"u8 : "user"u8);
            json.WriteStartArray("content"u8);
            foreach (var call in turn.Answered)
                parts.WriteResult(call);
            foreach (var part in turn.Parts)
                parts.Write(part);

            // Bedrock wants a text beside a document.
            if (turn.Parts.Exists(part => part is FilePart) && !turn.Parts.Exists(part => part is TextPart))
                ConversePartWriter.WriteText(json, "(See the document.)");
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    // [{"text": "…"}, {"cachePoint": {…}}]
    private void WriteSystem(Utf8JsonWriter json, List<TextPart> system, string advice, ConversePartWriter parts)
    {
        if (advice.Length > 0)
            system.Add(new TextPart(advice));
        if (system.TrueForAll(text => text.Text.IsBlank))
            return;
        json.WriteStartArray("system"u8);
        if (system.Exists(text => text.Cache is not null) || _request.Source == ApiFormat.Messages)
        {
            foreach (var text in system)
            {
                if (!text.Text.IsBlank)
                    parts.Write(text, isSystem: true);
            }
        }
        else
        {
            ConversePartWriter.WriteText(json, string.Join("\n\n", new[] { SystemTexts.Join(_request), advice }.Where(part => part.Length > 0)));
        }

        json.WriteEndArray();
    }

    // {"maxTokens": 100, "temperature": 0.5, "topP": 0.9, "stopSequences": ["…"]}
    private void WriteInference(Utf8JsonWriter json, int? asked, ReasoningFit reasoning)
    {
        // A budget of thoughts has to stay below the limit, wherever that comes from.
        var limit = asked ?? (reasoning.Budget is { } budget ? _capabilities.MaxOutputTokens ?? budget * 2 : default(int?));
        var stops = StopFit.Of(_request.Stops, _capabilities, allowsBlank: false, _losses);
        var samples = SamplingFit.IsTaken(_capabilities, reasoning.Thinks && IsAnthropic, _request.Reasoning.Effort);
        var hasNumbers = _request.Take("temperature") is not null || _request.Take("top_p") is not null;
        if (limit is null && stops.Count == 0 && !hasNumbers)
            return;
        json.WriteStartObject("inferenceConfig"u8);
        if (limit is { } tokens)
            json.WriteNumber("maxTokens"u8, tokens);
        SamplingFit.WritePair(_request, json, "topP", 1, samples, _capabilities, _losses);
        StopFit.Write(json, "stopSequences"u8, stops);
        json.WriteEndObject();
        if (stops.Count == 0 || _capabilities.ReasoningFamily is not SealedReasoning.Anthropic)
            return;

        // Converse tells that a sequence ended the answer; which one, only Anthropic's models do, if asked.
        json.WriteStartArray("additionalModelResponseFieldPaths"u8);
        json.WriteStringValue(_request.IsStream ? "/delta/stop_sequence"u8 : "/stop_sequence"u8);
        json.WriteEndArray();
    }

    // The schema is a text with JSON in it.
    private void WriteSchema(Utf8JsonWriter json)
    {
        using var schema = new PooledBuffer();
        using (var inner = new Utf8JsonWriter(schema, WireJson.Options))
            SchemaFit.WriteFormat(inner, _request.Format!, _capabilities.Schemas, _losses);
        json.WriteStartObject("outputConfig"u8);
        json.WriteStartObject("textFormat"u8);
        json.WriteString("type"u8, "json_schema"u8);
        json.WriteStartObject("structure"u8);
        json.WriteStartObject("jsonSchema"u8);
        json.WriteString("schema"u8, CompactJson.Of(schema.WrittenSpan));
        json.WriteString("name"u8, "output"u8);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    // requestMetadata, by which invocation logs can be filtered
    private void WriteIdentity(Utf8JsonWriter json)
    {
        _request.Take("user");
        _request.Take("safety_identifier");
        var given = _request.Take("requestMetadata");
        var user = _request.User;
        if (user is { } asked && !IsMetadata(asked.Field.Text))
        {
            _losses.Drop(asked.Name);
            user = null;
        }

        if (given is not null || user is not null)
        {
            json.WriteStartObject("requestMetadata"u8);
            foreach (var (name, field) in given?.Fields() ?? default)
                field.CopyRaw(json, name);
            if (given?.Find("user_id") is null)
                user?.Field.CopyText(json, "user_id");
            json.WriteEndObject();
        }

        switch (_request.Take("service_tier")?.Text)
        {
            case null or "auto":
                break;
            case "standard_only" or "default":
                json.WriteRaw("serviceTier"u8, """{"type":"default"}"""u8);
                break;
            default:
                _losses.Drop("service_tier");
                break;
        }
    }

    // https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html#bedrock-runtime_Converse-request-requestMetadata
    private static bool IsMetadata(string text)
    {
        if (text.Length is 0 or > MaxMetadataLength)
            return false;
        foreach (var character in text)
        {
            if (!char.IsAsciiLetterOrDigit(character) && !char.IsWhiteSpace(character) && !":_@$#=/+,.-".Contains(character))
                return false;
        }

        return true;
    }
}
