using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using ModelScan.RoutingApi.Decisions.Sessions;
using ModelScan.RoutingApi.Dialects;
using ModelScan.RoutingApi.Dialects.Envelope;
using ModelScan.RoutingApi.Dialects.Translation;
using ModelScan.RoutingApi.Providers;

namespace ModelScan.RoutingApi.Routing.Attempts;

/// <summary>A client's request as one provider gets it: in its own bytes, or translated. Dispose it after the answer has begun.</summary>
internal sealed class UpstreamRequest : IDisposable
{
    private readonly ProxyExchange _exchange;
    private readonly BodyRewrite _rewrite;
    private RequestBodyContent? _content;

    private UpstreamRequest(ProxyExchange exchange, ModelTarget target, ApiFormat format, BodyRewrite rewrite, TranslatedExchange? translation)
    {
        (_exchange, Target, Format, _rewrite, Translation) = (exchange, target, format, rewrite, translation);
        CollectsStream = !exchange.Envelope.Stream && target.OnlyStreams(format);
    }

    public ModelTarget Target { get; }

    /// <summary>The provider's format.</summary>
    public ApiFormat Format { get; }

    /// <summary>The way back for the answer; <see langword="null"/> where client and provider speak the same format.</summary>
    public TranslatedExchange? Translation { get; }

    /// <summary>Whether the provider is asked for a stream although the client wants a whole answer, which is put together from it.</summary>
    public bool CollectsStream { get; }

    /// <summary>What the provider is not told.</summary>
    public IReadOnlyList<string> Dropped => Translation is null ? _rewrite.Changed : [.. Translation.Dropped, .. _rewrite.Changed];

    /// <summary>
    /// Prepares a request: as it is where the model is served in the client's format without loss and takes it there, else translated
    /// into the best of its formats, else as it is where the provider accepts the client's format somehow, else translated into such a format.
    /// </summary>
    /// <returns><see langword="null"/> when no translation exists.</returns>
    /// <exception cref="InvalidRequestException">The request is wrong, or cannot be said to this provider.</exception>
    public static UpstreamRequest? Prepare(ProxyExchange exchange, ModelTarget target, TranslatorTable translators, TimeProvider time, Func<string> newId)
    {
        var api = target.Api;
        if (api.IsGateway)
            return new UpstreamRequest(exchange, target, exchange.Format, ForGateway(exchange, target), null);
        var client = exchange.Format;
        var traits = target.DependsOnTraits ? RequestTraits.Read(client, exchange.Body.Span) : default;
        if (Send(target.FormatsFor(client, traits)) is { } request)
            return request;
        return api.Compatible.Contains(client) ? SameFormat(exchange, target) : Send(api.Compatible);

        UpstreamRequest? Send(IReadOnlyList<ApiFormat> formats)
        {
            for (var i = 0; i < formats.Count; i++)
            {
                var format = formats[i];
                if (format == client)
                    return SameFormat(exchange, target);
                if (translators.Find(client, format) is not { } translator)
                    continue;
                _ = RequestReader.Read(client, exchange.Body);
                var context = new TranslationContext(exchange.Envelope.Model ?? target.Name, target.ModelId, target.Capabilities, time, newId) { ProviderName = target.Config.Provider, Betas = BetasOf(exchange) };
                var translated = translator.Translate(WithoutByteOrderMark(exchange.Body), context);

                // What a translation makes of a request is still subject to what this provider refuses. Converse has the model in its path.
                var rewrite = format == ApiFormat.Converse ? BodyRewrite.None(translated.Body) : BodyRewrite.Apply(translated.Body, target.ModelJson, target.RulesFor(format));
                return new UpstreamRequest(exchange, target, format, Marked(exchange, target, format, rewrite), translated);
            }

            return null;
        }
    }

