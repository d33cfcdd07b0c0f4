using System.Globalization;
using ModelScan.RoutingApi.Dialects;
using ModelScan.RoutingApi.Providers;

namespace ModelScan.RoutingApi.Routing.Attempts;

/// <summary>
/// Asks models one after the other until one begins to answer:
/// <list type="number">
/// <item>the next candidate gets the request in its own format;</item>
/// <item>no connection, no first byte in time, a 429 or a 5xx, or a stream that begins with an error: on to the next one;</item>
/// <item>anything else is the answer, a provider's 4xx included, and goes to the client as it comes;</item>
/// <item>when nobody answers, the client is told what each of them said.</item>
/// </list>
/// From the first byte on there is no way back: what fails then ends the client's stream as broken.
/// </summary>
internal sealed partial class ModelAttempts(UpstreamAttempt attempt, ILogger<ModelAttempts> logger)
{
    /// <summary>Most models that one request is sent to.</summary>
    public const int MaxAttempts = 8;

    /// <summary>Answers <paramref name="exchange"/> with the first of <paramref name="candidates"/> that can; there is at least one.</summary>
    /// <returns>As <see cref="IRouter.RouteAsync"/>.</returns>
    public async ValueTask<ClientError?> RunAsync(ProxyExchange exchange, IReadOnlyList<ModelTarget> candidates, CancellationToken cancellationToken)
    {
        List<AttemptFailure>? failures = null;
        var count = Math.Min(candidates.Count, MaxAttempts);
        var terms = count == 1 && !exchange.HasFallback ? AttemptTerms.Last : AttemptTerms.OneOfSeveral;
        for (var i = 0; i < count; i++)
        {
            exchange.Ask(candidates[i]);
            if (await attempt.TryAsync(exchange, candidates[i], terms, cancellationToken) is not { } failure)
                return null;
            (failures ??= []).Add(failure);
            Log.Failed(logger, candidates[i].Name, i + 1, count, failure.Reason);
            if (exchange.HasBegun)
            {
                await BrokenAnswer.EndAsync(exchange, failure.Error, isBetweenEvents: true);
                return null;
            }

            if (failure.IsRefusal)
            {
                exchange.RetryAfter = failure.RetryAfter;
                return failure.Error;
            }
        }

        exchange.RetryAfter = SmallestRetryAfter(failures!);
        return Combine(failures!);
    }

    private static ClientError Combine(List<AttemptFailure> failures)
    {
        var first = failures[0].Error;
        if (failures.Count == 1)
            return first;
        var list = string.Join("; ", failures.Select(failure => $"{failure.Target.Name}: {failure.Reason}"));
        if (failures.TrueForAll(failure => failure.Error.Status == StatusCodes.Status429TooManyRequests))
            return new ClientError(StatusCodes.Status429TooManyRequests, $"all {failures.Count} models are rate limited: {list}", "RateLimited");

        // Where it is the request's or the configuration's fault, all candidates say so, and the first says it best.
        return first.Status is >= 400 and < 500 or StatusCodes.Status501NotImplemented && failures.TrueForAll(failure => failure.Error.Status == first.Status)
            ? first
            : new ClientError(StatusCodes.Status502BadGateway, $"all {failures.Count} models failed: {list}", "AllModelsFailed");
    }

    private static string? SmallestRetryAfter(List<AttemptFailure> failures) => failures
        .Select(failure => failure.RetryAfter)
        .OfType<string>()
        .OrderBy(text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? seconds : int.MaxValue)
        .FirstOrDefault();

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "{Model} gave no answer (attempt {Attempt} of {Attempts}): {Reason}")]
        public static partial void Failed(ILogger logger, string model, int attempt, int attempts, string reason);
    }
}
