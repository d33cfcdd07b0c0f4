using System.Diagnostics;
using ModelScan.RoutingApi.Cli;
using Spectre.Console;

namespace ModelScan.Tests.Cli;

/// <summary>A command line that has run in this process, its outputs going to a pipe.</summary>
internal sealed record CommandRun(int Code, string Output, string Error)
{
    public static async Task<CommandRun> OfAsync(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var code = await CommandLine.RunAsync(args, new CommandOutput(output, error), patience.Token);
        return new CommandRun(code, output.ToString(), error.ToString());
    }

    /// <summary>The same, with a person reading at a terminal.</summary>
    public static async Task<CommandRun> AtTerminalAsync(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var terminal = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.Yes, ColorSystem = ColorSystemSupport.Standard, Out = new AnsiConsoleOutput(output) });
        terminal.Profile.Width = 160;
        var code = await CommandLine.RunAsync(args, new CommandOutput(output, error, new Lazy<IAnsiConsole>(terminal)), patience.Token);
        return new CommandRun(code, output.ToString(), error.ToString());
    }

    /// <summary>A program in a process of its own, its outputs redirected; ended when it takes longer than <paramref name="limit"/>.</summary>
    public static async Task<CommandRun> OfProcessAsync(ProcessStartInfo start, TimeSpan limit)
    {
        using var process = Process.Start(start)!;
        using var patience = new CancellationTokenSource(limit);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(patience.Token);
            var error = process.StandardError.ReadToEndAsync(patience.Token);
            await process.WaitForExitAsync(patience.Token);
            return new CommandRun(process.ExitCode, await output, await error);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    /// <summary>Nothing but one line on standard error, with what it has to say, and no stack trace.</summary>
    public void FailedInOneLine(int code, string saying)
    {
        Assert.Equal(code, Code);
        Assert.Contains(saying, Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", Error, StringComparison.Ordinal);
        Assert.Single(Error.TrimEnd().Split('\n'));
    }
}
