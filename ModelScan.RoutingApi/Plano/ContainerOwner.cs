using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace ModelScan.RoutingApi.Plano;

/// <summary>
/// The process that a container belongs to. A process id is used again, in another container too; together with the machine
/// (and, on Linux, the process namespace) and the start it means one process.
/// </summary>
/// <param name="Machine">Name of the machine and process namespace.</param>
/// <param name="ProcessId">The process's id.</param>
/// <param name="Started">When it was started, in a unit of the platform's; only good for comparing.</param>
internal sealed record ContainerOwner(string Machine, int ProcessId, string Started)
{
    /// <summary>The label that every container of this product carries.</summary>
    public const string ProductLabel = "modelscan.product=plano-embedded";
    private const string MachineLabel = "modelscan.owner.machine";
    private const string ProcessLabel = "modelscan.owner.process";
    private const string StartedLabel = "modelscan.owner.started";
    private const string InstanceLabel = "modelscan.instance";
    private const string Unknown = "";

    /// <summary>This process.</summary>
    public static ContainerOwner ThisProcess { get; } = new(ThisMachine(), Environment.ProcessId, StartOf(Environment.ProcessId) ?? Unknown);

    /// <summary>The owner that a container's labels name; <see langword="null"/> when they name none.</summary>
    public static ContainerOwner? From(IReadOnlyDictionary<string, string> labels) =>
        labels.TryGetValue(MachineLabel, out var machine)
        && labels.TryGetValue(ProcessLabel, out var process) && int.TryParse(process, NumberStyles.None, CultureInfo.InvariantCulture, out var processId)
        && labels.TryGetValue(StartedLabel, out var started)
            ? new ContainerOwner(machine, processId, started)
            : null;

    /// <summary>Labels for a container of this owner's.</summary>
    public Dictionary<string, string> Labels(string instance)
    {
        var product = ProductLabel.Split('=');
        return new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [product[0]] = product[1],
            [InstanceLabel] = instance,
            [MachineLabel] = Machine,
            [ProcessLabel] = ProcessId.ToString(CultureInfo.InvariantCulture),
            [StartedLabel] = Started,
        };
    }

    /// <summary>Whether the process is known to have ended. Of other machines' processes nothing is known.</summary>
    public bool IsGone() => Machine == ThisProcess.Machine && StartOf(ProcessId) is var start && start != Started && start != Unknown;

    private static string ThisMachine()
    {
        // "pid:[4026531836]" is the machine's own namespace, any other one a container's.
        var scope = OperatingSystem.IsLinux() ? File.ResolveLinkTarget("/proc/self/ns/pid", returnFinalTarget: false)?.Name : null;
        return scope is null ? Environment.MachineName : $"{Environment.MachineName}/{scope}";
    }

    private static string? StartOf(int processId)
    {
        // Where /proc hides other users' processes, one that is not seen may well be there.
        if (OperatingSystem.IsLinux())
            return LinuxStartOf(processId) ?? (LinuxStartOf(1) is null ? Unknown : null);
        try
        {
            using var process = Process.GetProcessById(processId);
            return process.StartTime.ToUniversalTime().Ticks.ToString(CultureInfo.InvariantCulture);
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException)
        {
            return null;
        }
        catch (Win32Exception)
        {
            return Unknown; // Somebody else's.
        }
    }

    // Field 22 of /proc/<pid>/stat (proc(5)): ticks between the boot and the start. Unlike Process.StartTime, it does not move
    // when the clock is set. Field 2 is the program's name in parentheses and may hold anything, parentheses too.
    private static string? LinuxStartOf(int processId)
    {
        try
        {
            var stat = File.ReadAllText(FormattableString.Invariant($"/proc/{processId}/stat"));
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return fields[0] is "Z" or "X" ? null : fields[19];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
