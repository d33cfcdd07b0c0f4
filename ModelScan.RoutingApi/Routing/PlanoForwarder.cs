using ModelScan.RoutingApi.Dialects;
using ModelScan.RoutingApi.Providers;
using ModelScan.RoutingApi.Routing.Attempts;

namespace ModelScan.RoutingApi.Routing;

/// <summary>How often and how patiently a Plano is asked.</summary>
/// <param name="Timeout">Limit for the first byte of one attempt; <see langword="null"/> for that of any provider (<c>routing.timeouts</c>).</param>
/// <param name="RetryCount">Attempts after the first, 0..10.</param>
internal sealed record PlanoPatience(TimeSpan? Timeout, int RetryCount);

/// <summary>
/// Sends clients' requests to a Plano in their own bytes, whatever they ask for, and brings back its answers as they come.
/// <list type="number">
/// <item>an attempt fails when there is no connection, none of the answer in time, or a status of a Plano that is busy or whose
/// provider is: 429, 502, 503, 504;</item>
/// <item>all of these but time are worth another attempt, after what <c>Retry-After</c> asks for, else after a random part of a
/// delay that doubles (full jitter);</item>
/// <item>the last attempt's answer is the client's, an error too, unless another mode is tried next;</item>
/// <item>nothing is repeated once the client has been sent a byte.</item>
/// </list>
/// </summary>
internal sealed partial class PlanoForwarder
{
    /// <summary>The longest <c>Retry-After</c> that is waited for; beyond it the client, or another mode, knows better what to do.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    private readonly UpstreamAttempt _attempt;
    private readonly TimeProvider _time;
    private readonly Random _random;
    private readonly ILogger<PlanoForwarder> _logger;
    private readonly AttemptTerms _repeatable;

    public PlanoForwarder(UpstreamAttempt attempt, TimeProvider time, Random random, ILogger<PlanoForwarder> logger)
    {
        (_attempt, _time, _random, _logger) = (attempt, time, random, logger);
        _repeatable = new AttemptTerms(IsLast: true, IsWorthRepeating);
    }

    /// <summary>Answers <paramref name="exchange"/> with what Plano says.</summary>
    /// <returns>As <see cref="IRouter.RouteAsync"/>.</returns>
    public async ValueTask<ClientError?> ForwardAsync(ProxyExchange exchange, PlanoEndpoint plano, PlanoPatience patience, CancellationToken cancellationToken)
    {
        var target = plano.For(exchange.Envelope.Model);
        if (patience.Timeout is { } timeout)
            exchange.Limits = exchange.Limits with { FirstByte = timeout };
        for (var left = patience.RetryCount; ; left--)
        {
            exchange.Ask(target);
            var terms = exchange.HasFallback ? AttemptTerms.OneOfSeveral : left > 0 ? _repeatable : AttemptTerms.Last;
            if (await _attempt.TryAsync(exchange, target, terms, cancellationToken) is not { } failure)
                return null;
            if (exchange.HasBegun)
            {
                await BrokenAnswer.EndAsync(exchange, failure.Error, isBetweenEvents: true);
                return null;
            }

            if (left == 0 || !IsWorthRepeating(failure) || Delay(exchange, failure, patience.RetryCount - left) is not { } delay)
            {
                exchange.RetryAfter = failure.RetryAfter;
                return failure.Error;
            }

            Log.Repeats(_logger, plano.Address.Authority, failure.Reason, delay.TotalMilliseconds, left);
            await Task.Delay(delay, _time, cancellationToken);
        }
    }

    private static bool IsTransient(int status) =>
        status is StatusCodes.Status429TooManyRequests or StatusCodes.Status502BadGateway or StatusCodes.Status503ServiceUnavailable or StatusCodes.Status504GatewayTimeout;

    // What asks for more patience than there is goes to the client as it is.
    private bool IsWorthRepeating(HttpResponseMessage response) => IsTransient((int)response.StatusCode)
        && !(ErrorHeaders.RetryAfter(name => response.Headers.NonValidated.TryGetValues(name, out var values) ? values.ToString() : null, _time) > LongestWait);

    private static bool IsWorthRepeating(AttemptFailure failure) => failure.Kind switch
    {
        AttemptFailureKind.Status => IsTransient(failure.Error.Status),
        AttemptFailureKind.Connection => true,
        _ => false,
    };

    // Null when waiting would take longer than it is worth.
    private TimeSpan? Delay(ProxyExchange exchange, AttemptFailure failure, int retry)
    {
        var delay = failure.RetryAfter is { } text && ErrorHeaders.RetryAfter(name => name == "retry-after" ? text : null, _time) is { } asked
            ? asked
            : RetryDelay.Of(retry, _random.NextDouble());
        return delay > LongestWait || _time.GetElapsedTime(exchange.Started) + delay >= exchange.Limits.Total ? null : delay;
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Plano at {Address} gave no answer: {Reason}; asked again in {Milliseconds:0} ms, {Left} times left")]
        public static partial void Repeats(ILogger logger, string address, string reason, double milliseconds, int left);
    }
}
