using ModelScan.RoutingApi.Configuration;

namespace ModelScan.Tests.Configuration;

/// <summary><c>subagents</c> and the <c>providers</c> beside it: what is understood, and what is refused.</summary>
public sealed class SubagentsConfigTests
{
    private const string Routes = """
        routing_preferences: [{ name: code, description: writing code, models: [openai/gpt-4o] }]
        model_aliases: { fast: { target: openai/gpt-4o-mini } }

        """;

    [Theory]
    [InlineData("openai/gpt-4o", "openai/gpt-4o", null)]
    [InlineData("openai:gpt-4o", "openai/gpt-4o", null)]
    [InlineData("gpt-4o", "gpt-4o", null)]
    [InlineData("fast", "fast", null)]
    [InlineData("code", null, "code")]
    public void Target_InAnySpelling_IsFound(string written, string? model, string? route)
    {
        var config = ConfigText.Read($"{ConfigText.Version4}{Routes}subagents: {{ mappings: {{ planner: \"{written}\" }}, rules: [{{ when: images, model: \"{written}\" }}] }}");
        Assert.Equal((model, route), (config.Subagents!.Agents[0].Target.Model, config.Subagents.Agents[0].Target.Route));
        Assert.Equal(config.Subagents.Agents[0].Target, config.Subagents.Rules[0].Target);
    }

    // C11: a provider, a colon and whatever stands behind it, colons and slashes too; a name that nobody knows is an error of the file.
    [Fact]
    public void Mappings_AreReadAtTheFirstColon_AndUnknownOnesAreErrors_C11()
    {
        const string Providers = "providers: { local: { base_url: \"http://x\", format: openai } }\n";
        var agents = ConfigText.Read($"{ConfigText.Version4}{Providers}subagents: {{ mappings: {{ x: \"openai:gpt-4o\", y: \"local:org/model:7b\" }} }}").Subagents!.Agents;
        Assert.Equal([("x", "openai/gpt-4o"), ("y", "local/org/model:7b")], agents.Select(agent => (agent.Agent, agent.Target.Model!)));
        var errors = ConfigText.Errors($"{ConfigText.Version4}{Providers}subagents: {{ mappings: {{ x: \"openai:gpt-4o\", z: \"just-a-model\", q: \"missing:m\" }} }}");
        Assert.Equal(["subagents.mappings.q", "subagents.mappings.z"], errors.Select(error => error.Path).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("{ mappings: { planner: \"openai:\" } }", "subagents.mappings.planner")]
    [InlineData("{ mappings: { planner: nobody/knows } }", "subagents.mappings.planner")]
    [InlineData("{ mappings: { planner: } }", "subagents.mappings.planner")]
    [InlineData("{ rules: [{ when: full_moon, model: fast }] }", "subagents.rules[0].when")]
    [InlineData("{ rules: [{ model: fast }] }", "subagents.rules[0].when")]
    [InlineData("{ rules: [{ when: images }] }", "subagents.rules[0].model")]
    [InlineData("{ rules: [{ when: images, model: fast, above: 5 }] }", "subagents.rules[0].above")]
    [InlineData("{ rules: [{ when: images, model: fast, models: [x] }] }", "subagents.rules[0].models")]
    [InlineData("{ mapping: {} }", "subagents.mapping")]
    public void Subagents_Wrong_AreRefusedByPath(string yaml, string path) =>
        Assert.Equal(path, Assert.Single(ConfigText.Errors($"{ConfigText.Version4}{Routes}subagents: {yaml}")).Path);

    [Theory]
    [InlineData("{ archgw: { format: openai } }", "providers.archgw.base_url")]
    [InlineData("{ archgw: { base_url: \"http://x\" } }", "providers.archgw.format")]
    [InlineData("{ archgw: { base_url: \"http://x\", format: gemini } }", "providers.archgw.format")]
    [InlineData("{ anthropic: { base_url: \"http://x\", format: openai } }", "providers.anthropic.format")]
    [InlineData("{ archgw: { base_url: \"http://x\", format: openai, key: k } }", "providers.archgw.key")]
    public void Providers_Wrong_AreRefusedByPath(string yaml, string path) => Assert.Contains(ConfigText.Errors($"providers: {yaml}"), error => error.Path == path);

    [Fact]
    public void Providers_BesideModelProviders_AreBothThere()
    {
        var config = ConfigText.Read($"{ConfigText.Version4}providers: {{ mine: {{ base_url: \"http://x\", format: anthropic, api_key: $KEY }} }}", ("KEY", "secret"));
        Assert.Equal(["openai/gpt-4o-mini", "openai/gpt-4o", "anthropic/claude-sonnet-4-20250514", "mine/*"], config.Providers.Select(provider => provider.Name));
        Assert.Equal(("secret", "anthropic"), (config.Providers[^1].AccessKey, config.Providers[^1].ProviderInterface));
    }

    [Fact]
    public void Subagents_WhereNobodyDecides_AreReported() =>
        Assert.Contains(ConfigText.Load($"{ConfigText.Version4}{Routes}subagents: {{ rules: [{{ when: images, model: fast }}] }}\nrouting: {{ mode: direct }}").Notices, notice => notice.Path == "subagents");

    [Fact]
    public void Conditions_AllHaveNames() => Assert.Equal(Enum.GetValues<AgentCondition>().Length, AgentRuleConfig.Conditions.Distinct().Count());
}
