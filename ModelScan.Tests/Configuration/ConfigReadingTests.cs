using Microsoft.Extensions.Configuration;
using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Configuration.Reading;

namespace ModelScan.Tests.Configuration;

public sealed class ConfigReadingTests
{
    [Fact]
    public void Expand_VariableInValue_IsReplaced() =>
        Assert.Equal("secret", ConfigText.Read("model_providers: [{ model: openai/a, access_key: $KEY }]", ("KEY", "secret")).Providers[0].AccessKey);

    [Fact]
    public void Expand_BracedVariableWithDefault_UsesDefaultWhenUnset() =>
        Assert.Equal("http://h:1/", ConfigText.Read("model_providers: [{ model: ollama/a, base_url: \"${URL:-http://h:1}\" }]").Providers[0].BaseUrl!.AbsoluteUri);

    [Fact]
    public void Expand_UnsetVariableInKey_BecomesEmptyAndIsReported()
    {
        var loaded = ConfigText.Load("model_providers: [{ model: openai/a, access_key: $NOWHERE }]");
        Assert.Equal("", loaded.Config.Providers[0].AccessKey);
        Assert.Contains(loaded.Notices, notice => notice.Message.Contains("NOWHERE", StringComparison.Ordinal));
    }

    [Fact]
    public void Expand_UnsetVariableInDescription_StaysAsWritten() => Assert.Equal(
        "costs $MUCH money",
        ConfigText.Read(ConfigText.Version4 + "routing_preferences: [{ name: a, description: costs $MUCH money, models: [openai/gpt-4o] }]").Routes[0].Description);

    [Fact]
    public void Expand_DotEnvBesideTheFile_WinsOverTheEnvironment() => Assert.Equal(
        "from file",
        ConfigText.LoadWith("model_providers: [{ model: openai/a, access_key: $KEY }]", ["# keys", "export KEY=\"from file\""], ("KEY", "from environment")).Config.Providers[0].AccessKey);

    [Theory]
    [InlineData("30", 30)]
    [InlineData("30s", 30)]
    [InlineData("250ms", 0.25)]
    [InlineData("5m", 300)]
    [InlineData("1.5h", 5400)]
    public void Duration_Form_IsRead(string written, double seconds) => Assert.Equal(
        TimeSpan.FromSeconds(seconds), ConfigText.Read($"routing: {{ proxy: {{ base_url: http://p, timeout: {written} }} }}").Proxy!.Timeout);

    [Theory]
    [InlineData("1048576", 1 << 20)]
    [InlineData("512KB", 512 << 10)]
    [InlineData("50MB", 50 << 20)]
    [InlineData("0.5 GB", 512 << 20)]
    public void Size_Form_IsRead(string written, long bytes) => Assert.Equal(bytes, ConfigText.Read($"routing: {{ max_request_body: {written} }}").MaxRequestBodyBytes);

