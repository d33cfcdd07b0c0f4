using ModelScan.Tests.Support;
using YamlDotNet.RepresentationModel;

namespace ModelScan.Tests.Integration.Deployment;

/// <summary>What <c>config</c> says of the Compose files: of Docker's Compose, old (Debian 12's 1.29) or new, or of a podman-compose that has it.</summary>
public sealed class ComposeConfigTests
{
    private const string AtTheRoot = "docker-compose.yaml";

    /// <summary>The ways in which every Compose finds its file: by name, and by <c>.env</c>.</summary>
    private static readonly string?[] Files = ["deploy/compose.yaml", null];

    /// <summary>Each of these, without a profile and with each.</summary>
    public static TheoryData<string?, string?> Cases
    {
        get
        {
            var cases = new TheoryData<string?, string?>();
            foreach (var file in Files)
            {
                foreach (var profile in ComposeFile.Profiles.Prepend<string?>(null))
                    cases.Add(file, profile);
            }

            return cases;
        }
    }

    /// <summary>The ways alone.</summary>
    public static TheoryData<string?> Ways => [.. Files];

    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public async Task EveryProfile_HasItsServices(string? file, string? profile)
    {
        var config = await ConfigAsync(file, profile);

        // The old one tells of all services, each with its profiles, the new one of those that there are.
        var services = Services(config).Children.Where(service => !((YamlMappingNode)service.Value).Children.TryGetValue("profiles", out var profiles) || ((YamlSequenceNode)profiles).Any(node => node.ToString() == profile));
        Assert.Equal(ComposeFile.ServicesOf(profile).Order(StringComparer.Ordinal), services.Select(service => service.Key.ToString()).Order(StringComparer.Ordinal));
        Assert.DoesNotContain("${", config, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [MemberData(nameof(Ways))]
    public async Task EnvironmentFileOfTheRoot_IsRead(string? file) =>
        Assert.Equal("from-the-file", Services(await ConfigAsync(file, null))["gateway"]["environment"]["OPENAI_API_KEY"].ToString());

    [SkippableFact]
    public async Task FileOfTheRoot_HasTheSameServices()
    {
        Skip.If(await FindAsync() is { } compose && await IsOldAsync(compose), "Compose 1 does not know 'include'");

        Assert.Equal(ComposeFile.ServicesOf(null).Order(StringComparer.Ordinal), Services(await ConfigAsync(AtTheRoot, null)).Children.Keys.Select(key => key.ToString()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void FileOfTheRoot_IncludesTheOther()
    {
        var yaml = new YamlStream();
        yaml.Load(new StringReader(File.ReadAllText(Path.Combine(RepositoryFiles.Root, AtTheRoot))));
        var included = Assert.Single((YamlSequenceNode)yaml.Documents[0].RootNode["include"]);
        Assert.Equal(ComposeFile.FullPath, Path.Combine(RepositoryFiles.Root, included.ToString()));
    }

    private static async Task<string> ConfigAsync(string? file, string? profile)
    {
        var compose = await FindAsync();
        Skip.If(compose is null, "no Compose of this machine has 'config'");
        using var folder = new TemporaryFolder();
        RecordedCompose.CopyInto(folder);
        File.Copy(Path.Combine(RepositoryFiles.Root, AtTheRoot), Path.Combine(folder.Path, AtTheRoot));
        var example = await File.ReadAllTextAsync(Path.Combine(RepositoryFiles.Root, ".env.example"));
        folder.Write(".env", example.Replace("\nOPENAI_API_KEY=\n", "\nOPENAI_API_KEY=from-the-file\n", StringComparison.Ordinal));
        File.CreateSymbolicLink(Path.Combine(folder.Path, "deploy", ".env"), "../.env"); // as "make up" does

        string[] named = file is null ? [] : ["-f", file];
        string[] profiles = profile is null ? [] : ["--profile", profile];
        return (await Command.RunAsync(compose![0], [.. compose[1..], .. named, .. profiles, "config"], [], folder.Path)).Succeeded().Output;
    }

    private static async Task<bool> IsOldAsync(string[] compose) => (await Command.RunAsync(compose[0], [.. compose[1..], "version"])).Output.Contains("docker-compose version 1.", StringComparison.Ordinal);

    private static async Task<string[]?> FindAsync()
    {
        (string[] Compose, string[] Question)[] candidates = [(["docker", "compose"], ["version"]), (["docker-compose"], ["version"]), (["podman-compose"], ["config", "--help"])];
        foreach (var (compose, question) in candidates)
        {
            if (Command.Exists(compose[0]) && (await Command.RunAsync(compose[0], [.. compose[1..], .. question])).ExitCode == 0)
                return compose;
        }

        return null;
    }

    private static YamlMappingNode Services(string config)
    {
        var yaml = new YamlStream();
        yaml.Load(new StringReader(config));
        return (YamlMappingNode)yaml.Documents[0].RootNode["services"];
    }
}
