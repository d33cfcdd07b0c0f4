namespace ModelScan.RoutingApi.Dialects.Canonical;

/// <summary>The shape that an answer has to have.</summary>
/// <param name="Place">Where it stands, without indexes.</param>
internal sealed record FormatWish(string Place)
{
    /// <summary>The JSON Schema; <see langword="null"/> for any JSON object.</summary>
    public RequestField? Schema { get; init; }

    /// <summary>Where the schema stands, without indexes.</summary>
    public string SchemaPlace { get; init; } = "";

    /// <summary>Its name, which OpenAI's formats require.</summary>
    public RequestField? Name { get; init; }

    public RequestField? Description { get; init; }

    /// <summary>Whether the answer has to follow it to the letter; <see langword="null"/> where nothing is said.</summary>
    public bool? IsStrict { get; init; }
}
