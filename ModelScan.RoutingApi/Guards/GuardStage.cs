using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Conversations;
using ModelScan.RoutingApi.Conversations.Reading;
using ModelScan.RoutingApi.ConversationState;
using ModelScan.RoutingApi.Dialects;
using ModelScan.RoutingApi.Guards.Answers;
using ModelScan.RoutingApi.Guards.Filters;
using ModelScan.RoutingApi.Guards.Jailbreaks;
using ModelScan.RoutingApi.Guards.Texts;
using ModelScan.RoutingApi.Pipeline;

namespace ModelScan.RoutingApi.Guards;

/// <summary>
/// Lets a request and its answer through filters and guards:
/// <list type="number">
/// <item>the filters of the listener see the client's body, in order; what comes back takes its place;</item>
/// <item>the guards look at every text of it, and of the turns before it: what is redacted becomes a placeholder, so that nobody behind sees it: no
/// provider, no router model, no trace, no log;</item>
/// <item>the request goes on; its answer comes back through the guards, where placeholders become what they stood for, and then through the filters;</item>
/// <item>what each did stands in a header, in the span, on record and in the meters.</item>
/// </list>
/// Where none is configured nothing of this is touched.
/// </summary>
internal sealed class GuardStage(FilterChain filters, JailbreakEndpoint jailbreaks, GuardMeters meters, TimeProvider time) : IRequestStage
{
    /// <summary>The answer's header: what guards and filters did.</summary>
    public const string Header = "x-modelscan-guards";

    // Of long conversations the latest messages are looked at for attempts.
    private const int MostMessages = 32;

    /// <inheritdoc/>
    public bool Concerns(ClientRequest request) => request.Snapshot.Config.Guards.IsOn && request.Kind != RequestKind.ModelList;

    /// <inheritdoc/>
    public async ValueTask<RouteResult> RunAsync(ClientRequest request, ClientResponse response, string mode, RouteNext next)
    {
        var trail = new GuardTrail();
        GuardedRequest guarded;
        try
        {
            guarded = await GuardAsync(request, trail, response.ClientLeft);
        }
        catch (GuardRefusedException exception)
        {
            response.Headers[Header] = trail.ToString();
            return new RouteResult(new RoutePlan(new ClientRequest(request, request.Memory) { Guards = trail }, response, mode, RouteTerms.Alone), [], new RouteFailure(FailureKind.Guarded, exception.Error));
        }

        using (guarded)
            return await AnswerAsync(guarded, response, next);
    }

    /// <summary>Lets a request through filters and guards, without asking for an answer.</summary>
    /// <param name="request">The request.</param>
    /// <param name="trail">What they did is noted there.</param>
    /// <param name="cancellationToken">Cancelled when the client leaves.</param>
    /// <exception cref="GuardRefusedException">It is refused.</exception>
    /// <exception cref="InvalidRequestException">It is wrong, or what a filter made of it is.</exception>
    public async ValueTask<GuardedRequest> GuardAsync(ClientRequest request, GuardTrail trail, CancellationToken cancellationToken)
    {
        var config = request.Snapshot.Config.Guards;
        var set = GuardSet.Of(config);
        var body = request.Body;
        var path = PathOf(request);
        if (body.IsEmpty)
        {
            if (request.Door?.Upload is not null)
                trail.Note("upload", "unverified");
        }
        else if (config.InputFilters.Count > 0)
        {
            body = await filters.RunAsync(config.InputFilters, new FilterInput(body, path, IsRequest: true, request.Headers), static _ => null, trail, cancellationToken);
            Check(request, body);
        }

        var started = time.GetTimestamp();
        var run = new GuardRun(set, body, trail, meters);
        if (!body.IsEmpty)
            run.BeginInput();
        var earlier = request.Earlier?.With(body, turn => Guarded(turn, run));
        if (!body.IsEmpty && config.Input.Count > 0)
        {
            if (Change(body, run.Input) is { } changed)
            {
                body = changed;
                trail.Body = changed;
                earlier = earlier?.With(body, static turn => turn);
            }

            run.EndOfInput();
        }

        var guarded = new ClientRequest(request, body.Equals(request.Body) ? request.Memory : RequestMemory.Of(body))
        {
            Guards = trail,
            Earlier = earlier,
            ReadsAnswer = request.ReadsAnswer || !run.Placeholders.IsEmpty || set.ReadsAnswers || config.OutputFilters.Count > 0,
        };
        if (run.Refusal is null)
            await LookForAttemptsAsync(guarded, run, cancellationToken);
        meters.Guarded("input", time.GetElapsedTime(started));
        if (run.Refusal is { } refusal)
            throw new GuardRefusedException(refusal);
        return new GuardedRequest(guarded, run, path, ownsMemory: !ReferenceEquals(guarded.Memory, request.Memory));
    }

