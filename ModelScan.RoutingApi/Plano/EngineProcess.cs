using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace ModelScan.RoutingApi.Plano;

/// <summary>How a command of an engine ended.</summary>
/// <param name="ExitCode">0 for success.</param>
/// <param name="Output">What it wrote to its standard output, trimmed.</param>
/// <param name="Error">What it wrote to its standard error, trimmed.</param>
internal sealed record EngineReply(int ExitCode, string Output, string Error)
{
    public bool Succeeded => ExitCode == 0;
}

/// <summary>One command of an engine and its limits.</summary>
/// <param name="Arguments">Handed over as they are: no shell sees them.</param>
/// <param name="Limit">Longest time; then the command is killed.</param>
internal sealed record EngineCommand(IReadOnlyList<string> Arguments, TimeSpan Limit)
{
    /// <summary>Is told every line of both outputs as it comes, from several threads.</summary>
    public Action<string>? OnLine { get; init; }

    /// <summary>Variables of the gateway's own environment that the command does not get.</summary>
    public IReadOnlyList<string> WithoutVariables { get; init; } = [];
}

/// <summary>Runs commands to their end.</summary>
internal static class EngineProcess
{
    private const int MaxOutput = 64 * 1024;

    // A process that the engine has left behind may hold its output open.
    private static readonly TimeSpan OutputPatience = TimeSpan.FromSeconds(2);

    /// <summary>Runs <paramref name="program"/>; an exit code other than 0 is a reply like any other.</summary>
    /// <exception cref="ContainerDownException">The program cannot be started, or did not end in time.</exception>
    /// <exception cref="OperationCanceledException">The command was given up and killed.</exception>
    public static async Task<EngineReply> RunAsync(string program, EngineCommand command, TimeProvider time, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var patience = new CancellationTokenSource(command.Limit, time);
        using var process = Start(program, command);
        var output = new CollectedLines(command.OnLine);
        var error = new CollectedLines(command.OnLine);
        var reading = Task.WhenAll(output.ReadAsync(process.StandardOutput), error.ReadAsync(process.StandardError));
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            await process.WaitForExitAsync(either.Token);
        }
        catch (OperationCanceledException exception)
        {
            Kill(process);
            cancellationToken.ThrowIfCancellationRequested();
            throw new ContainerDownException($"'{program} {command.Arguments[0]}' did not end within {command.Limit.TotalSeconds:0.#} s", exception);
        }

        await reading.WaitAsync(OutputPatience, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return new EngineReply(process.ExitCode, output.Text, error.Text);
    }

    private static Process Start(string program, EngineCommand command)
    {
        var start = new ProcessStartInfo(program, command.Arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var variable in command.WithoutVariables)
            start.Environment.Remove(variable);
        try
        {
            var process = Process.Start(start)!;
            process.StandardInput.Close();
            return process;
        }
        catch (Exception exception) when (exception is Win32Exception or IOException)
        {
            throw new ContainerDownException($"'{program}' cannot be started: {exception.Message}", exception) { IsLasting = true };
        }
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception exception) when (exception is InvalidOperationException or Win32Exception or AggregateException)
        {
            // It has ended in the meantime, or cannot be ended by anyone.
        }
    }

    /// <summary>The first part of an output, line by line.</summary>
    private sealed class CollectedLines(Action<string>? onLine)
    {
        private readonly StringBuilder _text = new();

        public string Text
        {
            get
            {
                lock (_text)
                    return _text.ToString().Trim();
            }
        }

        public async Task ReadAsync(StreamReader reader)
        {
            while (await reader.ReadLineAsync(CancellationToken.None) is { } line)
            {
                onLine?.Invoke(line);
                lock (_text)
                {
                    if (_text.Length + line.Length < MaxOutput)
                        _text.Append(line).Append('\n');
                }
            }
        }
    }
}
