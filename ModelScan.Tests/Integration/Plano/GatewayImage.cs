using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using ModelScan.Tests.Integration.Deployment;

namespace ModelScan.Tests.Integration.Plano;

/// <summary>
/// The root file system of an image that speaks Plano's API without being fetched from anywhere: the gateway in policy mode, the
/// .NET runtime that runs these tests, the shared libraries that it needs, and a shell. <c>START_DELAY</c> (seconds) makes it
/// slow to start, <c>EXIT_CODE</c> makes it end at once.
/// </summary>
internal static class GatewayImage
{
    /// <summary>Where the runtime lies, without the first slash.</summary>
    public const string DotNet = "usr/share/dotnet";

    // Whom the images of .NET are run by, and whose /home/app is there: https://github.com/dotnet/dotnet-docker/blob/main/documentation/distroless.md
    private const int User = 1654;
    private const string Gateway = "app/gateway";
    private const string Program = "ModelScan.RoutingApi";

    /// <summary>Instructions for the engine's <c>import</c>.</summary>
    public static IReadOnlyList<string> Changes { get; } =
    [
        $"""ENTRYPOINT ["/bin/sh", "-c", "[ -z \"$EXIT_CODE\" ] || exit $EXIT_CODE; sleep $START_DELAY; exec /{DotNet}/dotnet /{Gateway}/{Program}.dll --config /app/plano_config.yaml"]""",
        "ENV START_DELAY=0",
        "ENV Governance__Anonymous=allow",
        "ENV DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1",
    ];

    /// <summary>Packs it.</summary>
    public static Task WriteAsync(string tarFile, CancellationToken cancellationToken) =>
        WriteAsync(tarFile, FilesOf(Program).ToDictionary(file => $"{Gateway}/{file.Key}", file => file.Value, StringComparer.Ordinal), cancellationToken);

    /// <summary>Packs the runtime without the gateway: what an image of a .NET program is put on.</summary>
    public static Task WriteRuntimeAsync(string tarFile, CancellationToken cancellationToken) => WriteAsync(tarFile, new Dictionary<string, string>(StringComparer.Ordinal), cancellationToken);

    /// <summary>Packs the runtime with another program of these tests, in <c>/app</c>.</summary>
    /// <param name="tarFile">The file to write.</param>
    /// <param name="program">Its assembly's name.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    public static Task WriteProgramAsync(string tarFile, string program, CancellationToken cancellationToken) =>
        WriteAsync(tarFile, FilesOf(program).ToDictionary(file => $"app/{file.Key}", file => file.Value, StringComparer.Ordinal), cancellationToken);

    private static async Task WriteAsync(string tarFile, IReadOnlyDictionary<string, string> program, CancellationToken cancellationToken)
    {
        var runtime = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        var web = Path.GetDirectoryName(typeof(WebApplication).Assembly.Location)!;
        var root = Path.GetFullPath(Path.Combine(runtime, "..", "..", ".."));
        var files = new Dictionary<string, string>(StringComparer.Ordinal) { [$"{DotNet}/dotnet"] = Path.Combine(root, "dotnet") };
        foreach (var folder in (string[])[Path.Combine(root, "host"), runtime, web])
        {
            foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
                files[$"{DotNet}/{Path.GetRelativePath(root, file)}"] = file;
        }

        foreach (var (name, file) in program)
            files[name] = file;
        await MachineImage.WriteAsync(tarFile, files, [("home/app", User)], cancellationToken);
    }

    /// <summary>What a program of these tests consists of, by name, and where that is.</summary>
    /// <param name="program">Its assembly's name.</param>
    public static IReadOnlyDictionary<string, string> FilesOf(string program)
    {
        using var dependencies = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, $"{program}.deps.json")));
        string[] own = [$"{program}.deps.json", $"{program}.runtimeconfig.json", "appsettings.json"];
        var target = dependencies.RootElement.GetProperty("targets").EnumerateObject().Single().Value;
        return own.Concat(
            from library in target.EnumerateObject()
            where library.Value.TryGetProperty("runtime", out _)
            from assembly in library.Value.GetProperty("runtime").EnumerateObject()
            select Path.GetFileName(assembly.Name)).ToDictionary(name => name, name => Path.Combine(AppContext.BaseDirectory, name), StringComparer.Ordinal);
    }
}
