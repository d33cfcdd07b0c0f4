namespace ConsoleBenchmarks.Processes;

/// <summary>The machine that measures.</summary>
internal static class Machine
{
    /// <summary>Processes that want to run, over the last minute (proc_loadavg(5)).</summary>
    public static string LoadAverage => File.ReadAllText("/proc/loadavg").Split(' ')[0];
}
