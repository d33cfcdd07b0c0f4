using ModelScan.RoutingApi.Configuration;

namespace ModelScan.Tests.Configuration;

/// <summary>Guards, filters and the cache as files write them, and what is refused.</summary>
public sealed class GuardsConfigTests
{
    [Fact]
    public void Guards_DefaultsAreWhatProtects()
    {
        var guards = ConfigText.Read(ConfigText.Version4 + "guards: { input: [{ type: secrets }, { type: pii }, { type: deny, patterns: [x] }, { type: length, max_characters: 5 }, { type: jailbreak }], output: [{ type: json_schema }] }\n").Guards;
        Assert.Equal([GuardAction.Redact, GuardAction.Redact, GuardAction.Block, GuardAction.Block, GuardAction.Block], guards.Input.Select(guard => guard.Action));
        Assert.Equal(Enum.GetValues<PiiEntity>(), guards.Input[1].Entities);
        Assert.Equal((StreamGuarding.Window, 128, true), (guards.Stream, guards.Window, guards.IsOn));
        Assert.False(GuardsConfig.None.IsOn);
    }

    [Fact]
    public void PromptGuards_AreAGuardOfRequests()
    {
        var guard = Assert.Single(ConfigText.Read(ConfigText.Version4 + "prompt_guards: { input_guards: { jailbreak: { on_exception: { message: no } } } }\n").Guards.Input);
        Assert.Equal((GuardKind.Jailbreak, GuardAction.Block, "no"), (guard.Kind, guard.Action, guard.Message));
    }

    [Theory]
    [InlineData("guards: { input: [{ action: note }] }", "guards.input[0].type", "is required")]
    [InlineData("guards: { input: [{ type: json_schema }] }", "guards.input[0].type", "not one of")]
    [InlineData("guards: { output: [{ type: jailbreak }] }", "guards.output[0].type", "not one of")]
    [InlineData("guards: { input: [{ type: jailbreak, action: redact }] }", "guards.input[0].action", "note or block")]
    [InlineData("guards: { input: [{ type: length }] }", "guards.input[0].max_characters", "is required")]
    [InlineData("guards: { input: [{ type: deny }] }", "guards.input[0].patterns", "is required")]
    [InlineData("guards: { input: [{ type: deny, patterns: ['(a)\\1'] }] }", "guards.input[0].patterns", "no regular expression that can be used")]
    [InlineData("guards: { input: [{ type: deny, patterns: ['a*'] }] }", "guards.input[0].patterns", "fits anything")]
    [InlineData("guards: { input: [{ type: pii, entities: [passport] }] }", "guards.input[0].entities", "'passport' is not one of")]
    [InlineData("guards: { input: [{ type: secrets, entities: [email] }] }", "guards.input[0].entities", "belongs to guards of type pii")]
    [InlineData("guards: { input: [{ type: secrets, name: 'a b' }] }", "guards.input[0].name", "must have 1 to 64")]
    [InlineData("guards: { window: 2 }", "guards.window", "from 16")]
    [InlineData("guards: { inputs: [] }", "guards.inputs", "did you mean 'input'")]
    [InlineData("response_cache: { max_size: 1KB }", "response_cache.max_size", "must be from")]
    [InlineData("filters: [{ id: f, url: 'http://a', timeout: 0 }]", "filters[0].timeout", "")]
    public void Wrong_IsRefusedByName(string yaml, string path, string message)
    {
        var exception = Assert.Throws<InvalidConfigException>(() => ConfigText.Read(ConfigText.Version4 + yaml + "\n"));
        Assert.Contains(exception.Errors, error => error.Path == path && error.Message.Contains(message, StringComparison.Ordinal));
    }

    [Fact]
    public void ResponseCache_OffByDefault_AndWhereItSaysSo()
    {
        Assert.Null(ConfigText.Read(ConfigText.Version4).ResponseCache);
        Assert.Null(ConfigText.Read(ConfigText.Version4 + "response_cache: { enabled: false }\n").ResponseCache);
        Assert.Equal(CachedRequests.Deterministic, ConfigText.Read(ConfigText.Version4 + "response_cache: {}\n").ResponseCache!.Requests);
    }
}
