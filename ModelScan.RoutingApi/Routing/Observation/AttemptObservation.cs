using System.Diagnostics;
using System.Globalization;
using ModelScan.RoutingApi.ModelMetrics;
using ModelScan.RoutingApi.Pipeline;
using ModelScan.RoutingApi.Routing.Attempts;
using ModelScan.RoutingApi.Routing.Observation.Content;
using ModelScan.RoutingApi.Telemetry;
using ModelScan.RoutingApi.UsageReports;

namespace ModelScan.RoutingApi.Routing.Observation;

/// <summary>What is seen of one attempt. Ending it reports: the span ends, the meters count. Used by one request.</summary>
internal sealed class AttemptObservation(
    RoutePlan plan, UpstreamRequest request, int number, Activity? span, AnswerContent? content, ProxyMeters meters, ObservedLatency latencies, TimeProvider time, long started) : IDisposable
{
    private readonly UsageScanner _usage = new();
    private EncodedCopy? _encoded;
    private bool _isOpaque;
    private TimeSpan? _firstByte;
    private int _status;
    private TimeSpan? _retryAfter;
    private TimeSpan? _connect;
    private AttemptFailure? _failure;
    private string? _returnedModel;
    private bool _passed;
    private AttemptReport? _report;

    /// <summary>Which attempt of the client's request it is, from 1.</summary>
    public int Number => number;

    /// <summary>What the client is told of it when its answer begins.</summary>
    public AnswerHead Head => new(plan, request.Target, number, request.Dropped, IsOriginal: request.Translation is null);

    /// <summary>The answer's status line has arrived.</summary>
    /// <param name="status">The status.</param>
    /// <param name="retryAfter">For how long the provider wants to be left alone, if it says so.</param>
    /// <param name="connect">How long connecting took, where the attempt had to.</param>
    public void Answered(int status, TimeSpan? retryAfter, TimeSpan? connect) => (_status, _retryAfter, _connect) = (status, retryAfter, connect);

    /// <summary>The body is no text: nothing in it is of interest.</summary>
    public void IsOpaque() => _isOpaque = true;

    /// <summary>The body will arrive compressed: what it says is read from a copy afterwards.</summary>
    public void IsEncoded(ICollection<string> encodings) => _encoded = new EncodedCopy(encodings);

    /// <summary>The first piece of the answer's body is there.</summary>
    public void FirstByte()
    {
        if (_firstByte is not null)
            return;
        var elapsed = time.GetElapsedTime(started);
        _firstByte = elapsed;
        if (_status is < 200 or >= 300)
            return;
        if (plan.Request.Door is not null)
            return; // by these latencies models are ranked for answers
        latencies.Record(request.Target.Name, elapsed);
        if (request.Target.Config.IsWildcard)
            meters.Models.Admit(request.Target.Name);
        var model = new KeyValuePair<string, object?>("model", meters.Models.Of(request.Target));
        meters.TimeToFirstToken.Record(elapsed.TotalSeconds, new KeyValuePair<string, object?>("provider", request.Target.Config.Provider), model);
        if (plan.Request.Envelope.Stream && meters.TimeToFirstChunk.Enabled)
            meters.TimeToFirstChunk.Record(elapsed.TotalSeconds, OperationTags());
    }

    /// <summary>A piece of the provider's answer passes; read before it is reused.</summary>
    public void Pass(ReadOnlySpan<byte> piece)
    {
        if (_isOpaque)
            return;
        if (_encoded is not null)
        {
            _encoded.Add(piece);
            return;
        }

        Read(piece);
        if (!_passed)
        {
            _passed = true;
            _returnedModel = AnswerText.First(piece, "\"model\""u8, request.Target.ModelId);
            if (span is { IsAllDataRequested: true })
            {
                span.SetTag(TelemetryNames.ResponseModel, _returnedModel);
                span.SetTag(TelemetryNames.ResponseId, AnswerText.First(piece, "\"id\""u8));
            }
        }

        if (span is not { IsAllDataRequested: true })
            return;

        if ((AnswerText.Last(piece, "\"finish_reason\""u8) ?? AnswerText.Last(piece, "\"stop_reason\""u8) ?? AnswerText.Last(piece, "\"stopReason\""u8)) is { } reason)
            span.SetTag(TelemetryNames.FinishReasons, new[] { reason });
    }

    /// <summary>The attempt failed, before or within its answer.</summary>
    public void Fail(AttemptFailure failure) => _failure ??= failure;

    public void Dispose() => End();

    /// <summary>Reports, once, and says what was seen.</summary>
    public AttemptReport End()
    {
        if (_report is not null)
            return _report;
        var duration = time.GetElapsedTime(started);
        _encoded?.ReadInto(Read);

        // Of a stream of Anthropic's the first report stands at the beginning, and says of the output as good as nothing.
        TokenUsage? usage = _usage.Usage is { } found
            ? found with { CacheIsBeside = request.Format.CountsCacheApart(), IsPartial = request.Format == ApiFormat.Messages && _failure is not null && _usage.Reports == 1 }
            : null;
        _usage.Dispose();
        _encoded?.Dispose();
        Count(duration.TotalSeconds, usage);
        EndSpan(usage);
        content?.Dispose();
        return _report = new AttemptReport(request.Target)
        {
            SentAfter = time.GetElapsedTime(plan.Request.Started, started),
            Connect = _connect,
            FirstByte = _firstByte,
            Duration = duration,
            Status = _status,
            RetryAfter = _retryAfter,
            Failure = _failure?.Kind,
            Reason = _failure?.Reason,
            Usage = usage,
            ReturnedModel = _returnedModel,
            Dropped = request.Dropped,
        };
    }

    private void Read(ReadOnlySpan<byte> piece)
    {
        _usage.Scan(piece);
        content?.Add(piece);
    }

    private void Count(double seconds, TokenUsage? usage)
    {
        var provider = new KeyValuePair<string, object?>("provider", request.Target.Config.Provider);
        var model = new KeyValuePair<string, object?>("model", meters.Models.Of(request.Target));
        meters.UpstreamRequests.Add(1, provider, model, new("status_class", StatusClass.Of(_status)), new("error_class", _failure?.ErrorClass ?? "none"));
        meters.UpstreamDuration.Record(seconds, provider, model);
        if (meters.Duration.Enabled)
        {
            var tags = OperationTags();
            if (ErrorType() is { } error)
                tags.Add(TelemetryNames.ErrorType, error);
            meters.Duration.Record(seconds, tags);
        }

        if (_status is < 200 or >= 300 || plan.Request.Kind is not (RequestKind.Answer or RequestKind.Compaction or RequestKind.Door))
            return;
        if (usage is not { } tokens)
        {
            if (plan.Request.Door is not null)
                return; // most doors report none
            meters.UsageMissing.Add(1, provider, model);
            return;
        }

        CountTokens("prompt", tokens.Input);
        CountTokens("completion", tokens.Output);
        CountTokens("cache_read", tokens.CacheRead);
        CountTokens("cache_write", tokens.CacheWrite);
        meters.PromptCache.Add(1, new KeyValuePair<string, object?>("outcome", tokens.CacheRead > 0 ? "hit" : "miss"));
        RecordTokens("input", tokens.WholeInput);
        RecordTokens("output", tokens.Output);

        void CountTokens(string kind, long count)
        {
            if (count > 0)
                meters.TokensTotal.Add(count, provider, model, new("kind", kind));
        }

        void RecordTokens(string type, long count)
        {
            if (!meters.TokenUsage.Enabled)
                return;
            var typed = OperationTags();
            typed.Add(TelemetryNames.TokenType, type);
            meters.TokenUsage.Record(count, typed);
        }
    }

    private void EndSpan(TokenUsage? usage)
    {
        if (span is null)
            return;
        if (span.IsAllDataRequested)
        {
            if (_status > 0)
                span.SetTag(TelemetryNames.StatusCode, _status);
            span.SetTag(TelemetryNames.TimeToFirstChunkAttribute, _firstByte?.TotalSeconds);
            if (usage is { } tokens)
            {
                span.SetTag(TelemetryNames.InputTokens, tokens.WholeInput);
                span.SetTag(TelemetryNames.OutputTokens, tokens.Output);
                span.SetTag(TelemetryNames.CacheReadTokens, tokens.CacheRead);
                span.SetTag(TelemetryNames.CacheWriteTokens, tokens.CacheWrite);
                span.SetTag(TelemetryNames.ReasoningTokens, tokens.Reasoning);
            }

            span.SetTag(TelemetryNames.OutputMessages, content?.ToJson());
            if (ErrorType() is { } error)
            {
                span.SetTag(TelemetryNames.ErrorType, error);
                span.SetStatus(ActivityStatusCode.Error, _failure?.Reason);
            }
        }

        span.Dispose();
    }

    private string? ErrorType() =>
        _failure is { ErrorClass: not "none" } failure ? failure.ErrorClass
        : _status >= 400 ? _status.ToString(CultureInfo.InvariantCulture)
        : null;

    private TagList OperationTags() => new()
    {
        { TelemetryNames.Operation, ProxyTelemetry.Operation(plan.Request) },
        { TelemetryNames.Provider, request.Target.Api.TelemetryName },
        { TelemetryNames.RequestModel, meters.Models.IdOf(request.Target) },
    };
}
