using System.Globalization;
using System.Net.Sockets;
using System.Security.Authentication;
using ModelScan.RoutingApi.Dialects;
using ModelScan.RoutingApi.Providers;

namespace ModelScan.RoutingApi.Routing.Attempts;

/// <summary>Why a model gave no answer.</summary>
/// <param name="Target">The model.</param>
/// <param name="Error">What the client is told if nobody else answers.</param>
/// <param name="Reason">A few words for a list of failures.</param>
/// <param name="ErrorClass">One of the words of Plano's metrics: <c>timeout</c>, <c>connect</c>, <c>parse</c>, <c>stream</c>, <c>other</c>.</param>
internal sealed record AttemptFailure(ModelTarget Target, ClientError Error, string Reason, string ErrorClass)
{
    /// <summary>What went wrong, as far as asking again is concerned.</summary>
    public AttemptFailureKind Kind { get; private init; }

    /// <summary>When the provider wants to be asked again at the earliest, as it said it (<c>Retry-After</c>).</summary>
    public string? RetryAfter { get; init; }

    /// <summary>Whether the provider refused the request itself, so that this is the answer and nobody else is asked.</summary>
    public bool IsRefusal { get; init; }

    /// <summary>The request could not even be sent: no key, or an API that the gateway does not speak.</summary>
    public static AttemptFailure NotSent(ModelTarget target, ClientError error) => new(target, error, error.Message, "other");

    /// <summary>The provider answered with an error of its own.</summary>
    public static AttemptFailure Status(ModelTarget target, int status, string? retryAfter, ClientError error) => new(
        target, error, status == StatusCodes.Status429TooManyRequests ? "rate limited" : string.Create(CultureInfo.InvariantCulture, $"HTTP {status}"), status == StatusCodes.Status429TooManyRequests ? "other" : "none")
    {
        Kind = AttemptFailureKind.Status,
        RetryAfter = retryAfter,
        IsRefusal = !AttemptTerms.IsWorthAnotherModel(status),
    };

    /// <summary>One of the time limits was reached.</summary>
    public static AttemptFailure Timeout(ModelTarget target, string what) =>
        new(target, new ClientError(StatusCodes.Status504GatewayTimeout, $"{target.Config.Provider}: {what}", "UpstreamTimeout"), "timeout", "timeout");

    /// <summary>The connection could not be made, or broke.</summary>
    public static AttemptFailure Network(ModelTarget target, Exception exception)
    {
        var reason = Describe(exception);
        var connect = exception is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError };
        return new(target, new ClientError(StatusCodes.Status502BadGateway, $"{target.Config.Provider}: {reason}", "UpstreamUnavailable"), reason, connect ? "connect" : "stream")
        {
            // A certificate that is wrong stays wrong.
            Kind = exception is HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } ? AttemptFailureKind.Other : AttemptFailureKind.Connection,
        };
    }

    /// <summary>The answer is not what its format promises.</summary>
    public static AttemptFailure Unreadable(ModelTarget target, string problem) =>
        new(target, new ClientError(StatusCodes.Status502BadGateway, $"{target.Config.Provider}: {problem}", "UpstreamAnswerInvalid"), problem, "parse");

    // Messages of exceptions name inner addresses at times; clients are told the kind alone.
    private static string Describe(Exception exception) => exception switch
    {
        HttpRequestException { InnerException: SocketException { SocketErrorCode: SocketError.ConnectionRefused } } => "connection refused",
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => "its host name cannot be resolved",
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } or AuthenticationException => "no secure connection",
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } => "cannot be reached",
        _ => "the connection broke off",
    };
}
