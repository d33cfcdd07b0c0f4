using ModelScan.Tests.Support;

namespace ModelScan.Tests.Integration.Deployment;

/// <summary><c>deploy/compose.yaml</c>: what podman-compose makes of it, and whether everything that it names is there.</summary>
public sealed class ComposeFileTests
{
    [Fact]
    public void EveryVariable_IsInTheExample_AndTheOtherWayRound() => Assert.Equal(ComposeFile.Variables.Order(StringComparer.Ordinal), ComposeFile.ExampleVariables.Order(StringComparer.Ordinal));

    [SkippableFact]
    public async Task Gateway_BringsWhatItNeeds_AndNothingElse()
    {
        RecordedCompose.SkipIfMissing();

        var started = await RecordedCompose.StartedAsync(["gateway"]);

        Assert.Equal(ComposeFile.ServicesOf(null).Order(StringComparer.Ordinal), started.Keys.Order(StringComparer.Ordinal));
    }

    [SkippableFact]
    public async Task EveryVariable_ReachesAContainer()
    {
        RecordedCompose.SkipIfMissing();
        var given = ComposeFile.Variables.Select(name => (Name: name, Value: $"value-of-{name}")).ToArray();

        var started = await RecordedCompose.StartedAsync([.. ComposeFile.Services.Keys], given);

        var arguments = started.Values.SelectMany(call => call).ToArray();
        Assert.All(given, variable => Assert.Contains(arguments, argument => argument.Contains(variable.Value, StringComparison.Ordinal)));
        Assert.DoesNotContain(arguments, argument => argument.Contains("${", StringComparison.Ordinal));
    }

    [SkippableFact]
    public async Task WithoutAnyVariable_NothingIsLeftAsItIsWritten()
    {
        RecordedCompose.SkipIfMissing();

        var started = await RecordedCompose.StartedAsync([.. ComposeFile.Services.Keys]);

        var arguments = started.Values.SelectMany(call => call).ToArray();
        Assert.DoesNotContain(arguments, argument => argument.Contains("${", StringComparison.Ordinal));
        Assert.Contains("OPENAI_API_KEY=", arguments);
        Assert.Contains("127.0.0.1:12000:12000", arguments);
    }

    [SkippableFact]
    public async Task EveryMountedFile_IsInThisRepository()
    {
        RecordedCompose.SkipIfMissing();
        using var folder = new TemporaryFolder();

        var started = await RecordedCompose.StartedAsync(folder, [.. ComposeFile.Services.Keys]);

        var sources = started.Values.SelectMany(call => RecordedCompose.Values(call, "-v", "--volume")).Select(volume => volume.Split(':')[0]).Where(source => source.StartsWith('/')).ToArray();
        Assert.Equal(5, sources.Length);
        Assert.All(sources, source => Assert.True(Path.Exists(Path.Combine(RepositoryFiles.Root, Path.GetRelativePath(folder.Path, source))), source));
    }

    [SkippableFact]
    public async Task Gateway_IsGivenNoMoreThanItNeeds()
    {
        RecordedCompose.SkipIfMissing();

        var call = (await RecordedCompose.StartedAsync(["gateway"]))["gateway"];

        Assert.Contains("--read-only", call);
        Assert.Equal(["ALL"], RecordedCompose.Values(call, "--cap-drop"));
        Assert.Equal(["512m"], RecordedCompose.Values(call, "-m", "--memory"));
        Assert.Equal(["no-new-privileges:true"], RecordedCompose.Values(call, "--security-opt"));
        Assert.DoesNotContain("--privileged", call);
    }

    [SkippableFact]
    public async Task OutsideReaches_NothingButTheGatewayAndGrafana()
    {
        RecordedCompose.SkipIfMissing();

        var started = await RecordedCompose.StartedAsync([.. ComposeFile.Services.Keys]);

        var published = started.Where(service => RecordedCompose.Values(service.Value, "-p", "--publish").Length > 0).ToArray();
        Assert.Equal(["gateway", "grafana"], published.Select(service => service.Key).Order(StringComparer.Ordinal));
        Assert.All(published, service => Assert.StartsWith("127.0.0.1:", Assert.Single(RecordedCompose.Values(service.Value, "-p", "--publish")), StringComparison.Ordinal));
    }

    [SkippableFact]
    public async Task PlanoMode_LeadsToPlano()
    {
        RecordedCompose.SkipIfMissing();

        var started = await RecordedCompose.StartedAsync(["gateway", "plano"], ("ROUTING_MODE", "plano_proxy"));

        Assert.Contains("Routing__Mode=plano_proxy", started["gateway"]);
        Assert.Contains("Routing__Proxy__BaseUrl=http://plano:12000", started["gateway"]);
        Assert.Empty(RecordedCompose.Values(started["plano"], "-p", "--publish"));
        Assert.Contains(RecordedCompose.Values(started["plano"], "-v", "--volume"), volume => volume.EndsWith("/deploy/plano/plano_config.yaml:/app/plano_config.yaml:ro", StringComparison.Ordinal));
    }

    [Fact]
    public void Health_IsAskedInTheWayOfEveryImageOfTheGateway()
    {
        // PublishContainer starts the program under its own name in /app; the Dockerfile does the same.
        var test = ComposeFile.Services["gateway"]["healthcheck"]["test"];
        var dockerfile = File.ReadAllText(Path.Combine(RepositoryFiles.Root, "deploy", "Dockerfile"));

        Assert.Equal("[ CMD, dotnet, ModelScan.RoutingApi.dll, health ]", test.ToString());
        Assert.EndsWith("ENTRYPOINT [\"dotnet\", \"ModelScan.RoutingApi.dll\"]\n", dockerfile, StringComparison.Ordinal);
    }
}
