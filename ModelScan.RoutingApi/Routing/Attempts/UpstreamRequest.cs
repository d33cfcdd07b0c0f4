using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using ModelScan.RoutingApi.Conversations.Reading;
using ModelScan.RoutingApi.Decisions.Sessions;
using ModelScan.RoutingApi.Dialects;
using ModelScan.RoutingApi.Dialects.OpenAiResponses.Compaction;
using ModelScan.RoutingApi.Dialects.Translation;
using ModelScan.RoutingApi.InPlace;
using ModelScan.RoutingApi.Pipeline;
using ModelScan.RoutingApi.Providers;
using ModelScan.RoutingApi.Providers.Catalogue;
using ModelScan.RoutingApi.Providers.Headers;
using ModelScan.RoutingApi.Telemetry;

namespace ModelScan.RoutingApi.Routing.Attempts;

/// <summary>A client's request as one provider gets it: in its own bytes, or translated. Dispose it after the answer has begun.</summary>
internal sealed class UpstreamRequest : IDisposable
{
    private static readonly MemberRule ServersFallbacks = new("fallbacks");

    private readonly ClientRequest _client;
    private readonly BodyRewrite _rewrite;
    private readonly IReadOnlyList<string> _dropped;
    private RequestBodyContent? _content;

    private UpstreamRequest(ClientRequest client, ModelTarget target, ApiFormat format, BodyRewrite rewrite, TranslatedExchange? translation, IReadOnlyList<string>? dropped = null)
    {
        (_client, Target, Format, _rewrite, Translation) = (client, target, format, rewrite, translation);
        CollectsStream = !client.Envelope.Stream && target.OnlyStreams(format) && !(client.Kind == RequestKind.Compaction && translation is null);
        _dropped = translation is null ? dropped is { Count: > 0 } ? [.. dropped, .. rewrite.Changed] : rewrite.Changed : [.. translation.Dropped, .. rewrite.Changed];
    }

    public ModelTarget Target { get; }

    /// <summary>The provider's format.</summary>
    public ApiFormat Format { get; }

    /// <summary>The way back for the answer; <see langword="null"/> where client and provider speak the same format.</summary>
    public TranslatedExchange? Translation { get; }

    /// <summary>Whether the provider is asked for a stream although the client wants a whole answer, which is put together from it.</summary>
    public bool CollectsStream { get; }

    /// <summary>What the provider is not told, and what of its answer, as far as it has come, the client is not (<c>answer.content.server_tool_use</c>).</summary>
    public IReadOnlyList<string> Dropped =>
        Translation is { LeftOut.Count: > 0 } ? [.. _dropped, .. Translation.LeftOut.Select(path => $"answer.{path}")] : _dropped;

    /// <summary>
    /// Prepares a request: as it is where the model is served in the client's format without loss and takes it there, else translated
    /// into the best of its formats, else as it is where the provider accepts the client's format somehow, else translated into such a format.
    /// </summary>
    /// <param name="plan">The client's request.</param>
    /// <param name="target">The model.</param>
    /// <param name="time">The clock.</param>
    /// <param name="newId">Makes the random part of an id.</param>
    /// <param name="without">A member that this provider has refused, to be left out; <see langword="null"/> for none.</param>
    /// <returns><see langword="null"/> when no translation exists.</returns>
    /// <exception cref="InvalidRequestException">The request is wrong, or cannot be said to this provider.</exception>
    /// <exception cref="EarlierMissingException">It goes on from a response that neither this provider nor the gateway keeps.</exception>
    public static UpstreamRequest? Prepare(RoutePlan plan, ModelTarget target, TimeProvider time, Func<string> newId, string? without = null)
    {
        var request = plan.Request;
        var api = target.Api;
        if (request.Door is not null)
            return new UpstreamRequest(request, target, DoorFormat(api), ForDoor(request, target), null);
        if (api.IsGateway)
            return new UpstreamRequest(request, target, request.Format, ForGateway(request, target), null);
        var client = request.Format;
        var traits = target.DependsOnTraits ? RequestTraits.Read(client, request.Whole.Span) : default;
        if (Send(target.FormatsFor(client, traits)) is { } prepared)
            return prepared;
        return api.Compatible.Contains(client) ? SameFormat(plan, target, without) : Send(api.Compatible);

        UpstreamRequest? Send(IReadOnlyList<ApiFormat> formats)
        {
            for (var i = 0; i < formats.Count; i++)
            {
                var format = formats[i];
                if (format == client && !IsSaidAnew(request, target, without))
                    return SameFormat(plan, target, without);
                if (format != client && !Translator.Joins(client, format))
                    continue;
                if (request.EarlierMissing is { } missing)
                    throw new EarlierMissingException(missing);
                var context = new TranslationContext(request.Envelope.Model ?? target.Name, target.ModelId, target.Capabilities, time, newId)
                {
                    ProviderName = target.Config.Provider,
                    Betas = BetasOf(request),
                    IsCompaction = request.Kind == RequestKind.Compaction,
                    IsKept = request.IsKept,
                    PreviousResponseId = request.PreviousResponseId,
                };
                var translated = Translator.Translate(request.Wishes, format, context);

                // What a translation makes of a request is still subject to what this provider refuses. Converse has the model in its path.
                var rewrite = format == ApiFormat.Converse ? BodyRewrite.None(translated.Body) : BodyRewrite.Apply(translated.Body, ModelFor(target, format), Rules(target, format, translated.Body, without));
                return new UpstreamRequest(request, target, format, Marked(request, target, format, rewrite), translated);
            }

            return null;
        }
    }

