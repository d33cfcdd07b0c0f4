using System.CommandLine;
using System.Globalization;
using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.ModelMetrics;
using ModelScan.RoutingApi.Providers;

namespace ModelScan.RoutingApi.Cli;

/// <summary><c>models</c>: what is configured, what each model takes, costs, and how fast it is.</summary>
internal static class ModelsCommand
{
    private const string Unknown = "-";

    public static Command Create(CommandOutput output)
    {
        var config = new ConfigOption();
        var command = new Command("models", "Lists the configured models: what they take, their prices and latencies, and whether there is a key.") { config };
        command.SetAction(async (result, cancellationToken) =>
        {
            await using var routing = await RoutingWithoutServer.StartAsync(config.Settings(result), cancellationToken);
            var snapshot = routing.Snapshot;
            var directory = snapshot.Models;
            output.Table(
                ["model", "also called", "state", "takes", "context", "output tokens", "USD/M in", "USD/M out", "latency s"],
                snapshot.Config.Providers.Select(entry => Row(entry, snapshot.Config, directory, routing.Metrics)));
            foreach (var source in routing.Metrics.Sources.Where(source => source.FetchedAt is null))
                output.Line("note: ", $"no data of {source.Name}{(source.LastFailure is { } why ? $": {why}" : "")}");
            return ExitCode.Success;
        });
        return command;
    }

    private static string[] Row(ModelProviderConfig entry, RoutingConfig config, ModelDirectory directory, ModelMetricsSnapshot metrics)
    {
        var names = config.Aliases.Where(alias => alias.Value == entry.Name || alias.Value == entry.Model).Select(alias => alias.Key);
        if (entry.Name != entry.Model)
            names = names.Prepend(entry.Name);
        if (directory.Find(entry.Model) is not { } target || entry.IsWildcard)
            return [entry.Model, string.Join(", ", names), "every model of the provider", Unknown, Unknown, Unknown, Unknown, Unknown, Unknown];
        var hasPrice = metrics.TryGetPrice(target.Name, out var price);
        return
        [
            entry.Model,
            string.Join(", ", names),
            entry.IsDefault ? $"{State(target)}, default" : State(target),
            Takes(target),
            target.Capabilities.ContextTokens?.ToString(CultureInfo.InvariantCulture) ?? Unknown,
            target.Capabilities.MaxOutputTokens?.ToString(CultureInfo.InvariantCulture) ?? Unknown,
            hasPrice ? Number(price.InputPerMillion) : Unknown,
            hasPrice ? Number(price.OutputPerMillion) : Unknown,
            metrics.TryGetLatency(target.Name, out var seconds) ? Number(seconds) : Unknown,
        ];
    }

    private static string State(ModelTarget target) =>
        target.Problem is { Status: StatusCodes.Status401Unauthorized } ? "no key"
        : target.Problem is not null ? "not supported"
        : target.IsMocked ? "played by the mock"
        : target.UsesClientsCredential ? "client's key" : "ready";

    private static string Takes(ModelTarget target)
    {
        var takes = new List<string> { "text" };
        if (target.Capabilities.Images)
            takes.Add("images");
        if (target.Capabilities.Files)
            takes.Add("files");
        if (target.Capabilities.ReasoningEffort)
            takes.Add("reasoning effort");
        return string.Join(", ", takes);
    }

    private static string Number(double number) => number.ToString("0.####", CultureInfo.InvariantCulture);
}
