using System.Globalization;
using System.Net.Sockets;
using System.Security.Authentication;
using ModelScan.RoutingApi.Dialects;
using ModelScan.RoutingApi.Pipeline;
using ModelScan.RoutingApi.Providers;

namespace ModelScan.RoutingApi.Routing.Attempts;

/// <summary>Why a model gave no answer.</summary>
/// <param name="Target">The model.</param>
/// <param name="Kind">What kind of failure it is.</param>
/// <param name="Verdict">What follows from it.</param>
/// <param name="Error">What the client is told if nobody else answers. Clients decide by its words whether to try again: connection lost, timeout, service unavailable.</param>
/// <param name="Reason">A few words for a list of failures.</param>
/// <param name="ErrorClass">One of the words of Plano's metrics: <c>timeout</c>, <c>connect</c>, <c>parse</c>, <c>stream</c>, <c>other</c>.</param>
internal sealed record AttemptFailure(ModelTarget Target, FailureKind Kind, UpstreamVerdict Verdict, ClientError Error, string Reason, string ErrorClass)
{
    /// <summary>When the provider wants to be asked again at the earliest, as it said it (<c>Retry-After</c>).</summary>
    public string? RetryAfter { get; init; }

    /// <summary>The provider's status; 0 where there was none.</summary>
    public int Status { get; init; }

    /// <summary>The member to leave out, where that is worth another request.</summary>
    public string? Parameter { get; init; }

    /// <summary>Whether the provider took against the key alone, and there is another.</summary>
    public bool HasOtherKey { get; init; }

    /// <summary>
    /// Whether a connection that was kept for the next request turned out to be closed when that came: most likely nobody has seen the request,
    /// and on a new connection somebody will.
    /// </summary>
    public bool IsOfKeptConnection { get; init; }

    /// <summary>Whether a request was sent at all.</summary>
    public bool WasSent { get; init; } = true;

    /// <summary>The request could not even be sent: no key, an API that the gateway does not speak, a request that cannot be said to this model.</summary>
    public static AttemptFailure NotSent(ModelTarget target, FailureKind kind, ClientError error) =>
        new(target, kind, UpstreamVerdict.TryAnother, error, error.Message, "other") { WasSent = false };

    /// <summary>The request may not be sent to this model: the client's key does not open it, or a limit leaves no room.</summary>
    public static AttemptFailure NotAllowed(ModelTarget target, RouteFailure refusal) =>
        new(target, refusal.Kind, refusal.Kind == FailureKind.NotAllowed || refusal.MayAskOthers ? UpstreamVerdict.TryAnother : UpstreamVerdict.Refuse, refusal.Error, refusal.Error.Message, "other") { WasSent = false, RetryAfter = refusal.RetryAfter };

    /// <summary>The provider answered with an error of its own.</summary>
    public static AttemptFailure OfStatus(ModelTarget target, UpstreamVerdict verdict, int status, string? retryAfter, ClientError error) => new(
        target, FailureKind.UpstreamStatus, verdict, error,
        status == StatusCodes.Status429TooManyRequests ? "rate limited" : string.Create(CultureInfo.InvariantCulture, $"HTTP {status}"),
        status == StatusCodes.Status429TooManyRequests ? "other" : "none")
    {
        RetryAfter = retryAfter,
        Status = status,
    };

    /// <summary>The provider said within its answer, or instead of it, that it failed.</summary>
    public static AttemptFailure Said(ModelTarget target, ClientError error) => new(
        target, FailureKind.UpstreamStatus, UpstreamVerdicts.Of(error.Status, UpstreamVerdicts.IsOperators(target)), error, error.Message, "stream")
    { Status = error.Status };

    /// <summary>One of the time limits was reached.</summary>
    public static AttemptFailure Timeout(ModelTarget target, string what) => new(
        target, FailureKind.UpstreamTimeout, UpstreamVerdict.TryAnother,
        new ClientError(StatusCodes.Status504GatewayTimeout, $"{target.Config.Provider}: timeout: {what}", "UpstreamTimeout"), "timeout", "timeout");

    /// <summary>The connection could not be made, or broke.</summary>
    public static AttemptFailure Network(ModelTarget target, Exception exception)
    {
        var reason = Describe(exception);
        var error = exception is HttpRequestException http ? http.HttpRequestError : HttpRequestError.Unknown;
        var connect = error is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError;

        // A certificate that is wrong stays wrong.
        return new AttemptFailure(
            target, FailureKind.UpstreamUnavailable, error == HttpRequestError.SecureConnectionError ? UpstreamVerdict.TryAnother : UpstreamVerdict.TryAgain,
            new ClientError(StatusCodes.Status502BadGateway, $"{target.Config.Provider}: {reason}", "UpstreamUnavailable"), reason, connect ? "connect" : "stream");
    }

    /// <summary>The answer is not what its format promises.</summary>
    public static AttemptFailure Unreadable(ModelTarget target, string problem) => new(
        target, FailureKind.UpstreamAnswerInvalid, UpstreamVerdict.TryAnother,
        new ClientError(StatusCodes.Status502BadGateway, $"{target.Config.Provider}: {problem}", "UpstreamAnswerInvalid"), problem, "parse");

    /// <summary>The gateway has no memory or no connection left, or is shutting down.</summary>
    public static AttemptFailure Busy(ModelTarget target, ClientError error, UpstreamVerdict verdict) =>
        new(target, FailureKind.Overloaded, verdict, error, error.Message, "other") { RetryAfter = error.RetryAfter?.ToString(CultureInfo.InvariantCulture) };

    /// <summary>The client left while the provider was being asked, or answering.</summary>
    public static AttemptFailure ClientLeft(ModelTarget target) =>
        new(target, FailureKind.ClientLeft, UpstreamVerdict.Refuse, new ClientError(StatusCodes.Status499ClientClosedRequest, "the client left", "ClientLeft"), "the client left", "other");

    // Messages of exceptions name inner addresses at times; clients are told the kind alone.
    private static string Describe(Exception exception) => exception switch
    {
        HttpRequestException { InnerException: SocketException { SocketErrorCode: SocketError.ConnectionRefused } } => "connection refused",
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => "service unavailable: its host name cannot be resolved",
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } or AuthenticationException => "service unavailable: no secure connection",
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } => "service unavailable: cannot be reached",
        _ => "connection lost",
    };
}
