using ModelScan.RoutingApi.Providers;
using ModelScan.Tests.Configuration;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Providers;

/// <summary>Which model a name means; ids of rows are those of the compatibility vectors.</summary>
public sealed class ModelDirectoryTests
{
    private static readonly TestConfig Config = TestConfig.Empty
        .Default("openai/gpt-4o-mini")
        .Model("openai/gpt-4o", more: "name: best")
        .Model("anthropic/*")
        .Model("custom-provider/*", "http://h", more: "provider_interface: openai")
        .Model("groq/llama-3.3-70b")
        .Alias("arch.v1", "best");

    [Theory]
    [InlineData("G3", "custom-provider/custom-model", "custom-provider/custom-model", "custom-model")]
    [InlineData("G8", "arch.v1", "openai/gpt-4o", "gpt-4o")]
    [InlineData("G11", "openai/gpt-4o-mini", "openai/gpt-4o-mini", "gpt-4o-mini")]
    [InlineData("G16", "gpt-4o-mini", "openai/gpt-4o-mini", "gpt-4o-mini")]
    [InlineData("name", "best", "openai/gpt-4o", "gpt-4o")]
    [InlineData("full-of-a-named-one", "openai/gpt-4o", "openai/gpt-4o", "gpt-4o")]
    [InlineData("behind-the-slash", "whatever/llama-3.3-70b", "groq/llama-3.3-70b", "llama-3.3-70b")]
    [InlineData("G2-full", "anthropic/claude-opus-4", "anthropic/claude-opus-4", "claude-opus-4")]
    [InlineData("G2-bare", "claude-opus-4", "anthropic/claude-opus-4", "claude-opus-4")]
    [InlineData("suffix-of-a-wildcard", "claude-opus-4[1m]", "anthropic/claude-opus-4", "claude-opus-4")]
    [InlineData("suffix-full", "anthropic/claude-opus-4[1m]", "anthropic/claude-opus-4", "claude-opus-4")]
    [InlineData("suffix-of-an-entry", "gpt-4o-mini[1m]", "openai/gpt-4o-mini", "gpt-4o-mini")]
    [InlineData("suffix-of-an-alias", "arch.v1[1m]", "openai/gpt-4o", "gpt-4o")]
    [InlineData("G2-slashes", "custom-provider/meta/llama", "custom-provider/meta/llama", "meta/llama")]
    public void Find_Name_IsTheModel(string id, string name, string model, string modelId)
    {
        var target = new ModelDirectory(ConfigText.Read(Config), null).Find(name);
        Assert.Equal((id, model, modelId), (id, target?.Name, target?.ModelId));
    }

    [Theory]
    [InlineData("G12", "nonexistent.alias")]
    [InlineData("G13", "nope")]
    [InlineData("no-wildcard-of-its-family", "gemini-2.5-pro")]
    [InlineData("wildcard-without-a-model", "anthropic/")]
    [InlineData("empty", "")]
    public void Find_UnknownName_IsNothing(string id, string name) =>
        Assert.Equal((id, null), (id, new ModelDirectory(ConfigText.Read(Config), null).Find(name)?.Name));

    [Fact]
    public void Find_WildcardAndBareIdOfAnotherProvider_WildcardOfThePrefixWins()
    {
        var models = new ModelDirectory(ConfigText.Read(TestConfig.Empty.Model("azure_openai/gpt-4o", "http://azure").Model("openai/*")), null);
        Assert.Equal("openai", models.Find("openai/gpt-4o")!.Config.Provider);
        Assert.Equal("azure_openai", models.Find("gpt-4o")!.Config.Provider);
    }

    [Fact]
    public void Alias_OfAnAlias_IsRefused_G17() =>
        Assert.Single(ConfigText.Errors(Config.Alias("a", "arch.v1")));

    [Theory]
    [InlineData("claude-opus-4")]
    [InlineData("anthropic/claude-opus-4")]
    [InlineData("claude-opus-4[1m]")]
    public void Find_WildcardModelByAnyOfItsNames_IsTheSameTarget(string name)
    {
        var models = new ModelDirectory(ConfigText.Read(Config), null);
        Assert.Same(models.Find("claude-opus-4"), models.Find(name));
    }

