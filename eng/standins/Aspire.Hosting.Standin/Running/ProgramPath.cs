namespace Aspire.Hosting.Running;

/// <summary>Finds programs as a shell does.</summary>
internal static class ProgramPath
{
    /// <summary>The absolute path of a program given by path or by name; <c>null</c> if there is none.</summary>
    public static string? Find(string program)
    {
        if (program.Contains(Path.DirectorySeparatorChar))
        {
            return File.Exists(program) ? Path.GetFullPath(program) : null;
        }

        return (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .SelectMany(folder => OperatingSystem.IsWindows()
                ? (string[])[Path.Combine(folder, program + ".exe"), Path.Combine(folder, program + ".cmd")]
                : [Path.Combine(folder, program)])
            .FirstOrDefault(File.Exists);
    }
}
