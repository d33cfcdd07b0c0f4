using System.Diagnostics;

namespace ModelScan.Tests.Integration.Deployment;

/// <summary>A program of this machine, run to its end.</summary>
/// <param name="ExitCode">0 for success.</param>
/// <param name="Output">What it wrote to standard output.</param>
/// <param name="Error">What it wrote to standard error.</param>
internal sealed record Command(int ExitCode, string Output, string Error)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    /// <summary>Both outputs.</summary>
    public string Text => Output + Error;

    /// <summary>Whether a program of this name is in the PATH.</summary>
    public static bool Exists(string program) => Find(program) is not null;

    /// <summary>Where the PATH has a program; <see langword="null"/> for nowhere.</summary>
    public static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    /// <summary>Runs one in the repository's folder.</summary>
    public static Task<Command> RunAsync(string program, params string[] arguments) => RunAsync(program, arguments, []);

    /// <summary>Runs one in the repository's folder, with variables beside this process's own.</summary>
    /// <exception cref="TimeoutException">It took more than three minutes.</exception>
    public static async Task<Command> RunAsync(string program, string[] arguments, (string Name, string Value)[] environment, string? folder = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = folder ?? Support.RepositoryFiles.Root,
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(patience.Token);
            var error = process.StandardError.ReadToEndAsync(patience.Token);
            await process.WaitForExitAsync(patience.Token);
            return new Command(process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException exception)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} {string.Join(' ', arguments)} took more than {Patience}", exception);
        }
    }

    /// <summary>The same, of a command that has to succeed.</summary>
    public Command Succeeded()
    {
        Assert.True(ExitCode == 0, $"exit code {ExitCode}: {Text}");
        return this;
    }
}
