using System.CommandLine;
using System.Diagnostics.CodeAnalysis;

namespace ModelScan.RoutingApi.Cli;

/// <summary><c>serve</c>, and every command line that names no command: starts the gateway and serves until it is told to end.</summary>
internal static class ServeCommand
{
    private const string Name = "serve";

    public static Command Create(CommandOutput output)
    {
        var command = new Command(Name, "Starts the gateway, on http://127.0.0.1:12000 unless told otherwise (the default command). "
            + "Takes every setting of .NET's configuration as --Section:Key=value, such as --Routing:Mode=direct.")
        {
            new Option<string>("--config") { Description = "The configuration file; else $MODELSCAN_CONFIG, modelscan.yaml beside the program or here, or the built-in sample.", HelpName = "FILE" },
            new Option<string>("--urls") { Description = "Where to listen, such as http://0.0.0.0:8080; several are separated by semicolons.", HelpName = "URLS" },
        };
        command.SetAction((_, cancellationToken) => RunAsync([], output, cancellationToken));
        return command;
    }

    /// <summary>Whether a command line starts the gateway, and with which settings.</summary>
    public static bool IsMeant(string[] args, [NotNullWhen(true)] out string[]? settings)
    {
        settings = args switch
        {
            [] => [],
            ["--help" or "-h" or "-?" or "/?" or "/h" or "--version", ..] => null,
            [Name, ..] => args.Any(arg => arg is "--help" or "-h" or "-?" or "/?" or "/h") ? null : args[1..],
            [['-' or '/', ..], ..] => args,
            [var first, ..] => first.Contains('=', StringComparison.Ordinal) ? args : null,
        };
        return settings is not null;
    }

    private static async Task StartAsync(WebApplication gateway, CancellationToken cancellationToken)
    {
        try
        {
            await gateway.StartAsync(cancellationToken);
        }
        catch
        {
            // What has been started before is at work, and would complain of services that are gone.
            await gateway.StopAsync(CancellationToken.None);
            throw;
        }
    }

    /// <summary>Serves until the process is told to end.</summary>
    /// <returns><see cref="ExitCode.Success"/> after an orderly end; otherwise nothing has been served.</returns>
    public static async Task<int> RunAsync(string[] settings, CommandOutput output, CancellationToken cancellationToken)
    {
        if (ServeSettings.FindProblem(settings) is { } problem)
        {
            await output.Error.WriteLineAsync(problem);
            return ExitCode.Usage;
        }

        try
        {
            var quiet = new QuietStart();
            await using var gateway = GatewayHost.Build(settings, quiet.Apply);
            quiet.EndWith(gateway.Lifetime.ApplicationStarted);
            await StartAsync(gateway, cancellationToken);
            await gateway.WaitForShutdownAsync(cancellationToken);
            return ExitCode.Success;
        }
        catch (Exception exception) when (StartFailure.Describe(exception) is { } reason)
        {
            await output.Error.WriteLineAsync(reason);
            return ExitCode.Failure;
        }
    }
}
