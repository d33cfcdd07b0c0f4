using System.Diagnostics.Metrics;
using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Decisions.Embedded;
using ModelScan.RoutingApi.Decisions.Embedded.Encoder;
using ModelScan.RoutingApi.Decisions.RouterModels;

namespace ModelScan.RoutingApi.Decisions;

/// <summary>Makes the classifier that a configuration asks for. An encoder is loaded once, with the first need, and shared by all.</summary>
public sealed partial class ClassifierFactory : IDisposable, IAsyncDisposable
{
    private readonly ClassifierServices _services;
    private readonly ILogger _logger;
    private readonly UnsureMeter _unsure;
    private readonly EncoderLoading _shipped;
    private (EncoderConfig? Config, EncoderLoading Loading) _encoder;
    private (ClassifierConfig Config, IRouteClassifier Classifier)? _last;

    /// <summary>Creates the factory; nothing is loaded yet.</summary>
    public ClassifierFactory(IHttpClientFactory http, TimeProvider time, IMeterFactory meters, ILoggerFactory loggers)
        : this(http, time, meters, loggers, () => EncoderModel.LoadShipped())
    {
    }

    /// <summary>The same with another way to load what is shipped.</summary>
    internal ClassifierFactory(IHttpClientFactory http, TimeProvider time, IMeterFactory meters, ILoggerFactory loggers, Func<EncoderModel> loadShipped)
    {
        _services = new ClassifierServices(EncoderOf, http, time, meters, loggers);
        _logger = loggers.CreateLogger<ClassifierFactory>();
        _shipped = new EncoderLoading(loadShipped, _logger);
        _encoder = (null, _shipped);
        _unsure = new UnsureMeter(meters);
        _ = new EncoderMeter(meters, () => _encoder.Loading.Loaded?.Waiting ?? 0, () => _encoder.Loading.Loaded?.Encoded ?? 0);
    }

    /// <summary>Why the embedded classifier cannot decide; <see langword="null"/> while it can, or nobody has asked it yet.</summary>
    public string? Problem => _encoder.Loading.Problem;

    /// <summary>The classifier for <paramref name="config"/>; the same one again while the configuration does not change, with its caches.</summary>
    public IRouteClassifier Create(ClassifierConfig config)
    {
        if (_last is { } last && last.Config == config)
            return last.Classifier;
        var classifier = ClassifierTypes.Of(config).Create(config, _services);
        if (config is { RouterModel: { } model, UnsureBelow: { } below })
            classifier = new AskWhenUnsure(classifier, RouterModelClassifier.Asking(model, new NoAnswer(), _services), below, _unsure);
        _last = (config, classifier);
        return classifier;
    }

    /// <summary>A classifier beside the one in force, with the encoder that is there; nothing in force changes.</summary>
    /// <param name="config">Its settings, without a router model.</param>
    public IRouteClassifier CreateAside(ClassifierConfig config) => new EmbeddedClassifier(_encoder.Loading, config, _services.Time);

    /// <summary>Begins to load the encoder and to compile configured routes ahead of the first request; does not wait for it.</summary>
    public void Prepare(RouteSet routes)
    {
        if (routes.Routes.Count > 0)
            _ = PrepareAsync(_encoder.Loading, routes);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _shipped.Dispose();
        _encoder.Loading.Dispose();
    }

    /// <summary>The encoder in force once it is loaded; <see langword="null"/> where there is none, for the reason in <see cref="Problem"/>.</summary>
    internal Task<EmbeddedRouteClassifier?> EncoderAsync() => _encoder.Loading.StartAsync();

    private EncoderLoading EncoderOf(EncoderConfig? config)
    {
        if (_encoder.Config == config)
            return _encoder.Loading;
        var before = _encoder.Loading;
        _encoder = (config, config is null
            ? _shipped
            : new EncoderLoading(
                () => EncoderModel.LoadWithShippedCalibration(config.Model, config.Vocabulary, config.PoolsFirstPiece ? Pooling.FirstPiece : Pooling.Mean, config.MaxTokens),
                _logger));
        if (!ReferenceEquals(before, _shipped))
            _ = RetireAsync(before);
        return _encoder.Loading;
    }

    // Requests that began before a reload still decide by the encoder of then.
    private async Task RetireAsync(EncoderLoading encoder)
    {
        await Task.Delay(TimeSpan.FromMinutes(1), _services.Time).ConfigureAwait(false);
        encoder.Dispose();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _shipped.DisposeAsync().ConfigureAwait(false);
        await _encoder.Loading.DisposeAsync().ConfigureAwait(false);
    }

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

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "The routes could not be compiled ahead; the first request does it")]
        public static partial void NotPrepared(ILogger logger, Exception exception);
    }
}
