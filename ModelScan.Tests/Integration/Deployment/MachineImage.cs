using System.Formats.Tar;
using System.Text.RegularExpressions;
using ModelScan.Tests.Integration.Plano;

namespace ModelScan.Tests.Integration.Deployment;

/// <summary>
/// Root file systems made of this machine's own programs, with a shell and the shared libraries that they need: images for tests where no
/// registry can be reached.
/// </summary>
internal static partial class MachineImage
{
    /// <summary>Packs programs under their own paths.</summary>
    /// <param name="tarFile">The file to write, for the engine's <c>import</c>.</param>
    /// <param name="programs">Full paths.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    public static Task WriteAsync(string tarFile, IEnumerable<string> programs, CancellationToken cancellationToken) =>
        WriteAsync(tarFile, programs.ToDictionary(program => program[1..], StringComparer.Ordinal), [], cancellationToken);

    /// <summary>Packs files.</summary>
    /// <param name="tarFile">The file to write.</param>
    /// <param name="files">Where each lies in the image, without the first slash, and on this machine.</param>
    /// <param name="owned">Folders that are there, empty, and whose they are.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    public static async Task WriteAsync(string tarFile, IReadOnlyDictionary<string, string> files, (string Folder, int Owner)[] owned, CancellationToken cancellationToken)
    {
        var all = new Dictionary<string, string>(files, StringComparer.Ordinal);
        foreach (var tool in (string[])["/bin/sh", "/bin/sleep"])
            all[tool[1..]] = tool;
        foreach (var library in await LibrariesAsync(all.Values, cancellationToken))
            all[library[1..]] = library;

        await using var stream = File.Create(tarFile);
        await using var tar = new TarWriter(stream);
        await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.Directory, "tmp") { Mode = (UnixFileMode)0b001_111_111_111 }, cancellationToken);
        foreach (var (folder, owner) in owned)
            await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.Directory, folder) { Mode = (UnixFileMode)0b111_101_101, Uid = owner, Gid = owner }, cancellationToken);
        foreach (var (name, source) in all)
            await tar.WriteEntryAsync(File.ResolveLinkTarget(source, returnFinalTarget: true)?.FullName ?? source, name, cancellationToken);
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
