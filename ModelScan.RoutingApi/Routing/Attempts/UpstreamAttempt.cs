using System.Net;
using ModelScan.RoutingApi.Dialects;
using ModelScan.RoutingApi.Dialects.Fitting;
using ModelScan.RoutingApi.Dialects.OpenAiResponses.Compaction;
using ModelScan.RoutingApi.Pipeline;
using ModelScan.RoutingApi.Providers;
using ModelScan.RoutingApi.Providers.Aws;
using ModelScan.RoutingApi.Providers.Health;
using ModelScan.RoutingApi.Resources;
using ModelScan.RoutingApi.Routing.Observation;

namespace ModelScan.RoutingApi.Routing.Attempts;

/// <summary>How an attempt ended.</summary>
/// <param name="Report">What was sent and what came of it; <see langword="null"/> when nothing was sent.</param>
/// <param name="Failure">Why the client has no answer; <see langword="null"/> when it has one, complete or broken off.</param>
/// <param name="IsEstimated">Whether the answer is the gateway's own estimate.</param>
internal readonly record struct AttemptEnd(AttemptReport? Report, AttemptFailure? Failure, bool IsEstimated = false);

/// <summary>Sends a request to one model and, if it answers, brings the answer to the client.</summary>
internal sealed class UpstreamAttempt(UpstreamClients clients, ClientIdentity identity, RequestSigner signer, ProviderKeys keys, ProxyTelemetry telemetry, MemoryBudget budget, AnswerCutOff cutOff, TimeProvider time, Random random)
{
    private readonly Func<string> _newId = () => new string(random.GetItems<char>(IdAlphabet, 24));

    private const string IdAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    // Within a round trip whoever has closed a connection says so; who takes longer may have worked on the request.
    private static readonly TimeSpan LongestRoundTrip = TimeSpan.FromSeconds(2);

    // A provider that is restarted has closed all of them.
    private const int MostKeptConnections = 3;

    /// <summary>The longest <c>Retry-After</c> that is waited for; beyond it the client, or another mode, knows better what to do.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    /// <summary>Makes one attempt.</summary>
    /// <param name="plan">The client's request.</param>
    /// <param name="target">The model.</param>
    /// <param name="before">How many requests have been sent before this one.</param>
    /// <param name="terms">What counts as an answer.</param>
    /// <param name="without">A member that is left out; <see langword="null"/> for none.</param>
    /// <param name="cancellationToken">Cancelled when the client leaves.</param>
    /// <exception cref="InvalidRequestException">The request is wrong, or cannot be said to this provider and there is no other.</exception>
    public async ValueTask<AttemptEnd> TryAsync(RoutePlan plan, ModelTarget target, int before, AttemptTerms terms, string? without, CancellationToken cancellationToken)
    {
        if (plan.Request.Allowance is { } allowance && await allowance.EnterAsync(plan, target, cancellationToken) is { } refusal)
            return new AttemptEnd(null, AttemptFailure.NotAllowed(target, refusal));
        if (EstimatedCount.IsNeededFor(plan.Request, target))
        {
            await EstimatedCount.AnswerAsync(plan, target, before);
            return new AttemptEnd(null, null, IsEstimated: true);
        }

        if (target.Problem is { } problem)
            return NotSent(target, problem.Status == StatusCodes.Status501NotImplemented ? FailureKind.NotSupported : FailureKind.KeyMissing, problem);
        UpstreamRequest? request;
        try
        {
            request = UpstreamRequest.Prepare(plan, target, time, _newId, without);
        }
        catch (InvalidRequestException exception) when (terms == AttemptTerms.OneOfSeveral)
        {
            return NotSent(target, FailureKind.Unfit, ClientError.InvalidRequest(exception));
        }
        catch (MemoryBudgetException exception)
        {
            return new AttemptEnd(null, AttemptFailure.Busy(target, ClientError.Busy(exception), UpstreamVerdict.Refuse) with { WasSent = false });
        }
        catch (EarlierMissingException exception)
        {
            return NotSent(target, FailureKind.Unfit, exception.Error);
        }

        if (request is null)
            return NotSent(target, FailureKind.NotSupported, NoTranslation(plan, target));
        using (request)
        {
            // Nobody has read a request that keeps its format: one that this model cannot take at all goes to the next.
            if (terms == AttemptTerms.OneOfSeveral && request.Translation is null && !target.Api.IsGateway && Fitness.Of(request.Format, plan.Request.Whole.Span, target.Capabilities) is { } unfit)
                return NotSent(target, FailureKind.Unfit, new ClientError(StatusCodes.Status400BadRequest, $"{target.Name}: {unfit.Reason}", "InvalidRequest"));
            using var observation = telemetry.Begin(plan, request, before + 1);
            var (failure, isEstimated) = await SendAsync(plan, request, observation, terms, without is not null, cancellationToken);
            for (var i = 0; i < MostKeptConnections && failure is { IsOfKeptConnection: true } && request.IsRepeatable; i++)
                (failure, isEstimated) = await SendAsync(plan, request, observation, terms, without is not null, cancellationToken);
            if (failure is not null)
                observation.Fail(failure);
            return new AttemptEnd(observation.End(), failure, isEstimated);
        }
    }

