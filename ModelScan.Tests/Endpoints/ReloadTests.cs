using Microsoft.Extensions.DependencyInjection;
using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Pipeline;
using ModelScan.Tests.Cli;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Endpoints;

/// <summary>A configuration is replaced while requests run.</summary>
public sealed class ReloadTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    // The route's name and its model carry the same number, so that an answer mixed from two configurations shows.
    private static string Config(int generation) => TestConfig.Empty
        .Model("openai/gpt-4o", key: null)
        .Model($"openai/model-{generation}", key: null)
        .Route($"code_{generation}", TestConfig.WritingCode, [$"openai/model-{generation}"]);

    private const string Broken = "version: v0.4.0\nmodel_providers: [{ model: nothing }]\nrouting: { mode: turbo }";

    [Fact]
    public async Task ChangedFile_IsInForceWithoutARestart()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(Config(1));
        await File.WriteAllTextAsync(gateway.ConfigPath, Config(2));
        await UntilAsync(gateway, current => current.Value.Config.Routes[0].Name == "code_2");
        Assert.Equal("code_2", (await gateway.DecideAsync("write a function")).Route);
    }

    [Fact]
    public async Task ChangedEnvironmentFile_IsInForceWithoutARestart()
    {
        var config = Config(1).Replace("{ model: openai/gpt-4o }", "{ model: openai/gpt-4o, access_key: $RELOADED_KEY }", StringComparison.Ordinal);
        await using var gateway = await GatewayUnderTest.StartAsync(config);
        await File.WriteAllTextAsync(Path.Combine(Path.GetDirectoryName(gateway.ConfigPath)!, ".env"), "RELOADED_KEY=second");
        await UntilAsync(gateway, current => current.Value.Config.Providers[0].AccessKey == "second");
    }

    [Fact]
    public async Task BrokenFile_IsRefusedAndTheOldOneStays()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(Config(1));
        await File.WriteAllTextAsync(gateway.ConfigPath, Broken);
        var refused = await RefusedAsync(gateway);
        Assert.Equal(["model_providers[0].model", "routing.mode"], refused.Select(error => error[(error.IndexOf(": ", StringComparison.Ordinal) + 2)..].Split(':')[0]));
        Assert.Equal("code_1", (await gateway.DecideAsync("write a function")).Route);
    }

    [Fact]
    public async Task File_ThatIsAwayForAMoment_IsRefusedNoLongerThanThat()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(Config(1));
        var reloader = gateway.Services.GetRequiredService<ConfigReloader>();
        await reloader.LookAsync(default);
        File.Move(gateway.ConfigPath, $"{gateway.ConfigPath}.away");
        await reloader.LookAsync(default);
        Assert.NotNull(reloader.Refused);
        File.Move($"{gateway.ConfigPath}.away", gateway.ConfigPath);
        await reloader.LookAsync(default);
        Assert.Null(reloader.Refused);
    }

    // What a running gateway may find in the place of its file: each is refused, and the old one stays.
    [Theory]
    [InlineData("? &z [*z]\n: 1")]
    [InlineData("a: &z [*z]")]
    [InlineData("\0\0\0")]
    [InlineData("model_providers: [{ model: openai/gpt-4o, headers: { a: \"b\\nc\" } }]")]
    [InlineData(null)]
    public async Task ReplacedFile_ByWhateverThereIs_IsRefusedAndTheGatewayGoesOn(string? text)
    {
        await using var gateway = await GatewayUnderTest.StartAsync(Config(1));
        File.Delete(gateway.ConfigPath);
        if (text is null)
            File.CreateSymbolicLink(gateway.ConfigPath, "/dev/zero");
        else
            await File.WriteAllTextAsync(gateway.ConfigPath, text);
        Assert.NotEmpty(await RefusedAsync(gateway));
        Assert.Equal("code_1", (await gateway.DecideAsync("write a function")).Route);
        File.Delete(gateway.ConfigPath);
        await File.WriteAllTextAsync(gateway.ConfigPath, Config(2));
        await UntilAsync(gateway, current => current.Value.Config.Routes[0].Name == "code_2");
    }

    [Fact]
    public async Task Reload_FailsInAWayThatNobodyThoughtOf_IsToldAndTheGatewayGoesOn()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(Config(1));
        var current = gateway.Services.GetRequiredService<CurrentSnapshot>();
        current.Replaced += Fail;
        await File.WriteAllTextAsync(gateway.ConfigPath, Config(2));
        await Eventually.TrueAsync(() => gateway.Services.GetRequiredService<ConfigReloader>().Refused is not null, "the configuration is refused");
        current.Replaced -= Fail;
        await File.WriteAllTextAsync(gateway.ConfigPath, Config(3));
        await UntilAsync(gateway, current => current.Value.Config.Routes[0].Name == "code_3");
        Assert.Null(gateway.Services.GetRequiredService<ConfigReloader>().Refused);

        static void Fail(GatewaySnapshot snapshot) => throw new NotSupportedException("a bug");
    }

    [Fact]
    public async Task ReplacedFile_ThroughASymbolicLink_IsSeen()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(Config(1));
        var folder = Path.GetDirectoryName(gateway.ConfigPath)!;
        await File.WriteAllTextAsync(Path.Combine(folder, "next.yaml"), Config(3));
        File.Delete(gateway.ConfigPath);
        File.CreateSymbolicLink(gateway.ConfigPath, Path.Combine(folder, "next.yaml"));
        await UntilAsync(gateway, current => current.Value.Config.Routes[0].Name == "code_3");
    }

    [Fact]
    public async Task HundredReloads_HalfOfThemBroken_FailNoRequestAndMixNothing()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(Config(0));
        var file = gateway.Services.GetRequiredService<ConfigFile>();
        var current = gateway.Services.GetRequiredService<CurrentSnapshot>();
        using var stop = new CancellationTokenSource();
        var answered = 0;
        var clients = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                var answer = await gateway.DecideAsync("write a function");
                Assert.Equal(200, answer.Status);
                Assert.Equal(answer.Route!["code_".Length..], Assert.Single(answer.Models)["openai/model-".Length..]);
                Interlocked.Increment(ref answered);
            }
        })).ToArray();

        var refused = 0;
        for (var generation = 1; generation <= 100; generation++)
        {
            var before = Volatile.Read(ref answered);
            try
            {
                await current.ReplaceAsync(file.Parse(generation % 2 == 0 ? Broken : Config(generation)), default);
            }
            catch (InvalidConfigException)
            {
                refused++;
            }

            await Eventually.TrueAsync(() => Volatile.Read(ref answered) >= before + 5 || clients.Any(client => client.IsFaulted), "more answers");
        }

        await stop.CancelAsync();
        await Task.WhenAll(clients).WaitAsync(Patience);
        Assert.Equal(50, refused);
        Assert.Equal("code_99", (await gateway.DecideAsync("write a function")).Route);
    }

    [Fact]
    public async Task AdminConfig_ShowsWhatIsInForceWithSecretsMasked()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(Config(1) + "\nrouting: { proxy: { base_url: http://p, api_key: very-secret } }");
        var text = await gateway.Client.GetStringAsync("/admin/config");
        Assert.DoesNotContain("very-secret", text, StringComparison.Ordinal);
        using var json = System.Text.Json.JsonDocument.Parse(text);
        Assert.Equal("code_1", json.RootElement.GetProperty("routes")[0].GetString());
        Assert.Equal(64, json.RootElement.GetProperty("hash").GetString()!.Length);
        Assert.True(json.RootElement.GetProperty("since").GetDateTimeOffset() <= DateTimeOffset.UtcNow);
    }

    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 1)]
    public async Task Validate_File_ExitsAccordingly(bool valid, int code)
    {
        var path = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(path, valid ? Config(1) : Broken);
            var run = await CommandRun.OfAsync("validate", path);
            Assert.Equal(code, run.Code);
            Assert.Contains(valid ? "valid (2 models, 1 routes" : "routing.mode", valid ? run.Output : run.Error, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public async Task BrokenFile_AtStart_StopsItWithEveryError() =>
        Assert.Equal(2, (await Assert.ThrowsAsync<InvalidConfigException>(() => GatewayUnderTest.StartAsync(Broken))).Errors.Count);

    [Fact]
    public async Task BadRedisAddress_AtStart_IsAConfigurationError() => Assert.Equal(
        "routing.session_cache.url",
        (await Assert.ThrowsAsync<InvalidConfigException>(() => GatewayUnderTest.StartAsync(Config(1) + "\nrouting: { session_cache: { type: redis, url: \"http://x\" } }"))).Errors[0].Path);

    private static Task UntilAsync(GatewayUnderTest gateway, Func<CurrentSnapshot, bool> condition)
    {
        var current = gateway.Services.GetRequiredService<CurrentSnapshot>();
        return Eventually.TrueAsync(() => condition(current), "the configuration is in force");
    }

    private static async Task<string[]> RefusedAsync(GatewayUnderTest gateway)
    {
        var reloader = gateway.Services.GetRequiredService<ConfigReloader>();
        await Eventually.TrueAsync(() => reloader.Refused is not null, "the configuration is refused");
        return [.. reloader.Refused!.Errors.Select(error => error.ToString())];
    }
}
