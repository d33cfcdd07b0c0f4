using ModelScan.RoutingApi.Decisions.Embedded;

namespace ModelScan.Tests.Decisions.Embedded;

public sealed class CalibrationFitTests
{
    private static readonly DecisionCalibration InForce = ShippedClassifier.Model.Calibration;

    [Fact]
    public void Fit_PromptsWhoseNoneLiesElsewhere_MovesTheBoundThere()
    {
        // Here a route is right from a cosine of 0.6 on, where the constants in force take it from about 0.2.
        var samples = Enumerable.Range(0, 200).Select(i => i / 200.0).Select(cosine => new CalibrationSample([cosine, 0.1], 0, [cosine >= 0.6 ? 0 : DecisionRule.None])).ToArray();
        var fit = new CalibrationFit(InForce);

        var fitted = fit.Fit(samples);

        Assert.InRange(CalibrationFit.Accuracy(samples, InForce), 0.4, 0.7);
        Assert.InRange(CalibrationFit.Accuracy(samples, fitted), 0.95, 1);
        Assert.InRange(fit.CrossValidated(samples), 0.95, 1);
        Assert.InRange((fitted.Single.C + fitted.Single.B * Math.Log(2)) / fitted.Single.K, 0.55, 0.65);
        Assert.Equal(InForce.Dialogue, fitted.Dialogue);
    }

    [Fact]
    public void Fit_OnePrompt_MovesLittle()
    {
        var fitted = new CalibrationFit(InForce).Fit([new CalibrationSample([0.9, 0.1], 0, [0])]);

        Assert.InRange(fitted.Single.K, InForce.Single.K - 3, InForce.Single.K + 3);
    }

    [Fact]
    public void Write_Constants_AreReadBack()
    {
        using var file = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(InForce.Write()));

        var read = DecisionCalibration.Read(file, ShippedClassifier.Model.Encoder.Dimension);

        Assert.Equal((InForce.Single, InForce.Dialogue, InForce.Threshold), (read.Single, read.Dialogue, read.Threshold));
        Assert.Equal(InForce.Prior!.Vector, read.Prior!.Vector);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"version": 1}""")]
    [InlineData("""{"version": 2, "threshold": 0.5}""")]
    [InlineData("no json")]
    public void Read_AnotherFile_IsRefused(string json)
    {
        using var file = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(json));

        Assert.Throws<InvalidDataException>(() => DecisionCalibration.Read(file, 384));
    }
}
