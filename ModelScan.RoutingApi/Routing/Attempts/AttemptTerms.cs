namespace ModelScan.RoutingApi.Routing.Attempts;

/// <summary>What counts as an answer of a provider's, given what else can be done.</summary>
/// <param name="IsLast">Whether nobody else is asked afterwards: then a stream that begins with an error is the answer, and a request that cannot be said to this provider is wrong.</param>
/// <param name="IsFailure">Which responses are no answer, by status and headers.</param>
internal sealed record AttemptTerms(bool IsLast, Func<HttpResponseMessage, bool> IsFailure)
{
    /// <summary>Nobody else is asked: the provider's own errors are the answer.</summary>
    public static AttemptTerms Last { get; } = new(true, static _ => false);

    /// <summary>Somebody else can be asked: a provider that is busy or broken has not answered.</summary>
    public static AttemptTerms OneOfSeveral { get; } = new(false, static response => IsWorthAnotherModel((int)response.StatusCode));

    /// <summary>
    /// Whether a status says something of the provider and not of the request. Bedrock says 408 when a model took too long, and 424 when
    /// it failed.
    /// </summary>
    public static bool IsWorthAnotherModel(int status) => status
        is StatusCodes.Status408RequestTimeout or StatusCodes.Status424FailedDependency or StatusCodes.Status429TooManyRequests or >= StatusCodes.Status500InternalServerError;
}
