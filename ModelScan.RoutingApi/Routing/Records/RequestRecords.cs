using ModelScan.RoutingApi.Decisions;
using ModelScan.RoutingApi.Decisions.Sessions;
using ModelScan.RoutingApi.Dialects;
using ModelScan.RoutingApi.ModelMetrics;
using ModelScan.RoutingApi.Pipeline;
using ModelScan.RoutingApi.Providers;
using ModelScan.RoutingApi.Providers.Catalogue;
using ModelScan.RoutingApi.RequestLog.Records;

namespace ModelScan.RoutingApi.Routing.Records;

/// <summary>Makes the record of a request out of what is known at its end. On the request's way, so it allocates the record and little else.</summary>
internal sealed class RequestRecords(ModelMetricsRefresher metrics)
{
    private const int LongestMessage = 256;
    private const int LongestName = 128;
    private const int HashLength = 12;
    private const int ClientLeft = 499;
    private const string Chosen = "chosen";
    private const string Tried = "tried";
    private const string Ranked = "ranked";

    private readonly ClientTraits _traits = new();
    private (string Hash, string Short) _hash = ("", "");

    /// <summary>The status that the client was told, or will be.</summary>
    public static int StatusOf(RouteResult result, ClientResponse response) =>
        response.ClientLeft.IsCancellationRequested ? ClientLeft
        : result.Failure is { } failure && !response.HasBegun ? failure.Error.Status
        : response.Status;

    /// <summary>The record of a request that a mode has seen.</summary>
    /// <param name="result">What came of it.</param>
    /// <param name="response">Where its answer went.</param>
    /// <param name="cost">What it cost.</param>
    public RequestRecord Of(RouteResult result, ClientResponse response, CostRecord cost)
    {
        var (plan, request) = (result.Plan, result.Plan.Request);
        var (decision, target) = (plan.Decision, result.Target);
        var status = StatusOf(result, response);
        var state = StateOf(result, response, status);
        var last = result.Attempts.Count > 0 ? result.Attempts[^1] : null;
        var envelope = EnvelopeOf(request);
        return new RequestRecord(request.Id)
        {
            TraceId = request.TraceId,
            State = state,
            Status = status,
            ErrorType = state == RequestState.Completed ? null : ErrorTypeOf(result, last, status),
            ErrorMessage = state == RequestState.Completed ? null : Short(result.Failure?.Error.Message ?? last?.Reason, LongestMessage),
            Duration = result.Duration,
            TimeToFirstByte = result.TimeToFirstByte,
            GatewayTime = result.Attempts.Count > 0 ? result.Attempts[0].SentAfter : null,
            Operation = request.Door is { } door ? OperationOf(door.Door) : OperationOf(request.Kind),
            Format = NameOf(request.Format),
            Stream = envelope.Stream,
            Key = KeyOf(request),
            UserAgent = _traits.AgentOf(request.Headers),
            Session = Short(decision?.SessionId ?? SessionHeader(request), LongestName),
            SessionIsExplicit = decision?.Lookup?.Key?.IsExplicit ?? (decision is null),
            Turn = decision?.Turn,
            Pinned = decision is { Pinned: true },
            Switched = decision is { Switched: true },
            SessionReason = decision?.Lookup?.Key is null ? null : decision.Outcome?.Reason.ToWireName(),
            SwitchCost = decision?.Outcome?.SwitchCostUsd,
            RequestModel = Short(envelope.Model, LongestName),
            Mode = plan.Mode,
            ConfigHash = HashOf(request.Snapshot),
            Route = plan.Route,
            DecidedBy = decision?.DecidedBy,
            Confidence = decision?.Classification?.Probability,
            RunnerUp = decision?.Classification?.RunnerUp,
            Margin = decision?.Classification?.Margin,
            DecisionTime = decision?.Took,
            Why = Reasons.Of(result, envelope.Model),
            Fallback = Short(plan.Terms.FallbackReason, LongestMessage),
            Candidates = decision is null ? [] : CandidatesOf(request.Snapshot.Models, decision, result),
            Attempts = AttemptsOf(result.Attempts),
            Provider = target?.Config.Provider,
            Model = target?.Name,
            ResponseModel = last?.ReturnedModel,
            Usage = result.Usage,
            IsEstimated = result.IsEstimated,
            Cost = cost,
            Dropped = result.Dropped,
            Limits = request.Allowance?.Notes ?? [],
            Guards = request.Guards?.Entries ?? [],
            Tags = TagsOf(request),
        };
    }

