using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using Json.Schema;
using ModelScan.RoutingApi.Capabilities;
using ModelScan.RoutingApi.Dialects.Canonical;
using ModelScan.RoutingApi.Dialects.Translation;
using ModelScan.RoutingApi.Pipeline;

namespace ModelScan.RoutingApi.Guards.Answers;

/// <summary>
/// Compares a structured answer with the schema that its request gives, in whatever format. Patterns in it are not looked at: they are the
/// client's, and an expression may take as long as it likes. Used by one request.
/// </summary>
internal sealed class AnswerSchema : IAnswerSink
{
    private const int LargestAnswer = 16 << 20;
    private const int LargestSchema = 256 << 10;
    private const int DeepestSchema = 64;

    private readonly ApiFormat _format;
    private readonly JsonSchema? _schema;
    private readonly ArrayBufferWriter<byte> _bytes = new();
    private readonly StringBuilder _text = new();
    private bool _isOther;

    private AnswerSchema(ApiFormat format, JsonSchema? schema) => (_format, _schema) = (format, schema);

    /// <inheritdoc/>
    public bool IsComplete { get; private set; }

    /// <summary>The schema of a request; <see langword="null"/> where it gives none.</summary>
    /// <exception cref="InvalidRequestException">The schema is none that can be compared with.</exception>
    public static AnswerSchema? Of(ClientRequest request)
    {
        if (request.Kind != RequestKind.Answer || request.Wishes.Format is not { } wish)
            return null;
        if (wish.Schema is not { } schema)
            return new AnswerSchema(request.Format, null);
        if (schema.Raw.Length > LargestSchema)
            throw new InvalidRequestException(wish.SchemaPlace, $"is larger than {LargestSchema} bytes, so that answers cannot be compared with it");
        try
        {
            var node = JsonNode.Parse(schema.Raw, null, new JsonDocumentOptions { MaxDepth = DeepestSchema });
            RemovePatterns(node);
            return new AnswerSchema(request.Format, JsonSchema.FromText(node!.ToJsonString()));
        }
        catch (JsonException exception)
        {
            throw new InvalidRequestException(wish.SchemaPlace, $"is no JSON schema that answers can be compared with: {JsonProblem.Describe(exception)}");
        }
        catch (Exception exception) when (exception is JsonSchemaException or ArgumentException or InvalidOperationException or UriFormatException)
        {
            throw new InvalidRequestException(wish.SchemaPlace, $"is no JSON schema that answers can be compared with: {exception.Message}");
        }
    }

    /// <summary>Takes bytes of the answer.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        if (_bytes.WrittenCount + bytes.Length <= LargestAnswer)
            _bytes.Write(bytes);
        else
            _isOther = true;
    }

    /// <summary>What is wrong with the answer, in one word; <see langword="null"/> for nothing, or where it is no structured one: a refusal, a call of a tool, an error.</summary>
    public string? Problem()
    {
        Read();
        if (_isOther || _text.Length == 0)
            return null;
        try
        {
            using var document = JsonDocument.Parse(_text.ToString());
            if (_schema is null)
                return document.RootElement.ValueKind == JsonValueKind.Object ? null : "no_object";
            return _schema.Evaluate(document.RootElement, new EvaluationOptions { OutputFormat = OutputFormat.Flag }).IsValid ? null : "other_shape";
        }
        catch (JsonException)
        {
            return "no_json";
        }
        catch (Exception exception) when (exception is JsonSchemaException or InvalidOperationException or ArgumentException)
        {
            return "schema_fails";
        }
    }

    /// <inheritdoc/>
    public void Take(scoped ref readonly AnswerEvent next)
    {
        switch (next.Kind)
        {
            case AnswerEventKind.Delta when next.PartKind == PartKind.Text:
                _text.Append(EscapedText.Decode(next.Token));
                break;
            case AnswerEventKind.PartBegin when next.PartKind is PartKind.Call or PartKind.TextCall or PartKind.Refusal:
                _isOther = true;
                break;
            case AnswerEventKind.End:
                IsComplete = true;
                _isOther |= next.End is { IsCut: true } or { Outcome: AnswerOutcome.Failed or AnswerOutcome.Calls };
                break;
        }
    }

    private void Read()
    {
        var context = new AnswerContext("", "", new ModelCapabilities(), TimeProvider.System, static () => "") { ProviderFormat = _format };
        var codec = FormatCodecs.Of(_format);
        var bytes = _bytes.WrittenSpan;
        try
        {
            if (bytes.TrimStart(" \r\n\t"u8) is [(byte)'{', ..])
            {
                AnswerReader.Read(bytes, codec.ReadAnswer, this, context);
                return;
            }

            using var reader = codec.ReadStream(context);
            reader.Read(bytes, this);
            reader.End(this);
        }
        catch (ProviderAnswerException)
        {
            _isOther = true;
        }
    }

    private static void RemovePatterns(JsonNode? node)
    {
        if (node is JsonObject schema)
        {
            schema.Remove("pattern");
            schema.Remove("patternProperties");
            schema.Remove("$schema");
            foreach (var (_, value) in schema)
                RemovePatterns(value);
        }
        else if (node is JsonArray list)
        {
            foreach (var value in list)
                RemovePatterns(value);
        }
    }
}
