using System.Net;

namespace ModelScan.RoutingApi.Routing.Attempts;

/// <summary>What counts as an answer of a provider's, given what else can be done.</summary>
/// <param name="IsLast">Whether nobody else is asked afterwards: then a stream that begins with an error is the answer, and a request that cannot be said to this provider is wrong.</param>
/// <param name="IsFailure">Which responses are no answer, by status and headers.</param>
internal sealed record AttemptTerms(bool IsLast, Func<HttpResponseMessage, bool> IsFailure)
{
    /// <summary>Nobody else is asked: the provider's own errors are the answer.</summary>
    public static AttemptTerms Last { get; } = new(true, static _ => false);

    /// <summary>
    /// Somebody else can be asked: a provider that is busy or broken has not answered. (Bedrock says 408 when a model took too long, and 424
    /// when it failed.)
    /// </summary>
    public static AttemptTerms OneOfSeveral { get; } = new(false, static response => response.StatusCode
        is HttpStatusCode.RequestTimeout or HttpStatusCode.FailedDependency or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError);
}