    /// <summary>Makes the HTTP request.</summary>
    public HttpRequestMessage ToMessage(ProxyExchange exchange, ClientIdentity identity)
    {
        var address = ProviderPaths.For(exchange.Kind, Target.AddressOf(Format, exchange.Envelope.Stream), Format);
        var message = new HttpRequestMessage(
            exchange.Kind == RequestKind.ModelList ? HttpMethod.Get : HttpMethod.Post,
            Translation is null ? ProviderPaths.WithQuery(address, exchange.Http.Request.QueryString.Value) : address)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        if (exchange.Kind != RequestKind.ModelList)
            message.Content = _content = new RequestBodyContent(_rewrite);
        if (Translation is not null)
            message.Content!.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        var clientHeaders = exchange.Http.Request.Headers;
        ForwardedHeaders.CopyToProvider(clientHeaders, message, Translation is null, Target.Api.IsGateway);
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

        if (exchange.PrefixHash is { } prefix)
            message.Headers.TryAddWithoutValidation(SessionHeaders.PrefixHashName, prefix);
        identity.Apply(message.Headers, Target, exchange.Decision?.SessionId);
        UpstreamCredential.Apply(message.Headers, Target, Format, clientHeaders);
        if (Target.Config.HttpHost is { Length: > 0 } host)
            message.Headers.Host = host;
        if (Activity.Current is { } activity)
            DistributedContextPropagator.Current.Inject(activity, message.Headers, static (headers, name, value) => ((HttpRequestHeaders)headers!).TryAddWithoutValidation(name, value));
        return message;
    }

    /// <summary>
    /// Gives the memory of both bodies back when the request is with the provider and its answer with the client: streams go on
    /// for minutes, and nobody reads what was asked any more. To be called where no other model can be asked instead.
    /// </summary>
    public void ReleaseSentBodies(ProxyExchange exchange)
    {
        if (_content is not { IsSent: true })
            return;
        _rewrite.Dispose();
        exchange.ReleaseBody();
    }

    /// <summary>
    /// Gives the memory back. Where the request is not all sent although it is over, the connection may still be reading from it:
    /// then it is left to the garbage collector, so that nobody else's bytes can end up there.
    /// </summary>
    public void Dispose()
    {
        if (_content is { IsBeingSent: true })
            _exchange.IsBodyAbandoned = true;
        else
            _rewrite.Dispose();
    }

    // Another gateway gets what the client wrote; where the client left the choice open, that is said in Plano's way.
    private static BodyRewrite ForGateway(ProxyExchange exchange, ModelTarget target) =>
        exchange.Envelope.Model is null && exchange.Kind is RequestKind.Answer or RequestKind.TokenCount
            ? BodyRewrite.SetModel(exchange.Body, target.ModelJson)
            : BodyRewrite.None(exchange.Body);

    private static UpstreamRequest SameFormat(ProxyExchange exchange, ModelTarget target) =>
        new(exchange, target, exchange.Format, Marked(exchange, target, exchange.Format, BodyRewrite.Apply(LoneSurrogates.Mend(exchange.Body), target.ModelJson, target.RulesFor(exchange.Format))), null);

    private static string[] BetasOf(ProxyExchange exchange) =>
        exchange.Http.Request.Headers.TryGetValue("anthropic-beta", out var betas) ? betas.ToString().Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) : [];

    // Cache markers, where prompt_caching asks for them and the provider knows them.
    private static BodyRewrite Marked(ProxyExchange exchange, ModelTarget target, ApiFormat format, BodyRewrite rewrite)
    {
        var caching = exchange.Snapshot.Config.PromptCaching;
        return caching.InjectCacheControl && !exchange.CountsTokens && target.TakesCacheMarks(format) && !PromptPrefix.IsCacheOff(exchange)
            ? rewrite.Insert(CacheMarkers.For(format, rewrite.Bytes.Span, caching.MinPrefixTokens))
            : rewrite;
    }

    private static ReadOnlyMemory<byte> WithoutByteOrderMark(ReadOnlyMemory<byte> body) =>
        body.Span.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) ? body[3..] : body;
}
