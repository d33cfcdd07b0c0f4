using System.Runtime.InteropServices;

namespace ModelScan.RoutingApi.Decisions.Embedded.Encoder;

/// <summary>What a thread gets of a core that is never idle.</summary>
internal enum CoreShare
{
    /// <summary>
    /// Next to nothing, a seventieth of what others get: whoever has had more than a fair share of late may not interrupt, and beside a thread of a
    /// third of its weight that is now and then the one that requests wait for.
    /// </summary>
    Least,

    /// <summary>A tenth of what others get.</summary>
    Tenth,

    /// <summary>As much as any other; it may only be interrupted.</summary>
    Equal,
}

/// <summary>
/// Lets a thread come behind the others of its process where they want the same core. Without it a request that is only passed on, a tenth of
/// a millisecond's work, waits until an encoder has used up its turn, which is some milliseconds long.
/// </summary>
/// <remarks>
/// .NET has no priorities of threads on Linux, so the kernel is asked: a lower weight, and long turns, which whoever has shorter ones may
/// interrupt (https://docs.kernel.org/scheduler/sched-eevdf.html, https://man7.org/linux/man-pages/man2/sched_setattr.2.html). Asking for less
/// needs no privilege; where a sandbox forbids it all the same, the thread stays as it is.
/// </remarks>
internal static partial class BackgroundThread
{
    // The longest that the kernel grants, in nanoseconds; others have a millisecond or a few.
    private const ulong Turn = 100_000_000;

    private const int ThisThread = 0;

    /// <summary>Puts the thread that calls behind the others.</summary>
    /// <param name="share">What it gets all the same.</param>
    public static void Enter(CoreShare share)
    {
        if (!OperatingSystem.IsLinux())
        {
            Thread.CurrentThread.Priority = share == CoreShare.Equal ? ThreadPriority.Normal : ThreadPriority.BelowNormal;
            return;
        }

        // Each step is a weight a fifth smaller.
        var nice = share switch { CoreShare.Least => 19, CoreShare.Tenth => 10, _ => GetPriority(0, ThisThread) };
        var number = RuntimeInformation.ProcessArchitecture switch { Architecture.X64 => 314, Architecture.Arm64 => 274, _ => 0 };
        var terms = new Terms { Size = (uint)Marshal.SizeOf<Terms>(), Nice = nice, Turn = Turn };
        if (number == 0 || Call(number, ThisThread, in terms, 0) != 0)
            _ = SetPriority(0, ThisThread, nice); // a kernel that is too old for turns of one's own still knows weights
    }

    [LibraryImport("libc", EntryPoint = "syscall")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial long Call(nint number, nint thread, in Terms terms, nint flags);

    [LibraryImport("libc", EntryPoint = "getpriority")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int GetPriority(int which, int who);

    [LibraryImport("libc", EntryPoint = "setpriority")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetPriority(int which, int who, int value);

    // struct sched_attr in its first version, for SCHED_OTHER.
    [StructLayout(LayoutKind.Sequential)]
    private struct Terms
    {
        public uint Size;
        public uint Policy;
        public ulong Flags;
        public int Nice;
        public uint RealTimePriority;
        public ulong Turn;
        public ulong Deadline;
        public ulong Period;
    }
}
