using ModelScan.RoutingApi.Configuration.Schema;
using ModelScan.Tests.Cli;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Configuration.Schema;

/// <summary>
/// The schema by which editors check configurations says what the gateway enforces. That it accepts every valid configuration that a test
/// holds is asserted where tests read them: in <see cref="ConfigText"/> and <see cref="GatewayUnderTest"/>.
/// </summary>
public sealed class ConfigSchemaTests
{
    private static readonly string Samples = Path.Combine(RepositoryFiles.Root, "samples");

    // What holds between entries, and what is no YAML at all, a schema cannot see.
    private static readonly string[] BeyondSchemas =
    [
        "version: [",
        "version: v0.4.0\nversion: v0.4.0",
        "listeners:\n  - { type: model, name: a }\n  - { type: model, name: b }",
        "model_providers:\n  - { model: openai/a, default: true }\n  - { model: openai/b, default: true }",
        "model_providers: [{ model: openai/a }, { model: openai/a, name: b }]",
        ConfigText.Models + "routing_preferences: [{ name: n, description: d, models: [openai/gpt-5] }]",
        ConfigText.Models + "routing_preferences: [{ name: n, description: d, models: [openai/gpt-4o], selection_policy: { prefer: cheapest } }]",
        ConfigText.Models + "routing_preferences: [{ name: n, description: d, models: [openai/gpt-4o], selection_policy: { prefer: fastest } }]",
        "routing: { classifier: endpoint }",
    ];

    public static TheoryData<string> SampleFiles => [.. Directory.EnumerateFiles(Samples, "*.yaml").Select(file => Path.GetFileName(file))];

    public static TheoryData<string> Broken => [.. BrokenConfigTests.Broken.Select(row => (string)row[0]).Except(BeyondSchemas)];

    [Fact]
    public async Task CommittedFile_IsWhatTheCommandWrites()
    {
        var run = await CommandRun.OfAsync("schema");
        Assert.Equal(0, run.Code);
        Assert.True(
            run.Output == await File.ReadAllTextAsync(Path.Combine(Samples, "modelscan.schema.json")),
            "samples/modelscan.schema.json is not current: dotnet run --project ModelScan.RoutingApi -- schema > samples/modelscan.schema.json");
    }

    [Theory]
    [MemberData(nameof(SampleFiles))]
    public async Task Sample_IsAcceptedAndNamesTheSchema(string file)
    {
        var text = await File.ReadAllTextAsync(Path.Combine(Samples, file));
        SchemaCheck.AssertAccepts(text);
        Assert.StartsWith("# yaml-language-server: $schema=modelscan.schema.json\n", text, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Broken))]
    public void BrokenConfiguration_IsRefused(string yaml) => Assert.False(SchemaCheck.Accepts(yaml), yaml);

    [Theory]
    [InlineData("listeners: [{ type: model, name: m, port: $PORT, timeout: \"30s\" }]")]
    [InlineData("listeners: [{ type: model, name: m, port: '12000', address: '::1' }]")]
    [InlineData("routing: { fallback: \"${FALLBACK:-yes}\", max_request_body: 50MB, keep_alive: 500 ms }")]
    [InlineData("model_providers: null\nllm_providers: [{ model: google/gemini-2.5-pro }]")]
    [InlineData("model_providers: [{ model: nobody/m, base_url: $URL, provider_interface: openai }]")]
    [InlineData("model_aliases: { fast: { target: openai/gpt-4o } }")]
    public void VariablesQuotesAndNulls_AreAccepted(string yaml) => SchemaCheck.AssertAccepts(yaml);

    [Fact]
    public void EveryKey_IsDescribed()
    {
        var nameless = SchemaMaps.Of(ConfigSchema.Create())
            .SelectMany(map => map.Properties.Select(property => (map.Path, property.Key, Value: property.Value!.AsObject())))
            .Where(property => string.IsNullOrWhiteSpace((string?)property.Value["description"]));
        Assert.Empty(nameless);
    }
}
