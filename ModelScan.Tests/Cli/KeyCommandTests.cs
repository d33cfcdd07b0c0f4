using ModelScan.Tests.Support;

namespace ModelScan.Tests.Cli;

/// <summary><c>modelscan key</c>: what it makes opens the gateway, and what it ends does not.</summary>
public sealed class KeyCommandTests
{
    private static readonly TestConfig Config = TestConfig.Empty.Model("openai/gpt-4o");

    [Fact]
    public async Task New_IsPrintedOnce_AndOnlyItsHashIsKept()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("modelscan.yaml", Config.Yaml("governance: { keys_file: secrets/keys.yaml }"));
        var made = await CommandRun.OfAsync("key", "new", "team-a", "--model", "openai/*", "--tag", "team=a", "--expires", "2099-01-31", "--config", file);
        Assert.Equal(0, made.Code);
        var secret = made.Output.Trim();
        Assert.Matches("^msk_team-a_[A-Za-z0-9]{32}$", secret);
        var written = await File.ReadAllTextAsync(System.IO.Path.Combine(folder.Path, "secrets", "keys.yaml"));
        Assert.DoesNotContain(secret[^32..], written, StringComparison.Ordinal);
        Assert.Contains(RoutingApi.Governance.Keys.KeySecret.HashOf(secret), written, StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(System.IO.Path.Combine(folder.Path, "secrets", "keys.yaml")));

        var listed = await CommandRun.OfAsync("key", "list", "--config", file);
        Assert.Contains("team-a\topen\topenai/*\t-\tteam=a\t2099-01-31 00:00\tfile", listed.Output, StringComparison.Ordinal);
        (await CommandRun.OfAsync("key", "new", "team-a", "--config", file)).FailedInOneLine(1, "there is a key 'team-a' already");

        Assert.Equal(0, (await CommandRun.OfAsync("key", "revoke", "team-a", "--config", file)).Code);
        Assert.DoesNotContain("team-a", (await CommandRun.OfAsync("key", "list", "--config", file)).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task New_WithoutAFileOfKeys_SaysWhatBelongsIntoTheConfiguration_WhichThenIsValid()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("modelscan.yaml", Config);
        var made = await CommandRun.OfAsync("key", "new", "ci", "--config", file);
        Assert.Equal(0, made.Code);
        folder.Write("modelscan.yaml", Config.Yaml($"governance:\n  keys:\n  {made.Error.Split('\n').Single(line => line.StartsWith("  - ", StringComparison.Ordinal))}"));
        Assert.Contains("ci\topen\tall", (await CommandRun.OfAsync("key", "list", "--config", file)).Output, StringComparison.Ordinal);
        (await CommandRun.OfAsync("key", "revoke", "ci", "--config", file)).FailedInOneLine(1, "stands in the configuration");
    }

    [Theory]
    [InlineData("the id must have", "key", "new", "a_b")]
    [InlineData("is no date", "key", "new", "a", "--expires", "soon")]
    [InlineData("must be NAME=VALUE", "key", "new", "a", "--tag", "team")]
    [InlineData("there is no key 'a'", "key", "revoke", "a")]
    [InlineData("names the limit 'nowhere'", "key", "new", "a", "--limit", "nowhere")]
    public async Task Mistakes_AreSaidInOneLine(string saying, params string[] args)
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("modelscan.yaml", Config.Yaml("governance: { keys_file: keys.yaml }"));
        (await CommandRun.OfAsync([.. args, "--config", file])).FailedInOneLine(1, saying);
    }
}
