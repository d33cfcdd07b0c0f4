namespace ModelScan.RoutingApi.ModelMetrics;

/// <summary>A source could not be read; the message is short and holds no secret.</summary>
/// <param name="outcome">Word for the refresh counter: <c>connect</c>, <c>timeout</c>, <c>status</c>, <c>too_large</c>, <c>format</c>, <c>transfer</c> or <c>empty</c>.</param>
/// <param name="message">What went wrong, for the log.</param>
/// <param name="cause">The exception behind it, if any.</param>
public sealed class ModelMetricsFetchException(string outcome, string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>The kind of failure in one word.</summary>
    public string Outcome { get; } = outcome;

    /// <summary>The answer is not what the feed promises.</summary>
    internal static ModelMetricsFetchException Format(string message, Exception? cause = null) => new("format", message, cause);
}
