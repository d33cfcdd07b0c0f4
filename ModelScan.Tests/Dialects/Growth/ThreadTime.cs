using System.Diagnostics;
using System.Runtime.InteropServices;

namespace ModelScan.Tests.Dialects.Growth;

/// <summary>
/// How long this thread has been working: on Linux without the time in which others had its processor, which on a busy machine is most of a long
/// run and nothing of a short one.
/// </summary>
internal static class ThreadTime
{
    private const int ThreadCpuClock = 3;

    public static TimeSpan Now => OperatingSystem.IsLinux() && GetTime(ThreadCpuClock, out var time) == 0
        ? TimeSpan.FromSeconds(time.Seconds) + TimeSpan.FromTicks(time.Nanoseconds / TimeSpan.NanosecondsPerTick)
        : Stopwatch.GetElapsedTime(0);

    // https://man7.org/linux/man-pages/man3/clock_gettime.3.html
    [DllImport("libc", EntryPoint = "clock_gettime")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int GetTime(int clock, out Time time);

    private readonly struct Time
    {
        public readonly long Seconds;
        public readonly long Nanoseconds;
    }
}
