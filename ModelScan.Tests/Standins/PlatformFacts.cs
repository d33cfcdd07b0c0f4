namespace ModelScan.Tests.Standins;

/// <summary>A test that starts programs which every Unix has.</summary>
public sealed class UnixFactAttribute : FactAttribute
{
    public UnixFactAttribute() => Skip = OperatingSystem.IsWindows() ? "It starts sh and sleep, which Windows lacks." : null;
}

/// <summary>A test of what only Linux offers.</summary>
public sealed class LinuxFactAttribute : FactAttribute
{
    public LinuxFactAttribute() => Skip = OperatingSystem.IsLinux() ? null : "Process groups are ended as a whole on Linux only.";
}