    private async ValueTask<RouteResult> AnswerAsync(GuardedRequest guarded, ClientResponse response, RouteNext next)
    {
        var request = guarded.Request;
        var set = guarded.Run.Set;
        var schema = set.Schema is null ? null : AnswerSchema.Of(request);
        if (request.Guards is { Entries.Count: > 0 } trail)
            response.Headers[Header] = trail.ToString();
        using var filtered = set.Config.OutputFilters.Count > 0 ? new FilteredResponse(response, request, guarded.Path, filters) : null;
        using var answer = set.ReadsAnswers || !guarded.Run.Placeholders.IsEmpty ? new GuardedResponse(filtered ?? response, request, guarded.Run, schema) : null;
        var result = await next(request, answer ?? filtered ?? response);
        if (answer is not null)
            result = await answer.CompleteAsync(result);
        guarded.Run.Tell();
        if (filtered is not null)
            result = await filtered.CompleteAsync(result);
        return result;
    }

    private async ValueTask LookForAttemptsAsync(ClientRequest request, GuardRun run, CancellationToken cancellationToken)
    {
        if (run.Set.Jailbreaks.Length == 0 || request.Kind is RequestKind.Door)
            return;
        var messages = RequestReader.Read(request.Format, request.Whole).Facts.Messages;
        var texts = messages.Where(static message => message.Role is ConversationRole.User or ConversationRole.Tool && message.HasText).TakeLast(MostMessages).Select(static message => message.Text).ToArray();
        foreach (var guard in run.Set.Jailbreaks)
        {
            var (score, isUnderstood) = (0.0, true);
            try
            {
                foreach (var text in texts)
                {
                    var verdict = guard.Endpoint is null ? JailbreakHeuristic.Score(text) : new JailbreakVerdict(await jailbreaks.ScoreAsync(guard, text, cancellationToken), true);
                    score = Math.Max(score, verdict.Score);
                    isUnderstood &= verdict.IsUnderstood;
                }
            }
            catch (FilterFailedException exception)
            {
                run.Note(guard, "unverified");
                if (guard.OnError == OnGuardError.Closed)
                    throw new GuardRefusedException(new ClientError(StatusCodes.Status503ServiceUnavailable, $"the guard '{guard.Name}' could not tell: {exception.Message}", "GuardFailed"));
                continue;
            }

            if (score >= guard.Threshold)
                run.Count(guard, "input", "jailbreak");
            else
                run.Note(guard, isUnderstood ? "clear" : "unverified");
        }

        run.Tell();
    }

    // What a filter made of a request has to be one, of the same kind.
    private static void Check(ClientRequest request, ReadOnlyMemory<byte> body)
    {
        if (body.Equals(request.Body))
            return;
        var read = new ClientRequest(request, RequestMemory.Of(body));
        if (request.Kind is RequestKind.Answer or RequestKind.TokenCount or RequestKind.Compaction or RequestKind.Decision)
            _ = RequestReader.Read(request.Format, body);
        if (request.Kind == RequestKind.Answer && read.Envelope.Stream != request.Envelope.Stream)
            throw new InvalidRequestException("stream", "was changed by a filter, which may change what is asked, not how it is answered");
    }

    private static StoredResponse Guarded(StoredResponse turn, GuardRun run) => turn with
    {
        Input = Change(turn.Input, run.Input) ?? turn.Input,
        Response = Change(turn.Response, run.Input) is { } response ? response : turn.Response,
    };

    private static byte[]? Change(ReadOnlyMemory<byte> json, ITextChange change)
    {
        try
        {
            return JsonTexts.Change(json.Span, change);
        }
        catch (JsonException exception)
        {
            throw new InvalidRequestException($"Failed to parse JSON: {JsonProblem.Describe(exception, json.Span)}", exception);
        }
    }

    private static string PathOf(ClientRequest request) => request.Kind switch
    {
        RequestKind.Door => $"/v1/{request.Door!.Suffix}",
        RequestKind.TokenCount => "/v1/messages/count_tokens",
        RequestKind.Compaction => "/v1/responses/compact",
        _ => $"/v1/{request.Format.Suffix()}",
    };
}

/// <summary>A request that has been through filters and guards; dispose it when it is over.</summary>
internal sealed class GuardedRequest(ClientRequest request, GuardRun run, string path, bool ownsMemory) : IDisposable
{
    public ClientRequest Request => request;

    public GuardRun Run => run;

    /// <summary>The path that the client asked.</summary>
    public string Path => path;

    public void Dispose()
    {
        if (ownsMemory)
            request.Memory.Dispose();
    }
}
