using System.Diagnostics.Metrics;

namespace ModelScan.RoutingApi.Decisions;

/// <summary>Shows how much the encoder has to do.</summary>
internal sealed class EncoderMeter
{
    /// <summary>The meter's name.</summary>
    public const string Name = "ModelScan.Classifier";

    /// <summary>Makes the instruments.</summary>
    /// <param name="meters">Makes the meter.</param>
    /// <param name="waiting">Texts that wait for a thread of the encoder.</param>
    /// <param name="encoded">Texts encoded so far.</param>
    public EncoderMeter(IMeterFactory meters, Func<int> waiting, Func<long> encoded)
    {
        var meter = meters.Create(Name);
        meter.CreateObservableUpDownCounter("modelscan.classifier.encoder.waiting", waiting, "{text}", "Texts that wait for a thread of the encoder.");
        meter.CreateObservableCounter("modelscan.classifier.encoder.texts", encoded, "{text}", "Texts encoded.");
    }
}
