using System.CommandLine;
using System.Globalization;
using ModelScan.RoutingApi.Decisions;
using ModelScan.RoutingApi.Providers.Models;
using ModelScan.RoutingApi.RequestLog.Reading;
using ModelScan.RoutingApi.Routing.Records;
using ModelScan.RoutingApi.Routing.Redecisions;

namespace ModelScan.RoutingApi.Cli;

/// <summary><c>simulate --policy FILE --records FILE</c>: what a policy would have done with recorded requests, and whether a change may pass.</summary>
internal static class SimulateCommand
{
    public static Command Create(CommandOutput output)
    {
        var policy = new Option<string>("--policy") { Description = "The configuration to try.", HelpName = "FILE", Required = true };
        var records = new Option<string>("--records") { Description = "Requests, as GET /admin/requests/export?inputs=true writes them.", HelpName = "FILE", Required = true };
        var failIf = new Option<string[]>("--fail-if")
        {
            Description = "Ends with exit code 1 where it holds: cost>+5%, cost_high>+10%, models>20%, routes>10%, switches>0, undecidable>1%. May be given several times.",
            HelpName = "CONDITION",
        };
        var command = new Command("simulate", "Decides recorded requests under another policy, and says what changes: routes, models, cost, switches. Asks no model.") { policy, records, failIf };
        command.SetAction(async (result, cancellationToken) =>
        {
            try
            {
                var conditions = (result.GetValue(failIf) ?? []).Select(SimulationLimit.Parse).ToArray();
                var details = ReadRecords(result.GetRequiredValue(records));
                var settings = new ConfigurationBuilder().AddEnvironmentVariables().AddInMemoryCollection([new("config", result.GetRequiredValue(policy))]).Build();
                await using var routing = await RoutingWithoutServer.StartAsync(settings, cancellationToken);
                var tried = PolicyUnderTest.Of(
                    routing.Loaded, routing.Loaded.Config.Classifier.Encoder, routing.Services.GetRequiredService<ClassifierFactory>(), routing.Services.GetRequiredService<ModelCatalogue>(),
                    routing.Services.GetRequiredService<TimeProvider>());
                var decisions = await new Redecider(routing.Metrics, routing.Services.GetRequiredService<DecisionVectors>(), routing.Services.GetRequiredService<Random>()).DecideAsync(tried, details, cancellationToken);
                var report = new RedecisionReport(decisions, tried.Notes);
                Write(output, report, tried.Notes);
                var broken = conditions.Where(condition => condition.Holds(report)).ToArray();
                foreach (var condition in broken)
                    await output.Error.WriteLineAsync($"fails: {condition}");
                return broken.Length > 0 ? ExitCode.Failure : ExitCode.Success;
            }
            catch (FormatException exception)
            {
                await output.Error.WriteLineAsync(exception.Message);
                return ExitCode.Usage;
            }
        });
        return command;
    }

    private static List<RequestDetail> ReadRecords(string path)
    {
        try
        {
            var details = new List<RequestDetail>();
            foreach (var (number, line) in File.ReadLines(path).Index())
            {
                if (string.IsNullOrWhiteSpace(line))
                    continue;
                if (details.Count == Redecider.MaxRecords)
                    throw new FormatException($"{path} holds more than {Redecider.MaxRecords} requests; export fewer with limit.");
                details.Add(Read(path, number + 1, line));
            }

            return details.Count > 0 ? details : throw new FormatException($"{path}: there is no request in it.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new FormatException($"{path} cannot be read: {exception.Message}", exception);
        }
    }

    private static RequestDetail Read(string path, int number, string line)
    {
        try
        {
            return RecordReader.Read(line);
        }
        catch (FormatException exception)
        {
            throw new FormatException($"{path}:{number}: {exception.Message}", exception);
        }
    }

    private static void Write(CommandOutput output, RedecisionReport report, IReadOnlyList<string> notes)
    {
        output.Line("requests: ", string.Create(CultureInfo.InvariantCulture, $"{report.Records}, of which {report.Undecidable} cannot be decided"));
        output.Line("other route: ", Share(report.OtherRoutes, report.Records));
        output.Line("other model: ", Share(report.OtherModels, report.Records));
        output.Line("cost: ", string.Create(CultureInfo.InvariantCulture, $"{report.CostBefore:0.######} USD then, {report.CostLow:0.######} to {report.CostHigh:0.######} USD now (answers as long as they were, or half as long again of another model)"));
        output.Line("switches: ", string.Create(CultureInfo.InvariantCulture, $"{report.SwitchesBefore} then, {report.SwitchesAfter} now, which cost {report.SwitchCost:0.######} USD"));
        output.Table(["route then", "route now", "requests"], report.Routes.Select(pair => (string[])[pair.From ?? "(none)", pair.To ?? "(none)", Text(pair.Requests)]));
        output.Table(["model then", "model now", "requests"], report.Models.Select(pair => (string[])[pair.From ?? "(none)", pair.To ?? "(none)", Text(pair.Requests)]));
        foreach (var (reason, requests) in report.Problems)
            output.Line("undecidable: ", $"{Text(requests)}: {reason}");
        foreach (var note in notes)
            output.Line("note: ", note);
    }

    private static string Share(int part, int all) => string.Create(CultureInfo.InvariantCulture, $"{part} ({(all == 0 ? 0 : (double)part / all):P1})");

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
