using System.Formats.Tar;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;

namespace ModelScan.Tests.Integration.Plano;

/// <summary>
/// The root file system of an image that speaks Plano's API without being fetched from anywhere: the gateway in policy mode, the
/// .NET runtime that runs these tests, the shared libraries that it needs, and a shell. <c>START_DELAY</c> (seconds) makes it
/// slow to start, <c>EXIT_CODE</c> makes it end at once.
/// </summary>
internal static partial class GatewayImage
{
    private const string DotNet = "usr/share/dotnet";
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
        WriteAsync(tarFile, GatewayFiles().ToDictionary(file => $"{Gateway}/{file}", file => Path.Combine(AppContext.BaseDirectory, file), StringComparer.Ordinal), cancellationToken);

    /// <summary>Packs the runtime without the gateway: what an image of a .NET program is put on.</summary>
    public static Task WriteRuntimeAsync(string tarFile, CancellationToken cancellationToken) => WriteAsync(tarFile, new Dictionary<string, string>(StringComparer.Ordinal), cancellationToken);

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
        foreach (var tool in (string[])["/bin/sh", "/bin/sleep"])
            files[tool[1..]] = tool;
        foreach (var library in await LibrariesAsync(files.Values, cancellationToken))
            files[library[1..]] = library;

        await using var stream = File.Create(tarFile);
        await using var tar = new TarWriter(stream);
        await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.Directory, "tmp") { Mode = (UnixFileMode)0b001_111_111_111 }, cancellationToken);
        foreach (var (name, source) in files)
            await tar.WriteEntryAsync(File.ResolveLinkTarget(source, returnFinalTarget: true)?.FullName ?? source, name, cancellationToken);
    }

    private static string[] GatewayFiles()
    {
        using var dependencies = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, $"{Program}.deps.json")));
        string[] own = [$"{Program}.deps.json", $"{Program}.runtimeconfig.json", "appsettings.json"];
        var target = dependencies.RootElement.GetProperty("targets").EnumerateObject().Single().Value;
        return
        [
            .. own,
            .. from library in target.EnumerateObject()
               where library.Value.TryGetProperty("runtime", out _)
               from assembly in library.Value.GetProperty("runtime").EnumerateObject()
               select Path.GetFileName(assembly.Name),
        ];
    }

    // What ldd names for every program and library, and OpenSSL, which the runtime loads by name when it first hashes something.
    private static async Task<IReadOnlySet<string>> LibrariesAsync(IEnumerable<string> files, CancellationToken cancellationToken)
    {
        var openSsl = Directory.EnumerateDirectories("/usr/lib", "*-linux-gnu*").Append("/usr/lib64").Append("/usr/lib").Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder, "libssl.so.*").Concat(Directory.EnumerateFiles(folder, "libcrypto.so.*"))).ToArray();
        var native = files.Where(file => file.EndsWith(".so", StringComparison.Ordinal) || Path.GetExtension(file).Length == 0).Concat(openSsl);
        var listed = await RealEngine.CommandAsync("ldd", [.. native], cancellationToken);
        return AbsolutePath().Matches(listed.Output).Select(match => match.Value).Where(File.Exists).Concat(openSsl)
            .Where(file => !file.Contains("dotnet", StringComparison.Ordinal)).ToHashSet(StringComparer.Ordinal);
    }

    [GeneratedRegex(@"(?<=\s)/[^\s:]+(?=\s\(0x)", RegexOptions.None, matchTimeoutMilliseconds: 5000)]
    private static partial Regex AbsolutePath();
}
