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
    /// <param name="settings">The command line.</param>
    /// <param name="output">Where to say why not.</param>
    /// <param name="cancellationToken">Ends it, as a signal does.</param>
    /// <param name="configure">Changes what the gateway is made of.</param>
    /// <returns>
    /// <see cref="ExitCode.Success"/> after an end that somebody asked for; <see cref="ExitCode.Failure"/> where nothing has been served, or
    /// the gateway stopped by itself: whoever supervises it starts it again then.
    /// </returns>
    public static async Task<int> RunAsync(string[] settings, CommandOutput output, CancellationToken cancellationToken, Action<IServiceCollection>? configure = null)
    {
        if (ServeSettings.FindProblem(settings) is { } problem)
        {
            await output.Error.WriteLineAsync(problem);
            return ExitCode.Usage;
        }

        try
        {
            var quiet = new QuietStart();
            using var wish = new WishToEnd();
            await using var gateway = GatewayHost.Build(settings, services =>
            {
                quiet.Apply(services);
                configure?.Invoke(services);
            });
            quiet.EndWith(gateway.Lifetime.ApplicationStarted);
            await StartAsync(gateway, cancellationToken);
            await gateway.WaitForShutdownAsync(cancellationToken);
            if (wish.WasUttered || cancellationToken.IsCancellationRequested)
                return ExitCode.Success;
            await output.Error.WriteLineAsync("the gateway stopped by itself; the log says why");
            return ExitCode.Failure;
        }
        catch (Exception exception) when (StartFailure.Describe(exception) is { } reason)
        {
            await output.Error.WriteLineAsync(reason);
            return ExitCode.Failure;
        }
    }
}