    [Theory]
    [InlineData("Routing:Mode", "direct")]
    [InlineData("ROUTING:MODE", "direct")]
    public void Override_Mode_WinsOverTheFile(string key, string value)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new(key, value)]).Build();
        var overrides = RoutingOverrides.From(configuration.GetSection("Routing"));
        Assert.Equal(RoutingMode.Direct, Read("routing: { mode: policy }", overrides).Config.Mode);
    }

    [Fact]
    public void Override_NestedPascalCaseKey_MeansTheFilesSpelling()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("Routing:SessionCache:Type", "redis"), new("Routing:SessionCache:Url", "redis://r")]).Build();
        var session = Read("version: v0.4.0", RoutingOverrides.From(configuration.GetSection("Routing"))).Config.Session;
        Assert.Equal((SessionStoreKind.Redis, "redis://r"), (session.Store, session.RedisUrl));
    }

    [Fact]
    public void Override_OfEverySection_ReachesItsBlock()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(
        [
            new("Routing:Mode", "direct"), new("RequestLog:Store", "none"), new("ResponsesState:Store", "none"), new("Governance:Anonymous", "refuse"), new("Console:Enabled", "false"),
        ]).Build();
        var config = ConfigFile.Locate(configuration).Load().Config;
        Assert.Equal(
            (RoutingMode.Direct, RequestLogStore.None, ResponseStoreKind.None, AnonymousAccess.Refuse, false),
            (config.Mode, config.RequestLog.Store, config.ResponsesState.Store, config.Governance.Anonymous, config.HasConsole));
        Assert.Equal(configuration.GetChildren().Select(section => section.Key).Order(StringComparer.Ordinal), RoutingOverrides.Sections.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("version: v0.4.0", SessionStoreKind.Redis)]
    [InlineData("routing: { session_cache: { type: memory } }", SessionStoreKind.Memory)]
    public void CacheOfTheOrchestrator_IsUsedUnlessTheFileHasItsOwn(string yaml, SessionStoreKind expected) => Assert.Equal(
        expected, RoutingConfigReader.Read(yaml, "test.yaml", new VariableExpansion([], _ => null), [], "localhost:6379,password=p").Config.Session.Store);

    [Fact]
    public void Override_Invalid_IsRefusedWithoutALine()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("Routing:Mode", "turbo")]).Build();
        var exception = Assert.Throws<InvalidConfigException>(() => Read("version: v0.4.0", RoutingOverrides.From(configuration.GetSection("Routing"))));
        Assert.Equal(("routing.mode", 0), (exception.Errors[0].Path, exception.Errors[0].Line));
    }

    [Fact]
    public void Hash_OverrideChanges_Changes()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("Routing:Mode", "direct")]).Build();
        Assert.NotEqual(Read("version: v0.4.0", []).Hash, Read("version: v0.4.0", RoutingOverrides.From(configuration.GetSection("Routing"))).Hash);
    }

    [Fact]
    public void Document_Secrets_AreMaskedAndVariablesShown()
    {
        var document = ConfigText.Load("""
            model_providers: [{ model: openai/a, access_key: sk-123, headers: { x-tenant: inside } }, { model: openai/b, access_key: $KEY }]
            routing: { session_cache: { type: redis, url: "redis://user:pass@host:6379/0" }, proxy: { base_url: http://p, api_key: pk-9 } }
            """).Document;
        Assert.DoesNotContain("sk-123", document, StringComparison.Ordinal);
        Assert.DoesNotContain("inside", document, StringComparison.Ordinal);
        Assert.DoesNotContain("pass@", document, StringComparison.Ordinal);
        Assert.DoesNotContain("pk-9", document, StringComparison.Ordinal);
        Assert.Contains("$KEY", document, StringComparison.Ordinal);
        Assert.Contains("host:6379", document, StringComparison.Ordinal);
    }

    [Fact]
    public void AliasesMultiply_IsRefused()
    {
        var yaml = new System.Text.StringBuilder("version: v0.4.0\noverrides:\n  a0: &a0 [x]\n");
        for (var i = 1; i < 40; i++)
            yaml.Append(System.Globalization.CultureInfo.InvariantCulture, $"  a{i}: &a{i} [*a{i - 1}, *a{i - 1}]\n");
        Assert.Contains("aliases repeat", Assert.Single(ConfigText.Errors(yaml.ToString())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Notices_KeysWithoutEffect_AreListedOnce()
    {
        var loaded = ConfigText.Load(ConfigText.Version4 + "overrides: { upstream_tls_ca_path: /ca.pem }\nsystem_prompt: hi\n");
        Assert.Equal(["overrides.upstream_tls_ca_path"], loaded.Warnings.Select(warning => warning.Path));
        Assert.Equal(["system_prompt"], loaded.Notices.Select(notice => notice.Path));
    }

    [Fact]
    public void RouterModel_NamedInOverrides_IsTheClassifier()
    {
        var classifier = ConfigText.Read("""
            version: v0.4.0
            model_providers: [{ model: plano/Arch-Router-1.5B, base_url: "http://localhost:11434/v1" }, { model: openai/gpt-4o }]
            overrides: { llm_routing_model: plano/Arch-Router-1.5B, orchestrator_model_context_length: 2048 }
            """).Classifier;
        Assert.Equal(ClassifierKind.Endpoint, classifier.Kind);
        Assert.Equal(("Arch-Router-1.5B", 2048), (classifier.RouterModel!.Model, classifier.RouterModel.ContextLength));
    }

    private static LoadedConfig Read(string yaml, IReadOnlyList<(string[] Path, string Value)> overrides) =>
        RoutingConfigReader.Read(yaml, "test.yaml", new VariableExpansion([], _ => null), overrides);
}
