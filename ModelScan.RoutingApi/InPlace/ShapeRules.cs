using ModelScan.RoutingApi.Capabilities;
using ModelScan.RoutingApi.Dialects.Canonical;
using ModelScan.RoutingApi.Dialects.Fitting;
using ModelScan.RoutingApi.Dialects.OpenAiChat;

namespace ModelScan.RoutingApi.InPlace;

/// <summary>
/// The shape that an answer has to have, in a request that keeps its format: the same as in a translation. A schema is brought into the model's form;
/// where the model has no schemas it gets JSON mode, or nothing but a line in the system prompt.
/// </summary>
internal static class ShapeRules
{
    /// <summary>The rules for one request.</summary>
    public static IReadOnlyList<MemberRule> For(ApiFormat format, ReadOnlyMemory<byte> body, ModelCapabilities capabilities)
    {
        var takesSchemas = capabilities.StructuredOutput == StructuredOutput.JsonSchema;
        if (takesSchemas && capabilities.Schemas is not (SchemaProfile.Gemini or SchemaProfile.Anthropic))
            return [];
        if (body.Span.IndexOf("\"json_schema\""u8) < 0 && (takesSchemas || body.Span.IndexOf("\"json_object\""u8) < 0))
            return [];
        var members = new BodyMembers(body.Span);
        while (members.Read())
        {
            if (NameOf(format, ref members) is { } name && Wish(format, name, body[members.ValueStart..members.ValueEnd]) is { } shape)
                return For(format, name, shape, capabilities);
        }

        return [];
    }

    private static string? NameOf(ApiFormat format, ref BodyMembers members) => format switch
    {
        ApiFormat.ChatCompletions when members.NameIs("response_format"u8) => "response_format",
        ApiFormat.Responses when members.NameIs("text"u8) => "text",
        ApiFormat.Messages when members.NameIs("output_config"u8) => "output_config",
        ApiFormat.Messages when members.NameIs("output_format"u8) => "output_format",
        _ => null,
    };

    // What is wished, and where in the member its schema stands.
    private static Shape? Wish(ApiFormat format, string name, ReadOnlyMemory<byte> value)
    {
        try
        {
            return RequestDocument.Read(value, root =>
            {
                var owner = name is "text" or "output_config" ? root.Find("format") : root;
                if (owner is not { } wish)
                    return null;
                string[] path = name is "text" or "output_config" ? ["format"] : [];
                var isNested = wish.Find("json_schema") is not null;
                var read = format == ApiFormat.Messages
                    ? new FormatWish(name) { Schema = wish.Get("schema").AsObject() }
                    : OpenAiFormat.Read(wish, isNested ? wish.Find("json_schema") : wish, name, name, new Losses());
                if (read is null)
                    return null;
                var advice = FormatFit.AdviceFor(read);
                return new Shape(read.Schema is not null, advice, path, isNested ? [.. path, "json_schema", "schema"] : [.. path, "schema"]);
            });
        }
        catch (InvalidRequestException)
        {
            return null;
        }
    }

    private static List<MemberRule> For(ApiFormat format, string name, Shape shape, ModelCapabilities capabilities)
    {
        var means = FormatFit.MeansOf(shape.HasSchema, capabilities, hasJsonMode: format != ApiFormat.Messages);
        if (means == FormatMeans.Schema)
            return [new MemberRule(name, value => WithSchema(value, shape, capabilities))];
        var rules = new List<MemberRule>();
        if (means == FormatMeans.Advice || shape.HasSchema)
            rules.Add(new MemberRule(name, value => Without(value, shape, means)) { IsReported = shape.HasSchema });
        if (means == FormatMeans.Advice || shape.HasSchema)
            rules.Add(SystemRules.Saying(format, shape.Advice));
        return rules;
    }

    // Where nothing but blanks would change, nothing does.
    private static ReadOnlyMemory<byte>? WithSchema(ReadOnlyMemory<byte> value, Shape shape, ModelCapabilities capabilities)
    {
        var fitted = InPlaceJson.Change(value, (root, json) =>
        {
            var schema = root;
            foreach (var step in shape.SchemaPath)
                schema = schema.Get(step);
            InPlaceJson.Replace(json, root, shape.SchemaPath, inner => SchemaFit.WriteFormat(inner, new FormatWish("") { Schema = schema }, capabilities.Schemas, new Losses()));
            return true;
        });
        return fitted.Span.SequenceEqual(CompactJson.Of(value.Span)) ? value : fitted;
    }

    private static ReadOnlyMemory<byte>? Without(ReadOnlyMemory<byte> value, Shape shape, FormatMeans means)
    {
        if (shape.FormatPath.Length == 0)
            return means == FormatMeans.JsonMode ? """{"type":"json_object"}"""u8.ToArray() : (ReadOnlyMemory<byte>?)null;
        var rest = InPlaceJson.Change(value, (root, json) =>
        {
            InPlaceJson.Replace(json, root, shape.FormatPath, means == FormatMeans.JsonMode ? static inner => inner.WriteRawValue("""{"type":"json_object"}"""u8, skipInputValidation: true) : null);
            return true;
        });
        return rest.Span.SequenceEqual("{}"u8) ? (ReadOnlyMemory<byte>?)null : rest;
    }

    private sealed record Shape(bool HasSchema, string Advice, string[] FormatPath, string[] SchemaPath);
}
