using System.Text.Json.Nodes;

namespace ModelScan.MetricsMock.Models;

/// <summary>The ways in which a provider fails its clients.</summary>
internal enum FailureKind
{
    /// <summary>429 with <c>Retry-After</c>.</summary>
    RateLimit,

    /// <summary>500, or the status given.</summary>
    ServerError,

    /// <summary>529 from an Anthropic endpoint, 503 from an OpenAI one.</summary>
    Overloaded,

    /// <summary>Nothing (more) comes until the client leaves.</summary>
    Hang,

    /// <summary>The connection breaks in the middle of the answer.</summary>
    CutStream,

    /// <summary>200 with a body, or a stream event, that is not JSON.</summary>
    BadJson,
}

/// <summary>A failure switched on for a model.</summary>
/// <param name="Kind">What happens.</param>
internal sealed record ModelFailure(FailureKind Kind)
{
    private static readonly Dictionary<string, FailureKind> Kinds = new(StringComparer.Ordinal)
    {
        ["rate_limit"] = FailureKind.RateLimit,
        ["server_error"] = FailureKind.ServerError,
        ["overloaded"] = FailureKind.Overloaded,
        ["hang"] = FailureKind.Hang,
        ["cut_stream"] = FailureKind.CutStream,
        ["bad_json"] = FailureKind.BadJson,
    };

    /// <summary>The wire names of the kinds.</summary>
    public static IReadOnlyDictionary<string, FailureKind> KindsByName => Kinds;

    /// <summary>Seconds in <c>Retry-After</c>; <see langword="null"/> leaves the header out.</summary>
    public int? RetryAfterSeconds { get; init; }

    /// <summary>The status to answer with instead of the kind's own.</summary>
    public int? Status { get; init; }

    /// <summary>
    /// Stream events that still arrive before the failure. <see langword="null"/>: the kinds with a status and <c>hang</c> strike
    /// before the first byte, the others after one event. With a number, a kind with a status becomes an error event inside the stream.
    /// </summary>
    public int? AfterChunks { get; init; }

    /// <summary>How many requests are still to fail; <see langword="null"/> means all.</summary>
    public int? Times { get; init; }

    /// <summary>Whether the kind is an HTTP error answer.</summary>
    public bool HasStatus => Kind is FailureKind.RateLimit or FailureKind.ServerError or FailureKind.Overloaded;

    /// <summary>This failure in the words that <c>PUT /models</c> takes.</summary>
    public JsonObject ToJson()
    {
        var json = new JsonObject { ["kind"] = Kinds.First(pair => pair.Value == Kind).Key };
        if (RetryAfterSeconds is { } retryAfter)
            json["retry_after_seconds"] = retryAfter;
        if (Status is { } status)
            json["status"] = status;
        if (AfterChunks is { } afterChunks)
            json["after_chunks"] = afterChunks;
        if (Times is { } times)
            json["times"] = times;
        return json;
    }
}
