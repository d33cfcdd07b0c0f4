using System.Diagnostics.Metrics;
using System.Globalization;
using ModelScan.RoutingApi.Pipeline;
using ModelScan.RoutingApi.Telemetry;

namespace ModelScan.RoutingApi.ResponseCache;

/// <summary>
/// Answers a request with what the same request was answered before, where the configuration wants that (<c>response_cache</c>). It stands behind the
/// guards: what it keeps holds placeholders, not what they stand for. A client says by <c>cache-control</c> that it wants no such answer (<c>no-cache</c>), or
/// that its own is not to be kept either (<c>no-store</c>), or how old one may be (<c>max-age</c>; RFC 9111, 5.2.1).
/// </summary>
internal sealed class ResponseCacheStage : IRequestStage
{
    /// <summary>The answer's header: <c>hit</c>, <c>miss</c> or <c>bypass</c>.</summary>
    public const string Header = "x-modelscan-cache";

    private readonly AnswerStore _store;
    private readonly TimeProvider _time;
    private readonly Counter<long> _requests;
    private long _hits;
    private long _misses;

    /// <summary>Begins without an answer.</summary>
    public ResponseCacheStage(TimeProvider time, IMeterFactory meters)
    {
        (_store, _time) = (new AnswerStore(time), time);
        var meter = meters.Create(GatewayMeter.Name);
        _requests = meter.CreateCounter<long>(TelemetryNames.ResponseCacheRequests, "{request}", "Requests that the cache of answers was asked for, by outcome.");
        meter.CreateObservableGauge(TelemetryNames.ResponseCacheSize, () => _store.Size, "By", "Bytes of the answers that are kept.");
    }

    /// <summary>What it holds and how it does.</summary>
    public (int Answers, long Bytes, long Hits, long Misses) State => (_store.Count, _store.Size, Interlocked.Read(ref _hits), Interlocked.Read(ref _misses));

    /// <inheritdoc/>
    public bool Concerns(ClientRequest request) => request.Snapshot.Config.ResponseCache is not null && request.Kind == RequestKind.Answer;

    /// <inheritdoc/>
    public async ValueTask<RouteResult> RunAsync(ClientRequest request, ClientResponse response, string mode, RouteNext next)
    {
        var config = request.Snapshot.Config.ResponseCache!;
        var control = request.Headers.CacheControl.ToString();
        var trail = request.Guards ?? new GuardTrail();
        if (Says(control, "no-store") || CacheKey.Of(request, mode, config) is not { } key)
            return await next(Noted("bypass"), response);
        if (!Says(control, "no-cache") && _store.Find(key, Age(control, config.MaxAge)) is { } answer)
            return await AnswerAsync(answer, Noted("hit"), response, mode);

        var recorded = new RecordedResponse(response, request.Format, (int)Math.Min(config.MaxAnswerSize, Array.MaxLength));
        var result = await next(Noted("miss"), recorded);
        if (recorded.ToAnswer(result, _time.GetUtcNow()) is { } fresh)
            _store.Add(key, fresh, config);
        return result;

        ClientRequest Noted(string outcome)
        {
            trail.Cache = outcome;
            response.Headers[Header] = outcome;
            _requests.Add(1, new KeyValuePair<string, object?>("outcome", outcome));
            if (outcome != "bypass")
                Interlocked.Increment(ref outcome == "hit" ? ref _hits : ref _misses);
            return new ClientRequest(request, request.Memory) { Guards = trail, ReadsAnswer = request.ReadsAnswer || outcome == "miss" };
        }
    }

    private async ValueTask<RouteResult> AnswerAsync(CachedAnswer answer, ClientRequest request, ClientResponse response, string mode)
    {
        var plan = new RoutePlan(request, response, mode, RouteTerms.Alone);
        request.Guards!.Note("cache", answer.Usage is { } usage ? string.Create(CultureInfo.InvariantCulture, $"hit, saved {usage.Input}/{usage.Output} tokens") : "hit");
        response.Begin(StatusCodes.Status200OK, new AnswerHead(plan, answer.Target, 0, []));
        foreach (var (name, value) in answer.Headers)
            response.Headers[name] = value;
        response.Headers.Age = ((long)(_time.GetUtcNow() - answer.Created).TotalSeconds).ToString(CultureInfo.InvariantCulture);
        if (!request.Envelope.Stream)
            response.Headers.ContentLength = answer.Body.Length;
        await response.Body.WriteAsync(answer.Body, response.ClientLeft);
        return new RouteResult(plan, []) { Target = answer.Target };
    }

    private static bool Says(string control, string directive) =>
        control.Length > 0 && control.Split(',', StringSplitOptions.TrimEntries).Contains(directive, StringComparer.OrdinalIgnoreCase);

    private static TimeSpan Age(string control, TimeSpan most)
    {
        foreach (var directive in control.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (directive.StartsWith("max-age=", StringComparison.OrdinalIgnoreCase) && int.TryParse(directive.AsSpan(8), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds < most.TotalSeconds)
                return TimeSpan.FromSeconds(seconds);
        }

        return most;
    }
}
