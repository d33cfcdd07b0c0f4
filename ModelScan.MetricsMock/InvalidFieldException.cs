namespace ModelScan.MetricsMock;

/// <summary>A request that is refused with 400 because of one field.</summary>
/// <param name="field">Path of the field, such as <c>messages[0].role</c>; empty for the body as a whole.</param>
/// <param name="message">What is wrong with it.</param>
internal sealed class InvalidFieldException(string field, string message) : Exception(message)
{
    public string Field { get; } = field;

    /// <summary>What programs know it by, where the API has a word for it.</summary>
    public string? Code { get; init; }
}
