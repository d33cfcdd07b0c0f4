using System.Globalization;

namespace ModelScan.RoutingApi.Resources;

/// <summary>How many files and sockets this process may have open.</summary>
internal static class FileDescriptors
{
    private const string Limits = "/proc/self/limits";
    private const string Open = "/proc/self/fd";

    /// <summary>
    /// <c>RLIMIT_NOFILE</c>, to which the runtime has raised the soft limit when it started; <see langword="null"/> where the system does not say,
    /// or has none. Format: https://man7.org/linux/man-pages/man5/proc_pid_limits.5.html
    /// </summary>
    public static int? Limit() => File.Exists(Limits) ? LimitIn(File.ReadLines(Limits)) : null;

    /// <summary>How many are open now; <see langword="null"/> where the system does not say.</summary>
    public static int? Count() => Directory.Exists(Open) ? Directory.EnumerateFileSystemEntries(Open).Count() : null;

    /// <summary>Reads the file.</summary>
    /// <param name="lines"><c>Max open files            1024                 1048576              files</c> is one of them.</param>
    internal static int? LimitIn(IEnumerable<string> lines)
    {
        const string Name = "Max open files";
        var line = lines.FirstOrDefault(line => line.StartsWith(Name, StringComparison.Ordinal));
        var words = line?[Name.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words is [var soft, ..] && long.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) ? (int)Math.Min(limit, int.MaxValue) : null;
    }
}
