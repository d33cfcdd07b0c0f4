using ModelScan.RoutingApi.Configuration;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Configuration;

/// <summary>No text brings about a recursion without end, or more work than its length is worth.</summary>
public sealed class YamlBoundsTests
{
    public static TheoryData<string, string> OutOfBounds => new()
    {
        { "? &z [*z]\n: 1", "keys must be plain text" },
        { "a: &z [*z]", "stands inside of what it names" },
        { "a: &z { b: *z }", "stands inside of what it names" },
        { "a: &z { b: { c: [1, *z] } }", "stands inside of what it names" },
        { "? [a, b]\n: 1", "keys must be plain text" },
        { "? { a: b }\n: 1", "keys must be plain text" },
        { "a: &z { b: 1 }\n? *z\n: 2", "keys must be plain text" },
        { "a: &z word\n*z : 2", "keys must be plain text" },
        { Tower(70), "nested deeper" },
        { "a: " + new string('[', 100_000), "nested deeper" },
        { Laughs(9), "aliases repeat more than" },
    };

    [Theory]
    [MemberData(nameof(OutOfBounds))]
    public void Read_OutOfBounds_IsRefused(string yaml, string expected) =>
        Assert.Contains(expected, Assert.Single(ConfigText.Errors(yaml)).Message, StringComparison.Ordinal);

    [Fact]
    public void Read_AliasesOfUsualUse_AreFine()
    {
        var config = ConfigText.Read("""
            model_providers:
              - { model: openai/gpt-4o, headers: &team { x-team: a } }
              - { model: openai/gpt-4o-mini, headers: *team }
            """);
        Assert.All(config.Providers, provider => Assert.Equal("a", provider.Headers["x-team"]));
    }

    [Theory]
    [InlineData("/dev/zero")]
    [InlineData("/dev/null")]
    public void Load_ADevice_IsRefused(string device)
    {
        if (!File.Exists(device))
            return; // not on this system
        using var folder = new TemporaryFolder();
        var link = Path.Combine(folder.Path, "modelscan.yaml");
        File.CreateSymbolicLink(link, device);
        Assert.Contains("regular file", Assert.Throws<InvalidConfigException>(() => ConfigFile.At(link).Load()).Message, StringComparison.Ordinal);
    }

    // Each anchor holds the one before it: flat to look at, and as deep as there are lines.
    private static string Tower(int levels) => "a0: &a0 [x]\n" + string.Concat(Enumerable.Range(1, levels).Select(i => $"a{i}: &a{i} [*a{i - 1}]\n"));

    private static string Laughs(int levels) =>
        "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + string.Concat(Enumerable.Range(1, levels).Select(i => $"a{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 10))}]\n"));
}
