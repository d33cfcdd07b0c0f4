using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Decisions.Embedded;
using ModelScan.RoutingApi.Decisions.Embedded.Encoder;

namespace ModelScan.RoutingApi.Decisions;

/// <summary>The embedded classifier with a configuration's settings, over an encoder that several configurations share. Thread-safe.</summary>
internal sealed class EmbeddedClassifier(EncoderLoading encoder, ClassifierConfig config, TimeProvider time) : IRouteClassifier
{
    /// <summary>Limit for one decision, the routes that a request brings along included; then the request goes on without a route.</summary>
    public static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(2);

    private DecisionCalibration? _calibration;

    /// <summary>With the shipped encoder.</summary>
    public static ClassifierType Type { get; } = new(ClassifierKind.Embedded, Create);

    /// <summary>With an encoder of the user's.</summary>
    public static ClassifierType TypeWithOwnEncoder { get; } = new(ClassifierKind.Onnx, Create);

    /// <inheritdoc/>
    public string Name => "embedded";

    /// <inheritdoc/>
    public async ValueTask<RouteClassification> ClassifyAsync(ClassificationRequest request, CancellationToken cancellationToken)
    {
        if (await encoder.GetAsync(cancellationToken).ConfigureAwait(false) is not { } classifier)
            return new RouteClassification(null, Name) { HasFailed = true, Notes = [$"There is no classifier: {encoder.Problem}"] };
        _calibration ??= WithSettings(Calibration(classifier.Model, config), config);
        using var limit = new CancellationTokenSource(TimeLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await classifier.ClassifyAsync(request, _calibration, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new RouteClassificationException($"no decision within {TimeLimit.TotalSeconds} s", exception);
        }
    }

    /// <summary>Over the encoder that the configuration names.</summary>
    public static IRouteClassifier Create(ClassifierConfig config, ClassifierServices services) => new EmbeddedClassifier(services.EncoderOf(config.Encoder), config, services.Time);

    private static DecisionCalibration Calibration(EncoderModel model, ClassifierConfig config)
    {
        if (config.Calibration is not { } path)
            return model.Calibration;
        try
        {
            using var file = File.OpenRead(path);
            return DecisionCalibration.Read(file, model.Encoder.Dimension);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new RouteClassificationException($"{path} cannot be read: {exception.Message}", exception);
        }
    }

    /// <summary>The constants that a configuration changes.</summary>
    public static DecisionCalibration WithSettings(DecisionCalibration calibration, ClassifierConfig config) => calibration with
    {
        Threshold = config.Threshold ?? calibration.Threshold,
        Dialogue = calibration.Dialogue with { Stay = config.Stay ?? calibration.Dialogue.Stay },
    };
}
