namespace ModelScan.Tests.Configuration;

/// <summary>Curly quotes and literal keys are noticed.</summary>
public sealed class SlipCheckTests
{
    [Theory]
    [InlineData("model_providers: [{ model: openai/gpt-4o, access_key: “sk-x” }]", "model_providers[0].access_key")]
    [InlineData("model_providers: [{ model: openai/gpt-4o, name: ‘best’ }]", "model_providers[0].name")]
    [InlineData("routing: { direct: { default_provider: openai } }\nsystem_prompt: „Hallo“", "system_prompt")]
    public void TypographicQuotes_AroundAValue_AreAWarning(string yaml, string path)
    {
        var warning = Assert.Single(ConfigText.Load(yaml).Warnings);
        Assert.Equal(path, warning.Path);
        Assert.Contains("typographic quote", warning.Message, StringComparison.Ordinal);
        Assert.True(warning.Line > 0);
    }

    [Theory]
    [InlineData("system_prompt: \"“Hello”\"")]
    [InlineData("system_prompt: say “hello” to them")]
    public void TypographicQuotes_InsideAText_AreNone(string yaml) => Assert.Empty(ConfigText.Load(yaml).Warnings);

    [Theory]
    [InlineData("model_providers: [{ model: openai/gpt-4o, access_key: sk-proj-0123456789abcdef }]", "model_providers[0].access_key", "plain text")]
    [InlineData("model_providers: [{ model: openai/gpt-4o, headers: { x-api-key: 0123456789abcdef0123 } }]", "model_providers[0].headers.x-api-key", "plain text")]
    [InlineData("routing: { proxy: { base_url: http://p, api_key: 0123456789abcdef0123 } }", "routing.proxy.api_key", "plain text")]
    [InlineData("routing: { embedded: { env: { OPENAI_API_KEY: sk-0123456789abcdef0123 } } }", "routing.embedded.env.OPENAI_API_KEY", "plain text")]
    [InlineData("model_providers: [{ model: openai/gpt-4o, access_key: your-key }]", "model_providers[0].access_key", "placeholder")]
    [InlineData("model_providers: [{ model: openai/gpt-4o, access_key: <key> }]", "model_providers[0].access_key", "placeholder")]
    public void Key_StandsInTheFile_IsAWarningThatDoesNotRepeatIt(string yaml, string path, string what)
    {
        var warning = Assert.Single(ConfigText.Load(yaml).Warnings);
        Assert.Equal(path, warning.Path);
        Assert.Contains(what, warning.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("0123456789abcdef", warning.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("access_key: $OPENAI_API_KEY")]
    [InlineData("access_key: \"${OPENAI_API_KEY:-none}\"")]
    [InlineData("access_key: ollama")]
    [InlineData("headers: { User-Agent: some-agent-with-a-long-name/1.0 }")]
    public void Key_IsNone_IsNoWarning(string setting) => Assert.Empty(ConfigText.Load($"model_providers: [{{ model: openai/gpt-4o, {setting} }}]", ("OPENAI_API_KEY", "sk-0123456789abcdef0123")).Warnings);
}
