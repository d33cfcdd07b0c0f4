namespace ModelScan.RoutingApi.Wire;

/// <summary>What forwarding needs to know of a request's body, found without reading the conversation.</summary>
/// <param name="Model">The top-level <c>model</c>; <see langword="null"/> when it is absent, null, empty or <c>none</c>.</param>
/// <param name="Stream">Whether the client asked for a stream.</param>
/// <param name="InlineRoutes">Where the top-level <c>routing_preferences</c> stand in the body; empty for nowhere.</param>
/// <param name="InlinePolicy">The same of the older <c>routing_policy</c>.</param>
internal readonly record struct RequestEnvelope(string? Model, bool Stream, Range InlineRoutes = default, Range InlinePolicy = default)
{
    // What clients of Plano write where they want the router to choose.
    private const string NoModel = "none";

    /// <summary>Longest name of a model in UTF-16 units: names become keys, labels and headers. The longest real ones are ARNs of some 200.</summary>
    public const int LongestModel = 512;

    /// <summary>Reads a body in one shallow pass; of repeated members the last one counts.</summary>
    /// <exception cref="InvalidRequestException">The body is not a JSON object, or one of the two members has a wrong type.</exception>
    public static RequestEnvelope Read(ReadOnlySpan<byte> body)
    {
        string? model = null;
        var stream = false;
        var (routes, policy) = (default(Range), default(Range));
        var members = new BodyMembers(body);
        while (members.Read())
        {
            if (members.NameIs("model"u8))
                model = ReadText(members.Value);
            else if (members.NameIs("stream"u8))
                stream = ReadFlag(members.Value);
            else if (members.NameIs("routing_preferences"u8))
                routes = members.ValueStart..members.ValueEnd;
            else if (members.NameIs("routing_policy"u8))
                policy = members.ValueStart..members.ValueEnd;
        }

        RequireName(model);
        return new RequestEnvelope(model is null or "" or NoModel ? null : model, stream, routes, policy);
    }

    /// <summary>Refuses what is no name of a model: names become keys, labels, headers, and parts of paths.</summary>
    /// <exception cref="InvalidRequestException">It is.</exception>
    public static void RequireName(string? model)
    {
        if (model?.Length > LongestModel)
            throw new InvalidRequestException("model", $"must have at most {LongestModel} characters, not {model.Length}");
        if (model is not null && model.Contains('.', StringComparison.Ordinal) && model.Split('/').Any(part => part is "." or ".."))
            throw new InvalidRequestException("model", $"'{model}' is no name of a model");
    }

    private static string? ReadText(ReadOnlySpan<byte> value)
    {
        var reader = ReaderAt(value, "model");
        return JsonValues.OptionalText(ref reader, "model");
    }

    private static bool ReadFlag(ReadOnlySpan<byte> value)
    {
        var reader = ReaderAt(value, "stream");
        return JsonValues.OptionalFlag(ref reader, "stream");
    }

    private static Utf8JsonReader ReaderAt(ReadOnlySpan<byte> value, string field)
    {
        var reader = new Utf8JsonReader(value);
        try
        {
            reader.Read();
        }
        catch (JsonException exception)
        {
            throw new InvalidRequestException($"Failed to parse JSON: the value of {field} is not valid", exception);
        }

        return reader;
    }
}
