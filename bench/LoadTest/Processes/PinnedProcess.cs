using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using LoadTest.Measurements;
using LoadTest.Servers;

namespace LoadTest.Processes;

/// <summary>CPU and memory of a process at one moment.</summary>
/// <param name="Cpu">Time on a CPU since it started, in user and kernel mode.</param>
/// <param name="AllocatedBytes">Managed bytes allocated since it started.</param>
internal readonly record struct ProcessUse(TimeSpan Cpu, long AllocatedBytes);

/// <summary>A .NET program of ours, tied to one core with <c>taskset</c>. Ended with <see cref="DisposeAsync"/>, and when the measurer is gone.</summary>
internal sealed partial class PinnedProcess : IAsyncDisposable
{
    private const int LinesKept = 20;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    // A number of the kernel's for the time on a CPU of all threads of a process.
    private const int ClockOfProcess = 2;

    private readonly Process _process;
    private readonly ProbeSocket _probe;
    private readonly ConcurrentQueue<string> _lastLines = new();

    private PinnedProcess(Process process, ProbeSocket probe) => (_process, _probe) = (process, probe);

    /// <summary>Whether it has ended by itself.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>The last lines that it wrote, for people who wonder why it failed.</summary>
    public string LastLines => string.Join('\n', _lastLines);

    /// <summary>Memory in RAM, in bytes (<c>VmRSS</c>).</summary>
    public long ResidentBytes => File.ReadLines($"/proc/{_process.Id}/status")
        .Where(line => line.StartsWith("VmRSS:", StringComparison.Ordinal))
        .Select(line => long.Parse(line.AsSpan("VmRSS:".Length).Trim().TrimEnd(" kB"), CultureInfo.InvariantCulture) * 1024)
        .FirstOrDefault();

    /// <summary>
    /// Time on a CPU since it started, by its own clock (https://man7.org/linux/man-pages/man3/clock_getcpuclockid.3.html): <c>/proc</c> counts
    /// hundredths of a second, of which a round at a moderate rate has some twenty.
    /// </summary>
    /// <exception cref="InvalidOperationException">It has ended.</exception>
    public TimeSpan Cpu => GetTime((~_process.Id << 3) | ClockOfProcess, out var time) == 0
        ? TimeSpan.FromTicks((time.Seconds * TimeSpan.TicksPerSecond) + (time.Nanoseconds / TimeSpan.NanosecondsPerTick))
        : throw new InvalidOperationException("a process that has ended has no clock");

    /// <summary>Starts a program.</summary>
    /// <param name="core">The core that it may use, counted from 0.</param>
    /// <param name="folder">For the probe's socket.</param>
    /// <param name="command">The program's assembly and its arguments.</param>
    /// <param name="onLine">Is given every line of its standard output.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="InvalidOperationException">It ended at once, or <c>taskset</c> is not installed.</exception>
    public static async Task<PinnedProcess> StartAsync(
        int core, string folder, IEnumerable<string> command, Action<string>? onLine = null, CancellationToken cancellationToken = default)
    {
        var probe = new ProbeSocket(folder);
        var start = new ProcessStartInfo("taskset")
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = folder,
        };
        foreach (var argument in (string[])["-c", core.ToString(CultureInfo.InvariantCulture), Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", .. command])
            start.ArgumentList.Add(argument);
        Measured(start.Environment, probe, worksOnSocketThreads: command.Any(argument => argument == Floor.OnSocketThreads || Path.GetFileName(argument) == Path.GetFileName(GatewayFiles.Assembly)));
        var pinned = new PinnedProcess(new Process { StartInfo = start }, probe);
        try
        {
            pinned.Begin(onLine);
            await probe.ConnectAsync(cancellationToken);
            return pinned;
        }
        catch (Exception exception)
        {
            await pinned.DisposeAsync();
            if (exception is Win32Exception)
                throw new InvalidOperationException("taskset is needed (package util-linux)", exception);
            if (exception is TimeoutException)
                throw new InvalidOperationException($"a process did not start:\n{pinned.LastLines}", exception);
            throw;
        }
    }

    /// <summary>What it has used so far.</summary>
    public async Task<ProcessUse> UseAsync(CancellationToken cancellationToken) => new(Cpu, await _probe.AllocatedBytesAsync(cancellationToken));

    /// <summary>Waits until it has ended by itself.</summary>
    public Task WaitAsync(CancellationToken cancellationToken) => _process.WaitForExitAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        try
        {
            _process.Kill();
            await _process.WaitForExitAsync(CancellationToken.None).WaitAsync(Patience);
        }
        catch (Exception exception) when (exception is InvalidOperationException or TimeoutException)
        {
            // It never started, or is on its way out.
        }

        _process.Dispose();
        _probe.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int GetTime(int clock, out Time time);

    // struct timespec.
    private readonly record struct Time(long Seconds, long Nanoseconds);

    private void Begin(Action<string>? onLine)
    {
        _process.OutputDataReceived += (_, line) => Keep(line.Data, onLine);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data, null);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    private void Keep(string? line, Action<string>? onLine)
    {
        if (line is null)
            return;
        _lastLines.Enqueue(line);
        if (_lastLines.Count > LinesKept)
            _lastLines.TryDequeue(out _);
        onLine?.Invoke(line);
    }

    // Nothing that the measurer was started with may change what is measured. The probe opens a socket, and the runtime reads the switch for
    // socket threads with the first one: what turns it on by itself would be too late.
    private static void Measured(IDictionary<string, string?> environment, ProbeSocket probe, bool worksOnSocketThreads)
    {
        string[] prefixes = ["DOTNET_", "COMPlus_", "ASPNETCORE_", "OTEL_", "Routing__", "MODELSCAN_"];
        foreach (var name in environment.Keys.Where(name => prefixes.Any(name.StartsWith) && name != "DOTNET_ROOT").ToArray())
            environment.Remove(name);
        environment["DOTNET_STARTUP_HOOKS"] = Path.Combine(AppContext.BaseDirectory, "StartupProbe.dll");
        environment["LOADTEST_PROBE"] = probe.Path;
        if (worksOnSocketThreads)
            environment["DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS"] = "1";
    }
}