    private async ValueTask<(AttemptFailure? Failure, bool IsEstimated)> SendAsync(
        RoutePlan plan, UpstreamRequest request, AttemptObservation observation, AttemptTerms terms, bool isRepaired, CancellationToken cancellationToken)
    {
        var target = request.Target;
        using var deadline = new AttemptDeadline(plan.Limits, time, plan.Request.Started, cancellationToken, cutOff.Token);
        using var key = keys.Take(target);
        using var message = request.ToMessage(plan, identity, key.Secret);
        var keepAlive = plan.Request.Envelope.Stream && plan.Request.Door is null && plan.Request.Snapshot.Config.KeepAlive is { } interval
            ? new KeepAlive(plan.Response, observation.Head, interval, time)
            : null;

        // How long an upload takes says nothing of its provider.
        if (message.Content is UploadContent sending)
            sending.Progress = deadline.ExpectFirstByte;

        // Comments cannot be put into a compressed stream, and what is kept has to be read.
        if (keepAlive is not null || plan.Request.IsRemembered || plan.Request.ReadsAnswer)
            message.Headers.Remove("Accept-Encoding");
        HttpResponseMessage? response = null;
        var began = time.GetTimestamp();
        try
        {
            if (target.IsSigned && await signer.SignAsync(message, target, request.ComputeBodyHash(), deadline.Token) is { } unsigned)
                return (AttemptFailure.NotSent(target, FailureKind.KeyMissing, unsigned), false);
            var sent = clients.For(message.RequestUri!, plan.Limits.Connect).SendAsync(message, deadline.Token);
            response = keepAlive is null ? await sent : await keepAlive.WaitAsync(sent, deadline.Token);
            observation.Answered((int)response.StatusCode, response.IsSuccessStatusCode ? null : RetryAfterOf(response), message.ConnectTime);
            if (key.Observe((int)response.StatusCode, response.IsSuccessStatusCode ? null : RetryAfterOf(response)) && plan.Request.Door?.Upload is null)
            {
                var refused = AttemptFailure.OfStatus(
                    target, UpstreamVerdict.TryAgain, (int)response.StatusCode, RetryAfter(response), new ClientError((int)response.StatusCode, $"{target.Config.Provider}: HTTP {(int)response.StatusCode}", "UpstreamError"));
                return (refused with { HasOtherKey = true }, false);
            }

            if (AnswerFraming.FaultOf(response) is { } fault)
                return (AttemptFailure.Unreadable(target, fault), false);
            if (EstimatedCount.IsNeededAfter(plan.Request, response.StatusCode))
            {
                await EstimatedCount.AnswerAsync(plan, target, observation.Number);
                return (null, true);
            }

            var verdict = RetryOrder.RuleFor(plan.Retry, (int)response.StatusCode) is null ? UpstreamVerdicts.Of(response, target) : UpstreamVerdict.TryAnother;
            if (IsEndpointMissing(plan.Request, request, response.StatusCode))
                return (AttemptFailure.OfStatus(target, UpstreamVerdict.Repair, (int)response.StatusCode, null, new ClientError((int)response.StatusCode, $"{target.Config.Provider} has no endpoint for compactions", "UpstreamError")) with { Parameter = CompactionRequest.Endpoint }, false);
            if (!IsAnswer(response, verdict, terms))
            {
                return (AttemptFailure.OfStatus(
                    target, verdict, (int)response.StatusCode, RetryAfter(response), new ClientError((int)response.StatusCode, $"{target.Config.Provider}: HTTP {(int)response.StatusCode}", "UpstreamError")), false);
            }

            var answer = new ProviderAnswer(plan, request, response, deadline, keepAlive, observation, budget);
            return (await RelayAsync(answer, verdict, terms, isRepaired), false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return (AttemptFailure.ClientLeft(target), false);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested && AttemptFailures.Of(target, exception, deadline, plan.Limits) is { } failure)
        {
            var isOfKept = response is null && message.IsOnKeptConnection && IsClosing(exception) && time.GetElapsedTime(began) < LongestRoundTrip;
            return (isOfKept ? failure with { IsOfKeptConnection = true } : failure, false);
        }
        finally
        {
            response?.Dispose();
        }
    }

    private ValueTask<AttemptFailure?> RelayAsync(ProviderAnswer answer, UpstreamVerdict verdict, AttemptTerms terms, bool isRepaired)
    {
        var translation = answer.Request.Translation;
        if (verdict != UpstreamVerdict.Answer && answer.Plan.Request.Door is null && (translation is not null || (UpstreamVerdicts.IsOfTheRequest((int)answer.Response.StatusCode) && !answer.Target.Api.IsGateway)))
            return RefusalRelay.RunAsync(answer, verdict, terms, isRepaired, time);
        if (answer.Request.CollectsStream && answer.IsEventStream && verdict == UpstreamVerdict.Answer)
            return AwayAsync(answer, static answer => CollectedRelay.RunAsync(answer, answer.Request.Translation));
        if (translation is not null && !answer.IsEventStream && answer.Response.Content.Headers.ContentLength is not <= SocketThreads.Few)
            return AwayAsync(answer, static answer => TranslatedRelay.RunAsync(answer, answer.Request.Translation!));
        if (translation is not null)
            return TranslatedRelay.RunAsync(answer, translation);
        if (answer.Plan.Request.Door is not null && !answer.IsEventStream && answer.MediaType != "application/json")
            answer.Observation.IsOpaque();
        else if (answer.IsEncoded)
            answer.Observation.IsEncoded(answer.Response.Content.Headers.ContentEncoding);
        return PassThroughRelay.RunAsync(answer, terms);
    }

    // What is translated as a whole may be large.
    private static ValueTask<AttemptFailure?> AwayAsync(ProviderAnswer answer, Func<ProviderAnswer, ValueTask<AttemptFailure?>> relay) =>
        SocketThreads.AwayAsync(() => relay(answer));

    private static bool IsClosing(Exception exception) => exception is HttpRequestException { HttpRequestError: HttpRequestError.ResponseEnded or HttpRequestError.Unknown };

    private static bool IsEndpointMissing(ClientRequest client, UpstreamRequest request, HttpStatusCode status) =>
        client.Kind == RequestKind.Compaction && request.Translation is null && !request.Target.Api.IsGateway && status is HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed or HttpStatusCode.NotImplemented;

    // What asks for more patience than there is goes to the client as it is.
    private bool IsAnswer(HttpResponseMessage response, UpstreamVerdict verdict, AttemptTerms terms) => terms switch
    {
        AttemptTerms.Last => true,
        AttemptTerms.Repeatable => verdict != UpstreamVerdict.TryAgain || RetryAfterOf(response) > LongestWait,
        _ => verdict is UpstreamVerdict.Answer or UpstreamVerdict.Refuse,
    };

    private static AttemptEnd NotSent(ModelTarget target, FailureKind kind, ClientError error) => new(null, AttemptFailure.NotSent(target, kind, error));

    private TimeSpan? RetryAfterOf(HttpResponseMessage response) => ErrorHeaders.RetryAfter(name => Header(response, name), time);

    private static string? RetryAfter(HttpResponseMessage response) => Header(response, "Retry-After");

    private static string? Header(HttpResponseMessage response, string name) => response.Headers.NonValidated.TryGetValues(name, out var values) ? values.ToString() : null;

    private static ClientError NoTranslation(RoutePlan plan, ModelTarget target) => new(
        StatusCodes.Status501NotImplemented,
        $"{target.Config.Provider} does not speak the format of /v1/{plan.Request.Format.Suffix()}, and there is no translation into one that it speaks",
        "NotSupported");
}
