using System.CommandLine;
using System.Globalization;
using ModelScan.RoutingApi.Configuration.Reading;
using ModelScan.RoutingApi.Conversations;
using ModelScan.RoutingApi.Decisions;

namespace ModelScan.RoutingApi.Cli;

/// <summary><c>eval --items FILE</c>: how many labelled prompts a configuration decides right.</summary>
internal static class EvalCommand
{
    private const string None = "(none)";

    public static Command Create(CommandOutput output)
    {
        var items = new Option<string>("--items") { Description = "Labelled prompts, one JSON object a line: {\"prompt\": \"…\", \"route\": \"name\" or null}.", HelpName = "FILE", Required = true };
        var failUnder = new Option<double?>("--fail-under") { Description = "Ends with exit code 1 when a smaller share than this, 0..1, is decided right.", HelpName = "SHARE" };
        var config = new ConfigOption();
        var command = new Command("eval", "Scores a configuration's routes with labelled prompts. Needs no server and asks no model but a configured router model.") { items, failUnder, config };
        command.SetAction(async (result, cancellationToken) =>
        {
            try
            {
                await using var routing = await RoutingWithoutServer.StartAsync(config.Settings(result), cancellationToken);
                if (!routing.Snapshot.Decisions.Routes.IsEmpty)
                    _ = await routing.Services.GetRequiredService<ClassifierFactory>().EncoderAsync().WaitAsync(CalibrateCommand.Patience, cancellationToken);
                var share = await ScoreAsync(output, routing.Snapshot.Decisions, result.GetRequiredValue(items), cancellationToken);
                return result.GetValue(failUnder) is { } least && share < least ? ExitCode.Failure : ExitCode.Success;
            }
            catch (Exception exception) when (exception is FormatException or RouteClassificationException or TimeoutException)
            {
                await output.Error.WriteLineAsync(exception.Message);
                return ExitCode.Failure;
            }
        });
        return command;
    }

    private static async Task<double> ScoreAsync(CommandOutput output, DecisionSnapshot snapshot, string file, CancellationToken cancellationToken)
    {
        var routes = snapshot.Routes.Set;
        var decided = new List<(LabelledPrompt Prompt, string? Route)>();
        foreach (var prompt in LabelledPrompts.Read(file, routes))
        {
            var decision = await snapshot.Classifier.ClassifyAsync(new ClassificationRequest(routes, [new ConversationMessage(ConversationRole.User, prompt.Prompt)]), cancellationToken);
            if (decision.HasFailed)
                throw new RouteClassificationException(string.Join(' ', decision.Notes));
            decided.Add((prompt, decision.Route));
        }

        var share = Share(decided);
        output.Line("right: ", string.Create(CultureInfo.InvariantCulture, $"{decided.Count(IsRight)} of {decided.Count} ({share:P1})"));
        WriteGroups(output, "route", decided.GroupBy(item => NameOf(item.Prompt.Right[0])));
        if (decided.Any(item => item.Prompt.Language != "-"))
            WriteGroups(output, "language", decided.GroupBy(item => item.Prompt.Language));
        WriteConfusion(output, decided);
        return share;
    }

    private static void WriteGroups(CommandOutput output, string heading, IEnumerable<IGrouping<string, (LabelledPrompt Prompt, string? Route)>> groups) => output.Table(
        [heading, "prompts", "right", ""],
        groups.OrderByDescending(group => group.Count()).ThenBy(group => group.Key, StringComparer.Ordinal).Select(group => (string[])
            [group.Key, group.Count().ToString(CultureInfo.InvariantCulture), Share(group).ToString("P1", CultureInfo.InvariantCulture), ProbabilityBars.Bar(Share(group))]));

    private static void WriteConfusion(CommandOutput output, IReadOnlyList<(LabelledPrompt Prompt, string? Route)> decided) => output.Table(
        ["right", "decided", "prompts", "such as"],
        decided.Where(item => !IsRight(item))
            .GroupBy(item => (Right: NameOf(item.Prompt.Right[0]), Decided: NameOf(item.Route)))
            .OrderByDescending(group => group.Count())
            .Select(group => (string[])[group.Key.Right, group.Key.Decided, group.Count().ToString(CultureInfo.InvariantCulture), Beginning(group.First().Prompt.Prompt)]));

    private static bool IsRight((LabelledPrompt Prompt, string? Route) item) => item.Prompt.Right.Contains(item.Route);

    private static double Share(IEnumerable<(LabelledPrompt Prompt, string? Route)> items) => items.Average(item => IsRight(item) ? 1.0 : 0);

    private static string NameOf(string? route) => route ?? None;

    private static string Beginning(string prompt)
    {
        var line = string.Join(' ', prompt.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return line.Length <= 60 ? line : line[..(char.IsHighSurrogate(line[58]) ? 58 : 59)] + "…";
    }
}
