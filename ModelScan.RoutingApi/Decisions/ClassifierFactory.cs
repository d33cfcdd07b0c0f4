using System.Diagnostics.Metrics;
using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Decisions.Embedded.Encoder;
using ModelScan.RoutingApi.Decisions.RouterModels;

namespace ModelScan.RoutingApi.Decisions;

/// <summary>Makes the classifier that a configuration asks for. An encoder is loaded once, with the first need, and shared by all.</summary>
public sealed partial class ClassifierFactory : IDisposable, IAsyncDisposable
{
    private readonly IHttpClientFactory _http;
    private readonly TimeProvider _time;
    private readonly IMeterFactory _meters;
    private readonly ILoggerFactory _loggers;
    private readonly ILogger _logger;
    private readonly EncoderLoading _encoder;
    private (ClassifierConfig Config, IRouteClassifier Classifier)? _last;

    /// <summary>Creates the factory; nothing is loaded yet.</summary>
    public ClassifierFactory(IHttpClientFactory http, TimeProvider time, IMeterFactory meters, ILoggerFactory loggers)
    {
        (_http, _time, _meters, _loggers, _logger) = (http, time, meters, loggers, loggers.CreateLogger<ClassifierFactory>());
        _encoder = new EncoderLoading(() => EncoderModel.LoadShipped(), _logger);
        _ = new EncoderMeter(meters, () => _encoder.Loaded?.Waiting ?? 0, () => _encoder.Loaded?.Encoded ?? 0);
    }

    /// <summary>Why the embedded classifier cannot decide; <see langword="null"/> while it can, or nobody has asked it yet.</summary>
    public string? Problem => _encoder.Problem;

    /// <summary>The classifier for <paramref name="config"/>; the same one again while the configuration does not change, with its caches.</summary>
    public IRouteClassifier Create(ClassifierConfig config)
    {
        if (_last is { } last && last.Config == config)
            return last.Classifier;
        IRouteClassifier classifier = new EmbeddedClassifier(_encoder, config);
        if (config is { Kind: ClassifierKind.Endpoint, RouterModel: { } model })
            classifier = new RouterModelClassifier(Options(model), classifier, _http, _time, _meters, _loggers.CreateLogger<RouterModelClassifier>());
        _last = (config, classifier);
        return classifier;
    }

    /// <summary>Begins to load the encoder and to compile configured routes ahead of the first request; does not wait for it.</summary>
    public void Prepare(RouteSet routes)
    {
        if (routes.Routes.Count > 0)
            _ = PrepareAsync(_encoder, routes);
    }

    /// <inheritdoc/>
    public void Dispose() => _encoder.Dispose();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _encoder.DisposeAsync();

    private async Task PrepareAsync(EncoderLoading encoder, RouteSet routes)
    {
        try
        {
            if (await encoder.StartAsync().ConfigureAwait(false) is { } classifier)
                await classifier.PrepareAsync(routes).ConfigureAwait(false);
        }
        catch (RouteClassificationException) when (encoder.IsDisposed)
        {
            // The gateway ends before it was ready.
        }
        catch (RouteClassificationException exception)
        {
            Log.NotPrepared(_logger, exception);
        }
    }

    private const string DefaultHint = "plano-orchestrator";

    private static RouterModelOptions Options(RouterModelConfig model) => new(model.BaseUrl)
    {
        Model = model.Model,
        ApiKey = model.ApiKey,
        PromptStyle = model.PromptStyle switch
        {
            "orchestrator" => RouterPromptStyle.Orchestrator,
            "arch_router" => RouterPromptStyle.ArchRouter,
            _ => RouterPromptStyle.Auto,
        },
        ProviderHint = model.ProviderName is { Length: > 0 } name && name.All(c => c is > ' ' and <= '~') ? name : DefaultHint,
        Timeout = model.Timeout,
        ContextLengthTokens = model.ContextLength,
        CacheDecisions = model.CacheEntries > 0,
        CacheEntries = Math.Max(1, model.CacheEntries),
        CacheAge = model.CacheAge,
    };

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "The routes could not be compiled ahead; the first request does it")]
        public static partial void NotPrepared(ILogger logger, Exception exception);
    }
}
