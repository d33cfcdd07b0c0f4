using System.Diagnostics;
using System.IO.Compression;
using System.Xml.Linq;
using ModelScan.Tests.Cli;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.InProcess;

/// <summary>The NuGet package, made of what has been built, used by a program that knows nothing but the package.</summary>
public sealed class InProcessPackageTests : IAsyncLifetime, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    // What only the program's command line and HTTP surface use.
    private static readonly string[] NotNeeded =
    [
        "Microsoft.AspNetCore.OpenApi", "Spectre.Console", "System.CommandLine",
        "OpenTelemetry.Exporter.OpenTelemetryProtocol", "OpenTelemetry.Extensions.Hosting",
        "OpenTelemetry.Instrumentation.AspNetCore", "OpenTelemetry.Instrumentation.Http", "OpenTelemetry.Instrumentation.Runtime",
    ];

    private readonly TemporaryFolder _folder = new();

    public async Task InitializeAsync()
    {
        // Build outputs are named after their configuration: artifacts/bin/PROJECT/debug.
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Name;
        var pack = await DotnetAsync(
            "pack", Path.Combine(RepositoryFiles.Root, "ModelScan.InProcess"), "--no-build", "-c", configuration, "-o", _folder.Path, "--disable-build-servers", "-nodeReuse:false");
        Assert.True(pack.Code == 0, pack.Output + pack.Error);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Package_ShowsItsOwnTypesAlone()
    {
        await using var package = await ZipFile.OpenReadAsync(Directory.GetFiles(_folder.Path, "*.nupkg").Single());
        var names = package.Entries.Select(entry => entry.FullName).ToArray();
        Assert.Equal(["ref/net10.0/ModelScan.InProcess.dll", "ref/net10.0/ModelScan.InProcess.xml"], names.Where(name => name.StartsWith("ref/", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.Equal(
            ["lib/net10.0/ModelScan.InProcess.dll", "lib/net10.0/ModelScan.RoutingApi.dll", "lib/net10.0/ModelScan.ServiceDefaults.dll"],
            names.Where(name => name.StartsWith("lib/", StringComparison.Ordinal) && name.EndsWith(".dll", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task ProgramWithThePackage_RestoresCompilesAndDecides()
    {
        await using var provider = RawUpstream.Start(InProcessConfig.Json(InProcessConfig.Completion));
        _folder.Write("modelscan.yaml", TestConfig.Empty.Default("openai/gpt-4o", $"{provider.Address}v1").CodeRoute("openai/gpt-4o"));

        // The package lies in the folder; what it needs comes from where this machine's packages come from, or has been restored already.
        _folder.Write("program/program.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <NoWarn>NU1603</NoWarn>
                <NuGetAudit>false</NuGetAudit>
                <RestoreAdditionalProjectSources>{_folder.Path}</RestoreAdditionalProjectSources>
                <RestorePackagesPath>{_folder.Path}/packages</RestorePackagesPath>
                <RestoreFallbackFolders>{RestoredPackages()}</RestoreFallbackFolders>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="ModelScan.InProcess" Version="*" />
              </ItemGroup>
            </Project>
            """);
        _folder.Write("program/Program.cs", """
            using ModelScan.InProcess;

            await using var gateway = await InProcessGateway.StartAsync(args[0]);
            var answer = await gateway.RouteAsync(new RouteRequest([new RouteMessage("user", "Write a Python function that implements binary search")]));
            Console.Write($"{answer.Content}, {answer.Metadata["route"]} by {answer.Metadata["mode"]}");
            """);
        var build = await DotnetAsync("build", Path.Combine(_folder.Path, "program"), "-o", Path.Combine(_folder.Path, "out"), "--disable-build-servers", "-nodeReuse:false", "-v", "q", "-clp:NoSummary");
        Assert.True(build.Code == 0, build.Output + build.Error);

        var run = await DotnetAsync(Path.Combine(_folder.Path, "out", "program.dll"), Path.Combine(_folder.Path, "modelscan.yaml"));
        Assert.Equal((0, "Test response, code by policy", ""), (run.Code, run.Output, run.Error));
    }

    [Fact]
    public void Dependencies_AreThoseOfTheEngine() =>
        Assert.Equal(
            References("ModelScan.RoutingApi").Concat(References("ModelScan.ServiceDefaults")).Except(NotNeeded).Order(StringComparer.Ordinal),
            References("ModelScan.InProcess").Except(["Microsoft.CodeAnalysis.PublicApiAnalyzers"]).Order(StringComparer.Ordinal));

    private static IEnumerable<string> References(string project) =>
        XDocument.Load(Path.Combine(RepositoryFiles.Root, project, $"{project}.csproj")).Descendants("PackageReference").Select(reference => reference.Attribute("Include")!.Value);

    private static string RestoredPackages() =>
        Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    private static async Task<CommandRun> DotnetAsync(params string[] args)
    {
        var start = new ProcessStartInfo("dotnet", args) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false, WorkingDirectory = Path.GetTempPath() };
        start.Environment["DOTNET_NOLOGO"] = "1";
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        return await CommandRun.OfProcessAsync(start, Patience);
    }
}
