using System.CommandLine;
using ModelScan.RoutingApi.Cli.Doctor;
using ModelScan.RoutingApi.Configuration;
using Spectre.Console;

namespace ModelScan.RoutingApi.Cli;

/// <summary><c>doctor</c>: looks at everything that the gateway depends on, and says what to do where something is amiss.</summary>
internal static class DoctorCommand
{
    public static Command Create(CommandOutput output)
    {
        var config = new ConfigOption();
        var command = new Command(
            "doctor", "Looks at what the gateway depends on (configuration, keys, providers, metrics, container engine, session store, port) and says what to do. Fails if something that is configured does not work.") { config };
        command.SetAction(async (result, cancellationToken) =>
        {
            var worst = Severity.Ok;
            await foreach (var finding in ExamineAsync(config.Settings(result), cancellationToken))
            {
                Tell(output, finding);
                worst = (Severity)Math.Max((int)worst, (int)finding.Severity);
            }

            return worst == Severity.Failure ? ExitCode.Failure : ExitCode.Success;
        });
        return command;
    }

    private static async IAsyncEnumerable<Finding> ExamineAsync(
        IConfigurationRoot settings, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var report = ConfigFile.Locate(settings).Check();
        foreach (var error in report.Errors)
            yield return new Finding(Severity.Failure, "configuration", $"{report.Source}: {error}", "mend the file");
        foreach (var warning in report.Warnings)
            yield return new Finding(Severity.Warning, "configuration", $"{report.Source}: {warning}", "do not rely on it");
        if (report.Loaded is null)
            yield break;
        yield return new Finding(Severity.Ok, "configuration", $"{report.Source}: valid");

        await using var routing = await RoutingWithoutServer.StartAsync(settings, cancellationToken);
        foreach (var finding in KeyCheck.Run(routing))
            yield return finding;
        foreach (var finding in await ReachabilityCheck.RunAsync(routing, cancellationToken))
            yield return finding;
        foreach (var finding in MetricsCheck.Run(routing))
            yield return finding;
        if (routing.Loaded.Config is { Mode: RoutingMode.PlanoProxy, Proxy.BaseUrl: { } plano })
            yield return await ReachabilityCheck.AskAsync(routing.Services, "Plano", new Uri(plano, "/"), cancellationToken);
        yield return await EncoderCheck.RunAsync(routing, cancellationToken);
        yield return await ContainerEngineCheck.RunAsync(routing.Loaded.Config, cancellationToken);
        yield return await SessionStoreCheck.RunAsync(routing, cancellationToken);
        foreach (var finding in await ListenerCheck.RunAsync(routing, settings, cancellationToken))
            yield return finding;
    }

    private static void Tell(CommandOutput output, Finding finding)
    {
        var (mark, colour) = finding.Severity switch
        {
            Severity.Ok => ("ok", Color.Green),
            Severity.Warning => ("warning", Color.Yellow),
            _ => ("failure", Color.Red),
        };
        var advice = finding.Advice.Length > 0 ? $" -> {finding.Advice}" : "";
        output.Line($"{mark}: ", $"{finding.Subject}: {finding.Message}{advice}", new Style(colour, decoration: Decoration.Bold));
    }
}