    [Theory]
    [InlineData("openai/*", "gpt-4o", "openai/gpt-4o")]
    [InlineData("google/*", "gemini-2.5-pro", "google/gemini-2.5-pro")]
    [InlineData("ollama/*", "llama3.2", "ollama/llama3.2")]
    [InlineData("ollama/*", "gpt-oss:20b", "ollama/gpt-oss:20b")]
    public void Find_BareIdBehindTheOnlyWildcard_IsItsModelAndARouteMayNameIt(string wildcard, string name, string model)
    {
        var config = ConfigText.Read(TestConfig.Empty.Model(wildcard, "http://h").Route("code", "writing code", [name]));
        Assert.Equal(model, new ModelDirectory(config, null).Find(name)?.Name);
    }

    [Fact]
    public void EntryWithASuffix_Requested_IsSentWithoutIt()
    {
        var models = new ModelDirectory(ConfigText.Read(TestConfig.Empty.Model("anthropic/claude-sonnet-4-5[1m]")), null);
        Assert.Equal("claude-sonnet-4-5", models.Find("anthropic/claude-sonnet-4-5[1m]")?.ModelId);
        Assert.Equal("claude-sonnet-4-5", models.Find("claude-sonnet-4-5[1m]")?.ModelId);
    }

    [Fact]
    public void ImpliedProviders_NoKeyAndAMock_ArePlayedByTheMock()
    {
        var config = ConfigText.Read("routing: { mode: policy }", ("ANTHROPIC_API_KEY", "sk-real"));
        var models = new ModelDirectory(config, new Uri("http://metrics-mock"));
        var (mocked, real) = (models.Find("gpt-4o")!, models.Find("claude-sonnet-4-5")!);
        Assert.Equal((true, false, "metrics-mock"), (mocked.IsMocked, mocked.UsesClientsCredential, mocked.AddressOf(RoutingApi.Wire.ApiFormat.ChatCompletions).Host));
        Assert.False(real.IsMocked);
        Assert.True(new ModelDirectory(config, null).Find("gpt-4o")!.UsesClientsCredential);
    }

    [Fact]
    public void Near_MisspeltName_ListsTheClosestFirst() =>
        Assert.Equal("gpt-4o-mini", new ModelDirectory(ConfigText.Read(Config), null).Near("gpt-4o-mnii")[0]);

    [Theory]
    [InlineData("", "openai/gpt-4o-mini", "openai/gpt-4o-mini")]
    [InlineData("routing: { direct: { default_provider: groq } }", "openai/gpt-4o-mini", "groq/llama-3.3-70b")]
    [InlineData("routing: { direct: { default_provider: best } }", "openai/gpt-4o-mini", "openai/gpt-4o")]
    [InlineData("routing: { direct: { default_provider: anthropic } }", "openai/gpt-4o-mini", null)]
    public void Default_PerMode_IsTheConfiguredOne(string routing, string inPolicy, string? inDirect)
    {
        var models = new ModelDirectory(ConfigText.Read(Config.Yaml(routing)), null);
        Assert.Equal((inPolicy, inDirect), (models.Default?.Name, models.DirectDefault?.Name));
    }

    [Fact]
    public void Problem_KnownProviderWithoutKey_NamesProviderAndPath()
    {
        var problem = new ModelDirectory(ConfigText.Read(TestConfig.Empty.Model("openai/a").Model("groq/b", key: null)), null).Find("groq/b")!.Problem;
        Assert.Equal(401, problem!.Status);
        Assert.Contains("groq", problem.Message, StringComparison.Ordinal);
        Assert.Contains("model_providers[1].access_key", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Problem_OwnServerWithoutKey_IsNone() =>
        Assert.Null(new ModelDirectory(ConfigText.Read(TestConfig.Empty.Model("ollama/b", "http://h", null)), null).Find("b")!.Problem);

    [Fact]
    public void AddressOf_NoKeyAndAMock_IsTheMocks()
    {
        var models = new ModelDirectory(ConfigText.Read(TestConfig.Empty.Model("groq/a", key: null).Model("groq/b")), new Uri("http://metrics-mock"));
        Assert.Equal("http://metrics-mock/v1/chat/completions", models.Find("a")!.AddressOf(ModelScan.RoutingApi.Wire.ApiFormat.ChatCompletions).AbsoluteUri);
        Assert.False(models.Find("b")!.IsMocked);
    }
}
