using System.Text;

namespace ModelScan.RoutingApi.Endpoints;

/// <summary>The headers by which every answer says what the gateway did.</summary>
internal static class ResponseHeaders
{
    public const string Mode = "x-modelscan-mode";

    /// <summary>Why the mode in force did not answer, where direct mode took over.</summary>
    public const string Fallback = "x-modelscan-fallback";
    public const string Route = "x-modelscan-route";
    public const string Model = "x-modelscan-model";
    public const string Provider = "x-modelscan-provider";

    /// <summary>How many models were asked.</summary>
    public const string Attempts = "x-modelscan-attempts";

    /// <summary>Fields of the request that the provider was not told.</summary>
    public const string Dropped = "x-modelscan-dropped";

    /// <summary>Candidates that were not asked, and why: what they lack, or that they have lately failed.</summary>
    public const string PassedOver = "x-modelscan-passed-over";

    /// <summary>Whether a count of tokens is the gateway's own estimate.</summary>
    public const string Estimated = "x-modelscan-estimated";
    public const string DecidedBy = "x-modelscan-decided-by";
    public const string Explain = "x-modelscan-explain";
    public const string TraceId = "x-modelscan-trace-id";

    /// <summary>Names the request in logs, in traces and on record.</summary>
    public const string RequestId = "x-modelscan-request-id";

    /// <summary>Header values are ASCII: names in other alphabets are percent-encoded as UTF-8 (RFC 3986).</summary>
    public static string Encode(string value) => Ascii.IsValid(value) && !value.AsSpan().ContainsAnyInRange('\0', '\u001F') && !value.Contains('\u007F', StringComparison.Ordinal)
        ? value
        : Uri.EscapeDataString(value);
}
