using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Aspire.Hosting.Running;

/// <summary>A process that ends when the AppHost does, however that ends.</summary>
/// <remarks>
/// On Linux the kernel is asked (<c>PR_SET_PDEATHSIG</c>, through <c>setpriv</c>) to send SIGTERM when the thread that started
/// the process is gone. Threads of the pool come and go, so one thread that lives as long as the AppHost starts everything.
/// There each process also leads a group of its own (<c>setsid</c>), so that what it starts can be ended with it, and Ctrl+C
/// reaches it once, from here.
/// </remarks>
internal sealed class ChildProcess : IDisposable
{
    private const int Sigkill = 9;
    private const int Sigterm = 15;
    private static readonly string[] Wrapper = ["setpriv", "--pdeathsig", "TERM", "setsid"];
    private static readonly Lazy<bool> LeadsGroup = new(TryWrapper);
    private static readonly Lazy<BlockingCollection<Action>> Starter = new(StartStarter);

    private readonly Process _process;

    private ChildProcess(Process process) => _process = process;

    /// <summary>The process id.</summary>
    public int Id { get; private init; }

    /// <summary>The exit code, once it has ended and all its output has been read.</summary>
    public Task<int> Exited { get; private init; } = Task.FromResult(0);

    /// <summary>Starts a program; every line that it writes is given to <paramref name="onLine"/>.</summary>
    /// <exception cref="System.ComponentModel.Win32Exception">The program cannot be started.</exception>
    public static async Task<ChildProcess> StartAsync(ProcessStartInfo program, Action<string> onLine)
    {
        program.RedirectStandardInput = program.RedirectStandardOutput = program.RedirectStandardError = true;
        if (LeadsGroup.Value)
        {
            if (ProgramPath.Find(program.FileName) is null)
            {
                const int NoSuchFile = 2;
                throw new System.ComponentModel.Win32Exception(NoSuchFile, $"There is no program '{program.FileName}'.");
            }

            string[] arguments = [.. Wrapper[1..], program.FileName, .. program.ArgumentList];
            program.ArgumentList.Clear();
            Array.ForEach(arguments, program.ArgumentList.Add);
            program.FileName = Wrapper[0];
        }

        var process = new Process { StartInfo = program };
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Starter.Value.Add(() =>
        {
            try
            {
                process.Start();
                started.SetResult();
            }
            catch (Exception failure)
            {
                started.SetException(failure);
            }
        });
        await started.Task;
        process.StandardInput.Close();
        return new ChildProcess(process) { Id = process.Id, Exited = ReadToEndAsync(process, onLine) };
    }

    /// <summary>Asks the process to end (SIGTERM), and ends it and all that it has started when it does not in time.</summary>
    public async Task StopAsync(TimeSpan patience)
    {
        if (Exited.IsCompleted)
        {
            return;
        }

        if (OperatingSystem.IsWindows() || Kill(LeadsGroup.Value ? -Id : Id, Sigterm) != 0)
        {
            KillTree();
        }

        try
        {
            await Exited.WaitAsync(patience);
        }
        catch (TimeoutException)
        {
            KillTree();
            await Exited.WaitAsync(patience);
        }
    }

    /// <summary>Waits for the process to end by itself, and stops it when it does not in time or the wait is given up; the exit code, or -1.</summary>
    public async Task<int> StopAfterAsync(TimeSpan limit, CancellationToken cancellationToken = default)
    {
        try
        {
            return await Exited.WaitAsync(limit, cancellationToken);
        }
        catch (TimeoutException)
        {
            return -1;
        }
        finally
        {
            await StopAsync(TimeSpan.FromSeconds(2));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _process.Dispose();

    private static async Task<int> ReadToEndAsync(Process process, Action<string> onLine)
    {
        var processId = process.Id;
        var reading = Task.WhenAll(ReadLinesAsync(process.StandardOutput, onLine), ReadLinesAsync(process.StandardError, onLine));
        await WaitForExitAsync(process);
        if (LeadsGroup.Value)
        {
            // What it has started and left behind would hold its output open, and its ports.
            _ = Kill(-processId, Sigkill);
        }

        await reading;
        return process.ExitCode;
    }

    // Process.WaitForExitAsync would also wait for the end of the output, which a grandchild can hold open.
    private static async Task WaitForExitAsync(Process process)
    {
        var exited = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        process.EnableRaisingEvents = true;
        process.Exited += (_, _) => exited.TrySetResult();
        if (process.HasExited)
        {
            exited.TrySetResult();
        }

        await exited.Task;
    }

    private static async Task ReadLinesAsync(StreamReader output, Action<string> onLine)
    {
        while (await output.ReadLineAsync() is { } line)
        {
            onLine(line);
        }
    }

    private static BlockingCollection<Action> StartStarter()
    {
        var starts = new BlockingCollection<Action>();
        var thread = new Thread(() =>
        {
            foreach (var start in starts.GetConsumingEnumerable())
            {
                start();
            }
        })
        { IsBackground = true, Name = "Starts processes" };
        thread.Start();
        return starts;
    }

    private static bool TryWrapper()
    {
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        try
        {
            using var trial = Process.Start(new ProcessStartInfo(Wrapper[0], [.. Wrapper[1..], "true"])
            {
                RedirectStandardError = true,
                UseShellExecute = false,
            });
            return trial is not null && trial.WaitForExit(TimeSpan.FromSeconds(2)) && trial.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern int Kill(int processId, int signal);

    private void KillTree()
    {
        try
        {
            _process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It has ended in the meantime.
        }
    }
}
