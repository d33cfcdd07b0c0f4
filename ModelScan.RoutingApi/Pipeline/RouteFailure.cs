using ModelScan.RoutingApi.Dialects;

namespace ModelScan.RoutingApi.Pipeline;

/// <summary>
/// Why a request has no answer. What follows from it goes by <see cref="Kind"/> alone; the error's code is what clients read, and may be a
/// provider's own word.
/// </summary>
/// <param name="Kind">What kind of failure it is.</param>
/// <param name="Error">What the client is told.</param>
internal sealed record RouteFailure(FailureKind Kind, ClientError Error)
{
    /// <summary>When to ask again, as the provider said it (<c>Retry-After</c>); <see langword="null"/> when nobody said.</summary>
    public string? RetryAfter { get; init; }

    /// <summary>Whether another model may be asked, where this one does not fit into a limit.</summary>
    public bool MayAskOthers { get; init; }

    /// <summary>Whether it says something of whoever was asked, and not of the request: then another mode is worth asking.</summary>
    public bool IsWorthAnotherMode => Kind is not (FailureKind.ClientLeft or FailureKind.NotAllowed or FailureKind.LimitExceeded or FailureKind.Overloaded) && (Error.Status == StatusCodes.Status429TooManyRequests || Error.Status >= StatusCodes.Status500InternalServerError);
}

/// <summary>Kinds of failures.</summary>
internal enum FailureKind
{
    /// <summary>The request is wrong, whoever answers it.</summary>
    InvalidRequest,

    /// <summary>No configured provider serves the model that was asked for.</summary>
    ModelNotFound,

    /// <summary>The request cannot be said to this model.</summary>
    Unfit,

    /// <summary>The client's key does not open it.</summary>
    NotAllowed,

    /// <summary>It does not fit into a limit or budget.</summary>
    LimitExceeded,

    /// <summary>There is no key for the provider.</summary>
    KeyMissing,

    /// <summary>The gateway does not speak the provider's API, or has no translation into it.</summary>
    NotSupported,

    /// <summary>The provider answered with an error.</summary>
    UpstreamStatus,

    /// <summary>The provider did not answer in time.</summary>
    UpstreamTimeout,

    /// <summary>The provider could not be reached, or the connection broke.</summary>
    UpstreamUnavailable,

    /// <summary>The provider's answer is not what its format promises.</summary>
    UpstreamAnswerInvalid,

    /// <summary>Several models were asked, and none answered.</summary>
    AllModelsFailed,

    /// <summary>The embedded Plano's container is not running.</summary>
    ContainerFailed,

    /// <summary>The embedded Plano's container runs and does not answer its health check.</summary>
    HealthCheckFailed,

    /// <summary>Neither the mode in force nor direct mode answered.</summary>
    FallbackFailed,

    /// <summary>A guard or a filter refused it, or its answer.</summary>
    Guarded,

    /// <summary>The gateway has no memory or no connection left for it, or is shutting down.</summary>
    Overloaded,

    /// <summary>The client left before it had its answer.</summary>
    ClientLeft,

    /// <summary>The gateway itself failed.</summary>
    Internal,
}