    /// <summary>Where it goes, without the client's query.</summary>
    public Uri Address => _client.Door is { } door
        ? Target.AddressOf(door.Door, door.Suffix)
        : ProviderPaths.For(Translation is null ? _client.Kind : RequestKind.Answer, Target.AddressOf(Format, _client.Envelope.Stream), Format);

    /// <summary>Whether it can be sent once more: an upload is gone when it has been sent, and what a connection may still be reading stays with it.</summary>
    public bool IsRepeatable => _client.Door?.Upload is null && _content is not { IsBeingSent: true };

    /// <summary>SHA-256 of the body that the provider gets.</summary>
    public byte[] ComputeBodyHash() => _rewrite.ComputeHash();

    /// <summary>Makes the HTTP request.</summary>
    /// <param name="plan">The client's request.</param>
    /// <param name="identity">Says to subscription services which client asks.</param>
    /// <param name="key">Which of several keys; <see langword="null"/> where there is one at most.</param>
    public TimedRequest ToMessage(RoutePlan plan, ClientIdentity identity, string? key = null)
    {
        var request = plan.Request;
        var message = new TimedRequest(
            request.Door?.Method ?? (request.Kind == RequestKind.ModelList ? HttpMethod.Get : HttpMethod.Post),
            Translation is null ? ProviderPaths.WithQuery(Address, QueryNames.Passing(request.Query, Target.Api.IsGateway)) : Address)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        if (request.Door is { Upload: { } upload })
            message.Content = new UploadContent(upload);
        else if (request.Kind != RequestKind.ModelList && (request.Door is null || _rewrite.Length > 0))
            message.Content = _content = new RequestBodyContent(_rewrite);
        if (Translation is not null)
            message.Content!.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        var clientHeaders = request.Headers;
        ForwardedHeaders.CopyToProvider(clientHeaders, message, request.Snapshot.Headers.ToProvider(request.Format, Translation is not null), Target.Api.IsGateway);
        foreach (var (name, value) in Translation?.Headers ?? [])
        {
            message.Headers.Remove(name);
            message.Headers.TryAddWithoutValidation(name, value);
        }

        if (CollectsStream)
        {
            message.Headers.Remove("Accept");
            message.Headers.TryAddWithoutValidation("Accept", "text/event-stream");
        }

        if (plan.PrefixHash is { } prefix)
            message.Headers.TryAddWithoutValidation(SessionHeaders.PrefixHashName, prefix);
        identity.Apply(message.Headers, Target, plan.Decision?.SessionId);
        UpstreamCredential.Apply(message.Headers, Target, Format, clientHeaders, key);
        if (Target.Config.HttpHost is { Length: > 0 } host)
            message.Headers.Host = host;
        if (Activity.Current is { } activity)
            TraceContextPropagator.Instance.Inject(activity, message.Headers, static (headers, name, value) => ((HttpRequestHeaders)headers!).TryAddWithoutValidation(name, value));
        else if (request.TraceParent != default)
            PassTrace(clientHeaders, message.Headers);
        return message;
    }

    // Where nobody observes the request here, what the client says of its trace goes on as it came.
    private static void PassTrace(IHeaderDictionary from, HttpRequestHeaders to)
    {
        to.TryAddWithoutValidation("traceparent", from.TraceParent.ToString());
        if (from.TraceState is { Count: > 0 } state)
            to.TryAddWithoutValidation("tracestate", state.ToString());
    }

    /// <summary>
    /// Gives the memory of both bodies back when the request is with the provider and its answer with the client: streams go on
    /// for minutes, and nobody reads what was asked any more. To be called where no other model can be asked instead.
    /// </summary>
    public void ReleaseSentBodies(ClientRequest request)
    {
        if (_content is not { IsSent: true })
            return;
        _rewrite.Dispose();
        request.Memory.Dispose();
    }

