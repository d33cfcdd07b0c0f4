using System.CommandLine;
using System.Globalization;
using ModelScan.RoutingApi.Decisions;
using ModelScan.RoutingApi.Decisions.Embedded;

namespace ModelScan.RoutingApi.Cli;

/// <summary><c>calibrate --labels FILE</c>: fits the constants of the decision rule to a configuration's own prompts.</summary>
internal static class CalibrateCommand
{
    /// <summary>How long a command that decides much waits for the encoder: a large one on a busy machine takes longer than a request can wait.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    public static Command Create(CommandOutput output)
    {
        var labels = new Option<string>("--labels") { Description = "Labelled prompts as 'eval' reads them, some of them with route null; a hundred or more.", HelpName = "FILE", Required = true };
        var to = new Option<string?>("--out") { Description = "Writes the constants to a file, to be named by routing.classifier.calibration.", HelpName = "FILE" };
        var config = new ConfigOption();
        var command = new Command("calibrate", "Fits the classifier's constants to labelled prompts, and says by cross-validation what that brings.") { labels, to, config };
        command.SetAction(async (result, cancellationToken) =>
        {
            try
            {
                await using var routing = await RoutingWithoutServer.StartAsync(config.Settings(result), cancellationToken);
                return await FitAsync(output, routing, result.GetRequiredValue(labels), result.GetValue(to), cancellationToken);
            }
            catch (Exception exception) when (exception is FormatException or RouteClassificationException or IOException or UnauthorizedAccessException or TimeoutException)
            {
                await output.Error.WriteLineAsync(exception.Message);
                return ExitCode.Failure;
            }
        });
        return command;
    }

    private static async Task<int> FitAsync(CommandOutput output, RoutingWithoutServer routing, string labels, string? to, CancellationToken cancellationToken)
    {
        var routes = routing.Snapshot.Decisions.Routes.Set;
        var prompts = LabelledPrompts.Read(labels, routes);
        var factory = routing.Services.GetRequiredService<ClassifierFactory>();
        var classifier = await factory.EncoderAsync().WaitAsync(Patience, cancellationToken) ?? throw new RouteClassificationException(factory.Problem ?? "there is no encoder");
        var compiled = await CompiledRoutes.CompileAsync(routes, classifier.Vectors, cancellationToken);
        if (compiled.Compared.Length == 0)
            throw new FormatException("The configuration has no routes to compare.");
        var calibration = EmbeddedClassifier.WithSettings(classifier.Model.Calibration, routing.Snapshot.Config.Classifier);
        var samples = new List<CalibrationSample>();
        foreach (var prompt in prompts)
        {
            var vector = await classifier.Vectors.OfAsync(classifier.Model.Ids(LongMessage.Read(classifier.Model, prompt.Prompt).Pieces), cancellationToken);
            samples.Add(new CalibrationSample(compiled.Cosines(vector), calibration.PriorOf(vector), [.. prompt.Right.Select(compiled.PlaceOf).Distinct()]));
        }

        var fit = new CalibrationFit(calibration);
        var fitted = fit.Fit(samples);
        var (before, after) = (CalibrationFit.Accuracy(samples, calibration), fit.CrossValidated(samples));
        output.Line("prompts: ", samples.Count.ToString(CultureInfo.InvariantCulture));
        output.Table(
            ["constants", "k", "c", "b", "right"],
            [
                Row("now", calibration.Single, before),
                Row("fitted, cross-validated", fitted.Single, after),
            ]);
        if (after < before)
            output.Line("note: ", "the fitted constants decide fewer of these prompts right; better keep those in force");
        if (to is not null)
        {
            await File.WriteAllTextAsync(to, fitted.Write() + "\n", cancellationToken);
            output.Line("written: ", $"{to}; name it in routing.classifier.calibration");
        }

        return ExitCode.Success;
    }

    private static string[] Row(string name, SingleCalibration constants, double share) =>
        [name, Number(constants.K), Number(constants.C), Number(constants.B), share.ToString("P1", CultureInfo.InvariantCulture)];

    private static string Number(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);
}