    /// <summary>The record of a decision without an answer.</summary>
    /// <param name="request">What was asked.</param>
    /// <param name="decision">What was decided.</param>
    public RequestRecord Of(ClientRequest request, RouteDecision decision) => new(request.Id)
    {
        TraceId = request.TraceId,
        State = RequestState.Completed,
        Status = StatusCodes.Status200OK,
        Duration = request.Elapsed,
        Operation = OperationOf(request.Kind),
        Format = NameOf(request.Format),
        Key = KeyOf(request),
        UserAgent = _traits.AgentOf(request.Headers),
        Session = Short(decision.SessionId, LongestName),
        SessionIsExplicit = decision.Lookup?.Key?.IsExplicit ?? false,
        Turn = decision.Turn,
        Pinned = decision.Pinned,
        Switched = decision.Switched,
        SessionReason = decision.Lookup?.Key is null ? null : decision.Outcome?.Reason.ToWireName(),
        SwitchCost = decision.Outcome?.SwitchCostUsd,
        RequestModel = Short(EnvelopeOf(request).Model, LongestName),
        Mode = "policy",
        ConfigHash = HashOf(request.Snapshot),
        Route = decision.Route,
        DecidedBy = decision.DecidedBy,
        Confidence = decision.Classification?.Probability,
        RunnerUp = decision.Classification?.RunnerUp,
        Margin = decision.Classification?.Margin,
        DecisionTime = decision.Took,
        Why = Reasons.Of(decision, request.Snapshot.Decisions),
        Candidates = CandidatesOf(request.Snapshot.Models, decision, null),
        Model = decision.Models.Count > 0 ? decision.Models[0] : null,
        Provider = decision.Models.Count > 0 ? request.Snapshot.Models.Find(decision.Models[0])?.Config.Provider : null,
        Limits = request.Allowance?.Notes ?? [],
        Tags = TagsOf(request),
    };

    /// <summary>The record of a request that was refused before anybody could look at what it asks.</summary>
    public RequestRecord Refused(RequestId id, ApiFormat format, RequestKind kind, IHeaderDictionary headers, string mode, ClientError error, TimeSpan duration) => new(id)
    {
        TraceId = ClientRequest.TraceOf(headers, id),
        State = RequestState.Refused,
        Status = error.Status,
        ErrorType = error.Code,
        ErrorMessage = Short(error.Message, LongestMessage),
        Duration = duration,
        Operation = OperationOf(kind),
        Format = NameOf(format),
        Key = _traits.KeyOf(headers),
        UserAgent = _traits.AgentOf(headers),
        Mode = mode,
        Why = "refused",
        Tags = ClientTraits.TagsOf(headers),
    };

    private static RequestState StateOf(RouteResult result, ClientResponse response, int status)
    {
        if (status == ClientLeft || result.Failure is { Kind: FailureKind.ClientLeft })
            return RequestState.Aborted;
        if (result.Failure is { } failure)
            return failure.Kind == FailureKind.Guarded ? RequestState.Refused : failure.Error.Status < StatusCodes.Status500InternalServerError && result.Attempts.Count == 0 ? RequestState.Refused : RequestState.Failed;
        return response.IsBrokenOff || status >= StatusCodes.Status400BadRequest || result.Attempts is [.., { Failure: not null }] ? RequestState.Failed : RequestState.Completed;
    }

    private static string ErrorTypeOf(RouteResult result, AttemptReport? last, int status) =>
        result.Failure is { } failure ? failure.Error.Code
        : last?.Failure is { } kind ? kind.ToString()
        : status == ClientLeft ? nameof(FailureKind.ClientLeft)
        : last is { Status: >= 400 } ? Statuses.Text(last.Status)
        : nameof(FailureKind.UpstreamAnswerInvalid);

    private string? KeyOf(ClientRequest request) => request.Caller?.Key?.Id ?? _traits.KeyOf(request.Headers);

    // What a key is labelled with, its client cannot label otherwise.
    private static IReadOnlyList<string> TagsOf(ClientRequest request)
    {
        var given = ClientTraits.TagsOf(request.Headers);
        if (request.Caller is not { Tags: { Count: > 0 } own } caller)
            return given;
        return given.Count == 0 ? own : [.. own, .. given.Where(tag => !caller.Key!.Tags.ContainsKey(tag[..tag.IndexOf('=', StringComparison.Ordinal)]))];
    }

    private static string OperationOf(RequestKind kind) => kind switch
    {
        RequestKind.TokenCount => "count_tokens",
        RequestKind.Decision => "decide",
        RequestKind.ModelList => "list_models",
        _ => "chat",
    };

