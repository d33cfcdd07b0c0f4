using System.Diagnostics.Metrics;
using ModelScan.RoutingApi.Configuration;

namespace ModelScan.RoutingApi.Decisions.RouterModels;

/// <summary>
/// Asks a router model (Plano-Orchestrator, Arch-Router, or any chat model) behind an OpenAI-compatible endpoint which route fits.
/// Where it gives no usable answer in time, another classifier decides, and the decision carries that one's name and a note.
/// </summary>
public sealed class RouterModelClassifier : IRouteClassifier
{
    private const int LongestNameInNotes = 64;

    private static readonly RouterModelFailure Paused = new("not asked, it has not answered lately", "paused");

    private readonly RouterModelOptions _options;
    private readonly RouterPrompt _prompt;
    private readonly RouterModelClient _client;
    private readonly IRouteClassifier _fallback;
    private readonly RouterModelMeter _meter;
    private readonly RouterModelHealth _health;
    private readonly CallsInFlight _inFlight = new();
    private readonly RecentDecisions? _recent;

    /// <summary>Creates the classifier; nothing is sent before the first question.</summary>
    /// <param name="options">Where and how to ask.</param>
    /// <param name="fallback">Decides when the router model cannot; not owned.</param>
    /// <param name="http">Gives the client named <see cref="RouterModelServices.HttpClientName"/>.</param>
    /// <param name="time">Clock of time-outs, ages and pauses.</param>
    /// <param name="meters">Creates the counter <c>modelscan.router_model.decisions</c>.</param>
    /// <param name="logger">Told when the router model stops and starts working.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public RouterModelClassifier(
        RouterModelOptions options,
        IRouteClassifier fallback,
        IHttpClientFactory http,
        TimeProvider time,
        IMeterFactory meters,
        ILogger<RouterModelClassifier> logger)
    {
        options.Validate();
        _options = options;
        _prompt = RouterPrompt.For(options.PromptStyle, options.Model);
        _client = new RouterModelClient(options, http, time);
        _fallback = fallback;
        _meter = new RouterModelMeter(meters);
        _health = new RouterModelHealth(options.ToString(), logger, time);
        _recent = options.CacheDecisions ? new RecentDecisions(options.CacheEntries, options.CacheAge, time) : null;
    }

    /// <summary>As a kind of classifier; the embedded one decides where the router model cannot.</summary>
    internal static ClassifierType Type { get; } = new(ClassifierKind.Endpoint, static (config, services) =>
        EmbeddedClassifier.Create(config, services) is var embedded && config.RouterModel is { } model ? Asking(model, embedded, services) : embedded);

    /// <inheritdoc/>
    public string Name => "endpoint";

    /// <summary>Asks a configured router model.</summary>
    internal static RouterModelClassifier Asking(RouterModelConfig model, IRouteClassifier otherwise, ClassifierServices services) =>
        new(RouterModelOptions.Of(model), otherwise, services.Http, services.Time, services.Meters, services.Loggers.CreateLogger<RouterModelClassifier>());

    /// <inheritdoc/>
    /// <remarks>Throws <see cref="RouteClassificationException"/> only when the fallback does.</remarks>
    public async ValueTask<RouteClassification> ClassifyAsync(ClassificationRequest request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var conversation = ConversationReduction.Reduce(
            request.Messages, _options.ContextLengthTokens ?? _prompt.ContextTokens, _prompt.TemplateTokens);
        if (conversation.Messages.Count == 0)
            return new RouteClassification(null, Name) { Notes = ["router model not asked: the conversation has no text"] };

        var body = RouterModelRequest.Write(_options.Model, _prompt.Render(request.Routes, conversation.Messages));
        var key = _recent is null ? default : RecentDecisions.KeyOf(body.Span);
        if (_recent?.Find(key) is { } known)
            return Decide(known, conversation, cached: true);
        if (_health.IsPaused)
            return await FallBackAsync(request, Paused, cancellationToken).ConfigureAwait(false);

        var reply = _recent is null
            ? await AskAsync(body, request.Routes, cancellationToken).ConfigureAwait(false)
            : await _inFlight.JoinAsync(key, () => AskAndKeepAsync(body, request.Routes, key), cancellationToken).ConfigureAwait(false);
        return reply is { Answer: { } answer }
            ? Decide(answer, conversation, cached: false)
            : await FallBackAsync(request, reply.Failure!, cancellationToken).ConfigureAwait(false);
    }

    // A shared call belongs to none of its callers, so none of them can cancel it; its timeout ends it.
    private async Task<RouterReply> AskAndKeepAsync(ReadOnlyMemory<byte> body, RouteSet routes, UInt128 key)
    {
        var reply = await AskAsync(body, routes, CancellationToken.None).ConfigureAwait(false);
        if (reply.Answer is { } answer)
            _recent!.Keep(key, answer);
        return reply;
    }

    private async Task<RouterReply> AskAsync(ReadOnlyMemory<byte> body, RouteSet routes, CancellationToken cancellationToken)
    {
        var reply = await _client.AskAsync(body, routes, cancellationToken).ConfigureAwait(false);
        if (reply.Failure is { } failure)
            _health.Failed(failure);
        else
            _health.Succeeded();
        return reply;
    }

    private RouteClassification Decide(RouterAnswer answer, ReducedConversation conversation, bool cached)
    {
        _meter.Answered(answer.Routes.Count > 0, cached);
        return new RouteClassification(answer.Routes.Count > 0 ? answer.Routes[0] : null, Name)
        {
            Notes = [.. Notes(answer, conversation, cached)],
        };
    }

    private static IEnumerable<string> Notes(RouterAnswer answer, ReducedConversation conversation, bool cached)
    {
        if (conversation.Dropped > 0)
            yield return $"router model saw the last {conversation.Messages.Count} messages, {conversation.Dropped} older ones were left out";
        if (conversation.Trimmed)
            yield return "router model saw the beginning and the end of a long message";
        if (answer.Routes.Count > 1)
            yield return $"router model named {answer.Routes.Count} routes, the first is used";
        if (answer.Unknown.Count > 0)
            yield return $"router model named an unknown route: {MiddleTrim.ToBytes(answer.Unknown[0], LongestNameInNotes)}";
        if (cached)
            yield return "decision taken from the cache";
    }

    private async ValueTask<RouteClassification> FallBackAsync(
        ClassificationRequest request, RouterModelFailure failure, CancellationToken cancellationToken)
    {
        _meter.Failed(failure.ErrorType);
        var decision = await _fallback.ClassifyAsync(request, cancellationToken).ConfigureAwait(false);
        return decision with { Notes = [$"router model failed, {decision.Classifier} decided: {failure.Message}", .. decision.Notes] };
    }
}
