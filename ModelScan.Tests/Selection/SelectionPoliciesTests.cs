using ModelScan.RoutingApi.Selection;
using ModelScan.Tests.Configuration;
using ModelScan.Tests.Routing;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Selection;

public sealed class SelectionPoliciesTests
{
    private static readonly string Source = Path.Combine(RepositoryFiles.Root, "ModelScan.RoutingApi");

    public static TheoryData<string> Names => [.. SelectionPolicies.All.Select(policy => policy.Name)];

    /// <summary>Adding a policy touches two files: its own, and the list.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Policy_IsNamedInItsFileAndInTheListAlone(string name)
    {
        var type = SelectionPolicies.Find(name)!.GetType().Name;
        var files = Directory.EnumerateFiles(Source, "*.cs", SearchOption.AllDirectories)
            .Where(file => File.ReadLines(file).Any(line => Code(line).Contains($"new {type}(", StringComparison.Ordinal) || Code(line).Contains($"class {type} ", StringComparison.Ordinal)))
            .Select(file => Path.GetRelativePath(Source, file).Replace('\\', '/'));
        Assert.Equal(new[] { $"Selection/{type}.cs", "Selection/SelectionPolicies.cs" }.Order(StringComparer.Ordinal), files.Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Policy_CanBeConfigured(string name)
    {
        var config = ConfigText.Read(TestConfig.Empty
            .Model("openai/gpt-4o", key: null)
            .Route("n", null, ["openai/gpt-4o"], $"selection_policy: {{ prefer: {name} }}")
            .Yaml("model_metrics_sources: [{ type: cost, provider: models.dev }, { type: latency, provider: observed }]"));
        Assert.Equal(name, Assert.Single(config.Routes).Prefer.Name);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Policy_OfWhatItDoesNotNeed_KnowsNothing(string name)
    {
        var policy = SelectionPolicies.Find(name)!;
        var value = policy.ValueOf(new CandidateFacts(
            policy.Needs.HasFlag(SelectionData.Prices) ? 1 : null, policy.Needs.HasFlag(SelectionData.Latencies) ? 1 : null, policy.Needs.HasFlag(SelectionData.Load) ? 1 : 0, new Random(1)));
        Assert.NotNull(value);
        Assert.NotEmpty(policy.Reason(1, value));
        Assert.NotEmpty(policy.Reason(2, null));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("none")]
    public void Find_NoName_IsTheDeclaredOrder(string? name) => Assert.Same(SelectionPolicies.Default, SelectionPolicies.Find(name));

    [Theory]
    [InlineData("Cheapest")]
    [InlineData("best")]
    public void Find_UnknownName_IsNone(string name) => Assert.Null(SelectionPolicies.Find(name));

    [Theory]
    [InlineData(1, "")]
    [InlineData(2, "2nd ")]
    [InlineData(3, "3rd ")]
    [InlineData(4, "4th ")]
    [InlineData(11, "11th ")]
    [InlineData(22, "22nd ")]
    [InlineData(112, "112th ")]
    public void Ordinal_OfAPosition_IsHowItIsSaid(int position, string expected) => Assert.Equal(expected, SelectionPolicies.Ordinal(position));

    [Fact]
    public async Task LeastBusy_OneModelIsAnswering_TheOtherIsAsked()
    {
        var release = new TaskCompletionSource();
        var arrived = new TaskCompletionSource();
        var providers = new ScriptedProviders()
            .On("p0", async (ScriptedRequest _) =>
            {
                arrived.SetResult();
                await release.Task;
                return ScriptedProviders.Json("{}");
            })
            .On("p1", _ => ScriptedProviders.Json("{}"));
        var config = RoutingRig.Config(2).Replace("models: [p0/m, p1/m]", "models: [p0/m, p1/m], default: true, selection_policy: { prefer: least_busy }", StringComparison.Ordinal);
        using var rig = new RoutingRig(providers, config);
        const string Body = """{"messages":[{"role":"user","content":"write a function that sorts a list"}]}""";

        var first = rig.RouteAsync(Body);
        await arrived.Task.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal("p1/m", (await rig.RouteAsync(Body)).Model);
        release.SetResult();
        Assert.Equal("p0/m", (await first).Model);
        Assert.Equal((1, 1), (providers.Asked("p0"), providers.Asked("p1")));
    }

    private static string Code(string line) => line.Split("//")[0];
}
