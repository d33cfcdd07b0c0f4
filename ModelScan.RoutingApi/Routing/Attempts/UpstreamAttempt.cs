using ModelScan.RoutingApi.Dialects;
using ModelScan.RoutingApi.Dialects.Translation;
using ModelScan.RoutingApi.Providers;
using ModelScan.RoutingApi.Routing.Observation;

namespace ModelScan.RoutingApi.Routing.Attempts;

/// <summary>Sends a request to one model and, if it answers, brings the answer to the client.</summary>
internal sealed class UpstreamAttempt(UpstreamClients clients, TranslatorTable translators, ClientIdentity identity, ProxyTelemetry telemetry, TimeProvider time, Random random)
{
    private readonly Func<string> _newId = () => new string(random.GetItems<char>(IdAlphabet, 24));

    private const string IdAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    /// <summary>Makes one attempt.</summary>
    /// <param name="exchange">The client's request.</param>
    /// <param name="target">The model.</param>
    /// <param name="terms">What counts as an answer.</param>
    /// <param name="cancellationToken">Cancelled when the client leaves.</param>
    /// <returns><see langword="null"/> when the client has its answer, complete or broken off; else why there is none.</returns>
    public async ValueTask<AttemptFailure?> TryAsync(ProxyExchange exchange, ModelTarget target, AttemptTerms terms, CancellationToken cancellationToken)
    {
        if (EstimatedCount.IsNeededFor(exchange, target))
        {
            await EstimatedCount.AnswerAsync(exchange, wasAsked: false, cancellationToken);
            return null;
        }

        if (target.Problem is { } problem)
            return AttemptFailure.NotSent(target, problem);
        UpstreamRequest? request;
        try
        {
            request = UpstreamRequest.Prepare(exchange, target, translators, time, _newId);
        }
        catch (InvalidRequestException exception) when (!terms.IsLast)
        {
            return AttemptFailure.NotSent(target, ClientError.InvalidRequest(exception));
        }

        if (request is null)
            return AttemptFailure.NotSent(target, NoTranslation(exchange, target));
        using (request)
        {
            exchange.Dropped = request.Dropped;
            using var observation = telemetry.Begin(exchange, request);
            var failure = await SendAsync(exchange, request, observation, terms, cancellationToken);
            if (failure is not null)
                observation.Fail(failure);
            return failure;
        }
    }

    private async ValueTask<AttemptFailure?> SendAsync(ProxyExchange exchange, UpstreamRequest request, AttemptObservation observation, AttemptTerms terms, CancellationToken cancellationToken)
    {
        var target = request.Target;
        var limits = exchange.Limits;
        using var deadline = new AttemptDeadline(limits, time, exchange.Started, cancellationToken);
        using var message = request.ToMessage(exchange, identity);
        var keepAlive = exchange.Envelope.Stream && exchange.Snapshot.Config.KeepAlive is { } interval ? new KeepAlive(exchange, interval, time) : null;

        // Comments cannot be put into a compressed stream.
        if (keepAlive is not null)
            message.Headers.Remove("Accept-Encoding");
        HttpResponseMessage? response = null;
        try
        {
            var sent = clients.For(message.RequestUri!, limits.Connect).SendAsync(message, deadline.Token);
            response = keepAlive is null ? await sent : await keepAlive.WaitAsync(sent, deadline.Token);
            observation.Answered((int)response.StatusCode);
            if (EstimatedCount.IsNeededAfter(exchange, response.StatusCode))
            {
                await EstimatedCount.AnswerAsync(exchange, wasAsked: true, cancellationToken);
                return null;
            }

            if (terms.IsFailure(response))
            {
                return AttemptFailure.Status(
                    target, (int)response.StatusCode, RetryAfter(response), new ClientError((int)response.StatusCode, $"{target.Config.Provider}: HTTP {(int)response.StatusCode}", "UpstreamError"));
            }

            var answer = new ProviderAnswer(exchange, request, response, deadline, keepAlive, observation);
            if (request.CollectsStream && response.IsSuccessStatusCode && answer.IsEventStream)
                return await CollectedRelay.RunAsync(answer, request.Translation);
            if (request.Translation is null && answer.IsEncoded)
                observation.IsEncoded(response.Content.Headers.ContentEncoding);
            return request.Translation is { } translation
                ? await TranslatedRelay.RunAsync(answer, translation, time)
                : await PassThroughRelay.RunAsync(answer, terms.IsLast);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested && AttemptFailures.Of(target, exception, deadline, limits) is { } failure)
        {
            return failure;
        }
        finally
        {
            response?.Dispose();
        }
    }

    private static string? RetryAfter(HttpResponseMessage response) =>
        response.Headers.NonValidated.TryGetValues("Retry-After", out var values) ? values.ToString() : null;

    private static ClientError NoTranslation(ProxyExchange exchange, ModelTarget target) => new(
        StatusCodes.Status501NotImplemented,
        $"{target.Config.Provider} does not speak the format of /v1/{exchange.Format.Suffix()}, and there is no translation into one that it speaks",
        "NotSupported");
}
