using ModelScan.RoutingApi.Pipeline;

namespace ModelScan.InProcess;

/// <summary>
/// A request has no answer. The types derived from this one say why, as far as a program can do something about it. A wrong configuration is an
/// <see cref="InvalidConfigurationException"/>.
/// </summary>
public class RouterException : Exception
{
    public RouterException()
    {
    }

    public RouterException(string message)
        : base(message)
    {
    }

    public RouterException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>The HTTP status that a client of the gateway would get; 0 where there is none.</summary>
    public int Status { get; init; }

    /// <summary>When the provider wants to be asked again, as it said it; <see langword="null"/> when it did not.</summary>
    public string? RetryAfter { get; init; }

    internal static Exception From(RouteFailure failure)
    {
        var (error, retryAfter) = (failure.Error, failure.RetryAfter);
        return failure.Kind switch
        {
            FailureKind.ModelNotFound => new ProviderNotFoundException(error.Message) { Status = error.Status },
            FailureKind.InvalidRequest or FailureKind.Unfit => new InvalidRequestException(error.Message) { Status = error.Status },
            FailureKind.FallbackFailed => new FallbackFailedException(error.Message) { Status = error.Status, RetryAfter = retryAfter },
            FailureKind.UpstreamTimeout => new UpstreamTimeoutException(error.Message) { Status = error.Status },
            FailureKind.UpstreamUnavailable => new UpstreamUnavailableException(error.Message) { Status = error.Status },
            FailureKind.UpstreamAnswerInvalid => new UpstreamProtocolException(error.Message) { Status = error.Status },
            FailureKind.ContainerFailed => new ContainerFailedException(error.Message) { Status = error.Status, RetryAfter = retryAfter },
            FailureKind.HealthCheckFailed => new HealthCheckFailedException(error.Message) { Status = error.Status, RetryAfter = retryAfter },
            FailureKind.ClientLeft => new OperationCanceledException(error.Message),
            _ => new UpstreamStatusException(error.Message) { Status = error.Status, RetryAfter = retryAfter },
        };
    }
}
