using System.Globalization;
using System.Text;
using ModelScan.RoutingApi.Decisions.Embedded;
using ModelScan.RoutingApi.Decisions.Embedded.Encoder;

namespace RouterEval;

/// <summary>Another encoder with the shipped decision rule: right before and after its constants are fitted, as <c>modelscan calibrate</c> does it.</summary>
internal static class EncoderEvaluation
{
    private const int MaxPieces = 128;

    public static async Task<string> RunAsync(string encoder, string vocabulary, string folder, CancellationToken cancellationToken)
    {
        using var classifier = new EmbeddedRouteClassifier(EncoderModel.LoadWithShippedCalibration(encoder, vocabulary, Pooling.Mean, MaxPieces));
        var set = ConfigurationSet.Read(folder);
        var samples = new List<(LabelledPrompt Prompt, CalibrationSample Sample)>();
        foreach (var prompt in set.Prompts)
        {
            var routes = await CompiledRoutes.CompileAsync(set.Routes[prompt.Configuration], classifier.Vectors, cancellationToken);
            var vector = await classifier.Vectors.OfAsync(prompt.Prompt, cancellationToken);
            samples.Add((prompt, new CalibrationSample(routes.Cosines(vector), 0, [.. prompt.Right.Select(right => Array.IndexOf(routes.Compared, right)).Distinct()])));
        }

        var constants = classifier.Model.Calibration;
        var text = new StringBuilder("| prompts | number | constants of the shipped encoder | fitted, cross-validated | best route |\n|---|---:|---:|---:|---:|\n");
        Row(text, "all", samples, constants);
        Row(text, "English", samples.Where(s => s.Prompt.IsEnglish), constants);
        Row(text, "others", samples.Where(s => !s.Prompt.IsEnglish), constants);
        return text.ToString();
    }

    private static void Row(StringBuilder text, string name, IEnumerable<(LabelledPrompt Prompt, CalibrationSample Sample)> prompts, DecisionCalibration constants)
    {
        CalibrationSample[] samples = [.. prompts.Select(p => p.Sample)];
        var forced = Measures.Share(samples.Where(s => s.Right.Any(right => right >= 0)).Select(s => s.Right.Contains(Array.IndexOf(s.Cosine, s.Cosine.Max()))));
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"| {name} | {samples.Length} | {100 * CalibrationFit.Accuracy(samples, constants):0.0} | {100 * new CalibrationFit(constants).CrossValidated(samples):0.0} | {forced:0.0} |");
    }
}
