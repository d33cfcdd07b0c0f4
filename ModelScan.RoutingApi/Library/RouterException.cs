using ModelScan.RoutingApi.Dialects;

namespace ModelScan.RoutingApi.Library;

/// <summary>
/// A request has no answer. The types below say why, as far as a program can do something about it; a wrong request is an
/// <see cref="InvalidRequestException"/>, a wrong configuration an <see cref="Configuration.InvalidConfigException"/>.
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

    internal static Exception From(ClientError error, string? retryAfter) => error.Code switch
    {
        "model_not_found" => new ProviderNotFoundException(error.Message) { Status = error.Status },
        "InvalidRequest" => new InvalidRequestException(error.Message),
        "FallbackFailed" => new FallbackFailedException(error.Message) { Status = error.Status, RetryAfter = retryAfter },
        "UpstreamTimeout" => new UpstreamTimeoutException(error.Message) { Status = error.Status },
        "UpstreamUnavailable" => new UpstreamUnavailableException(error.Message) { Status = error.Status },
        "UpstreamAnswerInvalid" => new UpstreamProtocolException(error.Message) { Status = error.Status },
        "ContainerFailed" => new ContainerFailedException(error.Message) { Status = error.Status, RetryAfter = retryAfter },
        "HealthCheckFailed" => new HealthCheckFailedException(error.Message) { Status = error.Status, RetryAfter = retryAfter },
        _ => new UpstreamStatusException(error.Message) { Status = error.Status, RetryAfter = retryAfter },
    };
}
