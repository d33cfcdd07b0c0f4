using System.CommandLine;
using System.Reflection;
using ModelScan.RoutingApi.Configuration;

namespace ModelScan.RoutingApi.Cli;

/// <summary>
/// <c>modelscan [command] [arguments]</c>. A command line without a command serves, and then takes settings the way ASP.NET Core does;
/// everything else is known, or answered with the nearest thing that is.
/// </summary>
internal static class CommandLine
{
    /// <summary>The commands. Each is a file of its own in this folder; adding one is adding its line.</summary>
    private static readonly Func<CommandOutput, Command>[] Commands =
    [
        ServeCommand.Create,
        ValidateCommand.Create,
        DecideCommand.Create,
        EvalCommand.Create,
        CalibrateCommand.Create,
        ModelsCommand.Create,
        LogsCommand.Create,
        KeyCommand.Create,
        SimulateCommand.Create,
        DoctorCommand.Create,
        LaunchCommand.Create,
        HealthCommand.Create,
        SchemaCommand.Create,
    ];

    /// <summary>The version of the program.</summary>
    public static string Version { get; } =
        typeof(CommandLine).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    /// <summary>Does what a command line asks for.</summary>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(string[] args, CommandOutput output, CancellationToken cancellationToken = default)
    {
        // Before anything of the parser is loaded: nobody who starts the gateway has to wait for it.
        if (ServeCommand.IsMeant(args, out var settings))
            return await ServeCommand.RunAsync(settings, output, cancellationToken);

        var root = Root(output);
        var result = root.Parse(args, new ParserConfiguration { EnablePosixBundling = false, ResponseFileTokenReplacer = null });
        if (UsageError.Find(result, args) is { } problem)
        {
            await output.Error.WriteLineAsync(problem);
            return ExitCode.Usage;
        }

        try
        {
            // Ctrl+C ends the process: no command but serve has anything to put in order.
            return await result.InvokeAsync(
                new InvocationConfiguration { Output = output.Out, Error = output.Error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, cancellationToken);
        }
        catch (InvalidConfigException exception)
        {
            await output.Error.WriteLineAsync(exception.Message);
            return ExitCode.Failure;
        }
    }

    private static RootCommand Root(CommandOutput output)
    {
        var root = new RootCommand("ModelScan: one endpoint for every LLM client. Without a command it serves.") { HelpName = "modelscan" };
        foreach (var create in Commands)
            root.Add(create(output));
        root.Options.OfType<VersionOption>().Single().Action = new VersionAction(output);
        return root;
    }

    private sealed class VersionAction(CommandOutput output) : System.CommandLine.Invocation.SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            output.Out.WriteLine($"modelscan {Version}");
            return ExitCode.Success;
        }
    }
}