    /// <summary>
    /// Gives the memory back. Where the request is not all sent although it is over, the connection may still be reading from it:
    /// then it is left to the garbage collector, so that nobody else's bytes can end up there.
    /// </summary>
    public void Dispose()
    {
        if (_content is { IsBeingSent: true })
            _client.Memory.Abandon();
        else
            _rewrite.Dispose();
    }

    // Another gateway gets what the client wrote; where the client left the choice open, that is said in Plano's way.
    private static BodyRewrite ForGateway(ClientRequest request, ModelTarget target) =>
        request.Envelope.Model is null && request.Kind is RequestKind.Answer or RequestKind.TokenCount or RequestKind.Compaction
            ? BodyRewrite.SetModel(request.Body, target.ModelJson)
            : BodyRewrite.None(request.Body);

    // A body that names no model, or whose provider the client named beside it, is nobody's to change.
    private static BodyRewrite ForDoor(ClientRequest request, ModelTarget target) =>
        request.Envelope.Model is { } model && model != target.ModelId && request.Door is { Provider: null }
            ? BodyRewrite.SetModel(request.Body, target.ModelJson)
            : BodyRewrite.None(request.Body);

    // By which its key finds its place.
    private static ApiFormat DoorFormat(ProviderApi api) => api.Native.Contains(ApiFormat.ChatCompletions) ? ApiFormat.ChatCompletions : api.Native[0];

    private static UpstreamRequest SameFormat(RoutePlan plan, ModelTarget target, string? without)
    {
        var request = plan.Request;

        // Whoever keeps the response that the client names finds it by that name.
        var written = request.Earlier is { } earlier && !earlier.IsHeldBy(target) ? earlier.For(target) : null;
        var body = written is null ? request.Body : written.Body;
        var rules = Rules(target, request.Format, body, without);

        // Anthropic's own fallback and the gateway's would both act, and nobody could say which model answered why.
        if (plan.FailsOver && request.Format == ApiFormat.Messages && request.Body.Span.IndexOf("\"fallbacks\""u8) >= 0)
            rules = [.. rules, ServersFallbacks];

        // The endpoint of compactions knows neither.
        if (request.Kind == RequestKind.Compaction)
            rules = [.. rules.Where(rule => rule.Name is not ("store" or "stream"))];
        var mended = LoneSurrogates.Mend(body);
        if (ShapeRules.For(request.Format, mended, target.Capabilities) is { Count: > 0 } shape)
            rules = [.. shape, .. rules];
        if (!target.Api.IsGateway && ThinkingRules.For(request.Format, mended, target.Capabilities) is { Count: > 0 } thinking)
            rules = [.. thinking, .. rules];
        var rewrite = BodyRewrite.Apply(mended, ModelFor(target, request.Format), rules);
        return new(request, target, request.Format, Marked(request, target, request.Format, rewrite), null, written?.Dropped);
    }

    // A provider without compaction is asked for a summary, and told one instead of an item that it does not know.
    private static bool IsSaidAnew(ClientRequest request, ModelTarget target, string? without) => request.Format == ApiFormat.Responses
        && (without == CompactionRequest.Endpoint || (request.Kind == RequestKind.Answer && !target.Capabilities.Compaction && CompactionSeal.IsMentionedIn(request.Whole.Span)));

    private static ReadOnlyMemory<byte> ModelFor(ModelTarget target, ApiFormat format) => target.HasModelInPath(format) ? default : target.ModelJson;

    private static IReadOnlyList<MemberRule> Rules(ModelTarget target, ApiFormat format, ReadOnlyMemory<byte> body, string? without) =>
        without is null ? target.RulesFor(format)
        : without == RefusedThoughts.Name ? [.. target.RulesFor(format), .. EarlierThoughts.RulesFor(format, body)]
        : [.. target.RulesFor(format).Where(rule => rule.Name != without), new MemberRule(without), .. ThinkingRules.GoingWith(without)];

    private static string[] BetasOf(ClientRequest request) =>
        request.Headers.TryGetValue("anthropic-beta", out var betas) ? betas.ToString().Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) : [];

    // Cache markers, where prompt_caching asks for them and the provider knows them.
    private static BodyRewrite Marked(ClientRequest request, ModelTarget target, ApiFormat format, BodyRewrite rewrite)
    {
        var caching = request.Snapshot.Config.PromptCaching;
        return caching.InjectCacheControl && !request.CountsTokens && target.TakesCacheMarks(format) && !PromptPrefix.IsCacheOff(request)
            ? rewrite.Insert(CacheMarkers.For(format, rewrite.Bytes.Span, caching.MinPrefixTokens))
            : rewrite;
    }
}
