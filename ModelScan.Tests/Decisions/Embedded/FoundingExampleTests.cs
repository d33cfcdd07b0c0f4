using System.Text;
using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Conversations;
using ModelScan.RoutingApi.Decisions;
using ModelScan.RoutingApi.Providers;
using ModelScan.Tests.Configuration;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Decisions.Embedded;

/// <summary>What the founding documents and the samples ask, decided by the shipped classifier over the routes that they show.</summary>
public sealed class FoundingExampleTests
{
    private const string InlineExample = """
        [
          {"model": "openai/gpt-4o", "routing_preferences": [{"name": "coding", "description": "code generation and debugging"}]},
          {"model": "openai/gpt-4o-mini", "routing_preferences": [{"name": "general", "description": "simple questions and conversation"}]}
        ]
        """;

    // Ten lines of YAML, the routes within their models.
    private static readonly RouteSet TenLines = Routes("""
        model_providers:
          - model: openai/gpt-4o-mini
            default: true
          - model: openai/gpt-4o
            routing_preferences:
              - name: complex_reasoning
                description: complex reasoning tasks, multi-step analysis
          - model: anthropic/claude-sonnet-4-20250514
            routing_preferences:
              - name: code_generation
                description: generating new code, writing functions
        """);

    private static readonly RouteSet Sample = Routes(File.ReadAllText(Path.Combine(RepositoryFiles.Root, "samples", "modelscan.yaml")));

    public static TheoryData<string, string?> Demos { get; } = new()
    {
        { "Write a Python function that implements binary search", "code_generation" },
        { "Explain the trade-offs between microservices and monolithic architectures", "complex_reasoning" },
        { "What is the capital of France?", null },
        { "Create a REST API endpoint in Rust using actix-web that handles user registration", "code_generation" },
        { "Build a React component that renders a sortable data table", "code_generation" },
        { "Write a Python function for binary search", "code_generation" },
    };

    [Theory]
    [MemberData(nameof(Demos))]
    public async Task Demo_OverTheTenLines_IsDecidedAsShown(string prompt, string? route) => Assert.Equal(route, await DecideAsync(TenLines, prompt));

    [Theory]
    [MemberData(nameof(Demos))]
    public async Task Demo_OverTheSample_IsDecidedAsShown(string prompt, string? route) => Assert.Equal(route, await DecideAsync(Sample, prompt));

    [Theory]
    [InlineData("Write quicksort in Go", "coding")]
    [InlineData("hi, how are you today?", "general")]
    public async Task InlinePolicy_OfTheExample_IsDecidedByItsOwnRoutes(string prompt, string route)
    {
        var inline = InlineRoutes.Read(default, Encoding.UTF8.GetBytes(InlineExample), new InlineRoutesConfig(), out var note);

        Assert.Null(note);
        Assert.Equal(route, await DecideAsync(Table(inline!, ConfigText.Read(ConfigText.Version4)).Set, prompt));
    }

    /// <summary>The prompts kept with the benchmark for the sample's routes, with the few that are known to be decided wrong.</summary>
    [Fact]
    public async Task SamplePrompts_AreDecidedRightButForTheKnownOnes()
    {
        string[] known = ["Tell me a joke"];
        var wrong = new List<string>();
        foreach (var line in await File.ReadAllLinesAsync(Path.Combine(RepositoryFiles.Root, "bench", "RouterEval", "sample-prompts.tsv")))
        {
            var (route, prompt) = (line.Split('\t')[0], line.Split('\t')[1]);
            if ((await DecideAsync(Sample, prompt) ?? "none") != route)
                wrong.Add(prompt);
        }

        Assert.Equal(known, wrong);
    }

    private static RouteSet Routes(string yaml)
    {
        var config = ConfigText.Read(yaml, ("OPENAI_API_KEY", "k"), ("ANTHROPIC_API_KEY", "k"));
        return Table(config.Routes, config).Set;
    }

    private static RouteTable Table(IReadOnlyList<RoutePreferenceConfig> routes, RoutingConfig config) => new(routes, new ModelDirectory(config, null), CandidateState.Well);

    private static async Task<string?> DecideAsync(RouteSet routes, string prompt) =>
        (await ShippedClassifier.ClassifyAsync(routes, (ConversationRole.User, prompt))).Route;
}
