using System.Reflection;
using System.Text.RegularExpressions;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Integration.Deployment;

/// <summary><c>docs/demo-commands.md</c>: nothing is left out, and what is said to be tried is a test.</summary>
public sealed partial class DemoCommandTests
{
    /// <summary>The commands that a reader of the two documents types.</summary>
    private static readonly string[] Commands =
    [
        "pip install planoai", "uv tool install planoai", "export OPENAI_API_KEY=", "export ANTHROPIC_API_KEY=", "cd demos/llm_routing/model_routing_service", "docker compose up -d", "planoai up config.yaml",
        "fetched digitalocean pricing: ", "fetched prometheus latency metrics: ", "./demo.sh", "curl http://localhost:12000/routing/v1/chat/completions", "kubectl get nodes --show-labels", "kubectl get node ",
        "kubectl apply -f vllm-deployment.yaml", "kubectl create secret generic plano-secrets", "kubectl create configmap plano-config --from-file=plano_config.yaml=config_k8s.yaml --dry-run=client -o yaml",
        "kubectl apply -f plano-deployment.yaml", "kubectl get pods -l app=arch-router -w", "kubectl rollout status deployment/plano", "kubectl port-forward svc/plano 12000:12000",
        "kubectl logs -l app=arch-router -f --tail=0", "kubectl rollout restart deployment/plano",
        "docker-compose up", "docker-compose up -d", "docker-compose down", "docker-compose logs -f", "make docker-up", "make docker-down", "make docker-logs", "planoai up plano_config.yaml",
        "curl http://localhost:8080/v1/chat/completions", "curl -f http://localhost:8080/health", "ARCHGW_BASE_URL", ".env.example",
    ];

    private static readonly string Page = File.ReadAllText(Path.Combine(RepositoryFiles.Root, "docs", "demo-commands.md"));

    private static readonly string[][] Rows =
        [.. Page.Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal) && !line.StartsWith("| There", StringComparison.Ordinal)).Select(line => Cell().Split(line.Trim()[1..^1]))];

    /// <summary>Every test that the page names.</summary>
    public static TheoryData<string> Named => [.. Rows.SelectMany(row => TestName().Matches(row[2])).Select(match => match.Groups["name"].Value).Distinct()];

    [Fact]
    public void EveryCommand_HasItsRow() =>
        Assert.All(Commands, command => Assert.Contains(Rows, row => row[0].Replace("\\|", "|", StringComparison.Ordinal).Contains(command, StringComparison.Ordinal)));

    [Fact]
    public void EveryRow_SaysWhatThereIs_AndWhoTriesIt()
    {
        Assert.All(Rows, row => Assert.Equal(3, row.Length));

        // A folder is changed by nobody's leave.
        Assert.Equal(["`cd demos/llm_routing/model_routing_service`"], Rows.Where(row => !TestName().IsMatch(row[2])).Select(row => row[0].Trim()));
        Assert.All(Rows, row => Assert.NotEmpty(row[1].Trim()));
    }

    [Theory]
    [MemberData(nameof(Named))]
    public void NamedTest_IsThere(string name)
    {
        var (type, method) = (name.Split('.')[0], name.Split('.')[1]);
        var found = typeof(DemoCommandTests).Assembly.GetTypes().Where(candidate => candidate.Name == type).Select(candidate => candidate.GetMethod(method)).OfType<MethodInfo>();
        Assert.NotNull(Assert.Single(found).GetCustomAttribute<FactAttribute>());
    }

    [Fact]
    public async Task StreamFromGemini_AsThePlanAsksForIt()
    {
        const string Chunk = """{"id":"1","object":"chat.completion.chunk","created":1,"model":"gemini-2.0-flash-exp","choices":[{"index":0,"delta":{"content":"test"},"finish_reason":"stop"}]}""";
        await using var provider = RawUpstream.Start($"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length: {Chunk.Length + 8 + 14}\r\n\r\ndata: {Chunk}\n\ndata: [DONE]\n\n");
        await using var gateway = await GatewayUnderTest.StartAsync(TestConfig.Direct.Model("gemini/gemini-2.0-flash-exp", provider.Address));

        var answer = await gateway.PostAsync("/v1/chat/completions", """{"model":"gemini-2.0-flash-exp","messages":[{"role":"user","content":"test"}],"stream":true}""");

        Assert.True(answer.Status == 200, answer.Text);
        Assert.Equal($"data: {Chunk}\n\ndata: [DONE]\n\n", answer.Text);
        Assert.Equal("gemini/gemini-2.0-flash-exp", answer.Headers["x-modelscan-model"]);
    }

    [GeneratedRegex(@"(?<!\\)\|", RegexOptions.None, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Cell();

    [GeneratedRegex(@"`(?<name>[A-Z]\w+Tests\.\w+)`", RegexOptions.None, matchTimeoutMilliseconds: 5000)]
    private static partial Regex TestName();
}