    // https://opentelemetry.io/docs/specs/semconv/registry/attributes/gen-ai, gen_ai.operation.name, as far as it goes.
    private static string OperationOf(ProviderDoor door) => door switch
    {
        ProviderDoor.Embeddings => "embeddings",
        ProviderDoor.Completions => "text_completion",
        ProviderDoor.Images => "images",
        ProviderDoor.Audio => "audio",
        ProviderDoor.Moderations => "moderations",
        ProviderDoor.Rerank => "rerank",
        ProviderDoor.Files => "files",
        _ => "batches",
    };

    private static string NameOf(ApiFormat format) => format switch
    {
        ApiFormat.Messages => "messages",
        ApiFormat.Responses => "responses",
        _ => "chat",
    };

    // Of a decision's body nobody may have looked at the envelope.
    private static (string? Model, bool Stream) EnvelopeOf(ClientRequest request)
    {
        try
        {
            var envelope = request.Envelope;
            return (envelope.Model, envelope.Stream);
        }
        catch (InvalidRequestException)
        {
            return (null, false);
        }
    }

    private static string? SessionHeader(ClientRequest request) =>
        request.Headers[SessionHeaders.AffinityName] is { Count: > 0 } session && session.ToString().Trim() is { Length: > 0 } id ? id : null;

    private static AttemptRecord[] AttemptsOf(IReadOnlyList<AttemptReport> reports)
    {
        if (reports.Count == 0)
            return [];
        var attempts = new AttemptRecord[reports.Count];
        for (var i = 0; i < attempts.Length; i++)
        {
            var report = reports[i];
            var outcome = report.Failure is { } kind ? kind.ToString() : report.Status >= StatusCodes.Status400BadRequest ? "refused" : "answered";
            attempts[i] = new AttemptRecord(
                report.Target.Config.Provider, report.Target.Name, report.Status, report.SentAfter, report.FirstByte, report.Duration, outcome, Short(report.Reason, LongestMessage), report.Connect);
        }

        return attempts;
    }

    private CandidateRecord[] CandidatesOf(ModelDirectory models, RouteDecision decision, RouteResult? result)
    {
        var names = decision.Models;
        if (names.Count == 0 && decision.LeftOut.Count == 0)
            return [];
        var snapshot = metrics.Current;
        var candidates = new CandidateRecord[names.Count + decision.LeftOut.Count];
        for (var i = 0; i < decision.LeftOut.Count; i++)
        {
            var left = decision.LeftOut[i];
            candidates[names.Count + i] = new CandidateRecord(left.Model, Short(left.Reason, LongestName)!, true, left.Price?.InputPerMillion, left.Price?.OutputPerMillion, left.LatencySeconds);
        }

        for (var i = 0; i < names.Count; i++)
        {
            var reason = IsPlainlyChosen(names[i], result) ? Chosen : ReasonOf(models.Find(names[i]), result, i);
            candidates[i] = new CandidateRecord(
                names[i], reason, reason is not (Chosen or Tried or Ranked),
                snapshot.TryGetPrice(names[i], out var price) ? price.InputPerMillion : null,
                price == default ? null : price.OutputPerMillion,
                snapshot.TryGetLatency(names[i], out var latency) ? latency : null);
        }

        return candidates;
    }

    // Most requests: nothing has to be looked up for them.
    private static bool IsPlainlyChosen(string name, RouteResult? result) =>
        result is { Failure: null, Target: { } target, PassedOver.Count: 0 } && string.Equals(target.Name, name, StringComparison.Ordinal);

    private static string ReasonOf(ModelTarget? target, RouteResult? result, int rank)
    {
        if (target is null)
            return "not configured";
        if (result is null)
            return rank == 0 ? Chosen : Ranked;
        for (var i = 0; i < result.PassedOver.Count; i++)
        {
            if (result.PassedOver[i].Target == target)
                return Short(result.PassedOver[i].Reason, LongestName)!;
        }

        if (target == result.Target)
            return result.Failure is null ? Chosen : Tried;
        for (var i = 0; i < result.Attempts.Count; i++)
        {
            if (result.Attempts[i].Target == target)
                return Tried;
        }

        return Ranked;
    }

    private string HashOf(GatewaySnapshot snapshot)
    {
        var known = _hash;
        var hash = snapshot.Loaded.Hash;
        if (!ReferenceEquals(known.Hash, hash))
            _hash = known = (hash, hash[..Math.Min(HashLength, hash.Length)]);
        return known.Short;
    }

    private static string? Short(string? text, int most) => text is null || text.Length <= most ? text : Cut(text, most);

    private static string Cut(string text, int most) => $"{text.AsSpan(0, most - 1)}…";
}
