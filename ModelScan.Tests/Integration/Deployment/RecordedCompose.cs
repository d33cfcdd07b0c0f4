using ModelScan.Tests.Support;

namespace ModelScan.Tests.Integration.Deployment;

/// <summary>
/// podman-compose, of whatever version this machine has, with a Podman that only writes down what it is asked: what a Compose file comes to
/// as commands, without images and without an engine.
/// </summary>
internal static class RecordedCompose
{
    // What podman-compose asks before it starts anything is answered so that it goes on.
    private const string Recorder = """
        #!/bin/sh
        case "$1" in --version) echo "podman version 4.9.0"; exit 0;; esac
        printf '%s\0' "$@" >"$(mktemp "$RECORDED/call.XXXXXX")"
        """;

    /// <summary>Skips the test where podman-compose is not there.</summary>
    public static void SkipIfMissing() => Skip.IfNot(Command.Exists("podman-compose"), "podman-compose is not on this machine");

    /// <summary>The containers that a command would have started, each with its arguments, by service.</summary>
    public static async Task<IReadOnlyDictionary<string, string[]>> StartedAsync(string[] services, params (string Name, string Value)[] environment)
    {
        using var folder = new TemporaryFolder();
        return await StartedAsync(folder, services, environment);
    }

    /// <summary>The same, from a copy of <c>deploy</c> in a folder of the caller's, in which nobody has put an <c>.env</c>.</summary>
    public static async Task<IReadOnlyDictionary<string, string[]>> StartedAsync(TemporaryFolder folder, string[] services, params (string Name, string Value)[] environment)
    {
        var compose = CopyInto(folder);
        var podman = folder.Write("podman", Recorder);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(podman, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Directory.CreateDirectory(Path.Combine(folder.Path, "calls"));
        var run = await Command.RunAsync(
            "podman-compose", ["--podman-path", podman, "-p", "recorded", "-f", compose, "up", "-d", "--no-build", .. services], [("RECORDED", Path.Combine(folder.Path, "calls")), .. environment]);
        run.Succeeded();
        return Directory.EnumerateFiles(Path.Combine(folder.Path, "calls")).Select(file => File.ReadAllText(file).Split('\0')[..^1])
            .Where(call => call[0] is "run" or "create").ToDictionary(Service, StringComparer.Ordinal);
    }

    /// <summary>Copies <c>deploy</c>, without any <c>.env</c>, into a folder; where its Compose file then is.</summary>
    public static string CopyInto(TemporaryFolder folder)
    {
        var deploy = Path.GetDirectoryName(ComposeFile.FullPath)!;
        foreach (var file in Directory.EnumerateFiles(deploy, "*", SearchOption.AllDirectories).Where(file => Path.GetFileName(file) != ".env"))
            folder.Write(Path.Combine("deploy", Path.GetRelativePath(deploy, file)), File.ReadAllText(file));
        return Path.Combine(folder.Path, "deploy", "compose.yaml");
    }

    /// <summary>What follows an option, each time that it is given.</summary>
    public static string[] Values(string[] call, params string[] names) => [.. call.Zip(call.Skip(1)).Where(pair => names.Contains(pair.First)).Select(pair => pair.Second)];

    private static string Service(string[] call)
    {
        const string Label = "com.docker.compose.service=";
        return Values(call, "--label").Single(label => label.StartsWith(Label, StringComparison.Ordinal))[Label.Length..];
    }
}
