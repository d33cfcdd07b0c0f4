using System.Text;

namespace ModelScan.Tests.Integration.Deployment;

/// <summary>The documentation's commands, by the real <c>kubectl</c>, against as much of a cluster as they need.</summary>
public sealed class KubectlTests
{
    private const string Plano = "deploy/k8s/plano";

    [SkippableFact]
    public async Task CommandsOfTheDemo_WorkWordForWord()
    {
        await Kubectl.SkipIfMissingAsync();
        await using var cluster = await SmallCluster.StartAsync();
        await OutputAsync("kubectl get nodes --show-labels | grep -i gpu", "nvidia");
        await OutputAsync("kubectl get node gpu-node -o jsonpath='{.spec.taints}'", "nvidia.com/gpu");

        await OutputAsync("kubectl apply -f vllm-deployment.yaml", "deployment.apps/arch-router created", "service/arch-router created");
        await OutputAsync("kubectl create secret generic plano-secrets --from-literal=OPENAI_API_KEY=$OPENAI_API_KEY --from-literal=ANTHROPIC_API_KEY=$ANTHROPIC_API_KEY", "secret/plano-secrets created");
        await OutputAsync("kubectl create configmap plano-config --from-file=plano_config.yaml=config_k8s.yaml --dry-run=client -o yaml | kubectl apply -f -", "configmap/plano-config created");
        await OutputAsync("kubectl apply -f plano-deployment.yaml", "deployment.apps/plano created", "service/plano created");

        // "-w" has no end of its own.
        await OutputAsync("(timeout 5 kubectl get pods -l app=arch-router -w || [ $? = 124 ])", "arch-router-0");
        await OutputAsync("timeout 60 kubectl rollout status deployment/plano", "deployment \"plano\" successfully rolled out");
        await OutputAsync("kubectl logs -l app=arch-router -f --tail=0", "POST /v1/chat/completions");

        await OutputAsync("kubectl create configmap plano-config --from-file=plano_config.yaml=config_k8s.yaml --dry-run=client -o yaml | kubectl apply -f -", "configmap/plano-config");
        await OutputAsync("kubectl rollout restart deployment/plano", "deployment.apps/plano restarted");

        var secret = cluster.Object("Secret/plano-secrets")["data"]!;
        Assert.Equal("openai-key", Encoding.UTF8.GetString(Convert.FromBase64String((string)secret["OPENAI_API_KEY"]!)));
        Assert.NotNull(cluster.Object("Deployment/plano")["spec"]!["template"]!["metadata"]!["annotations"]!["kubectl.kubernetes.io/restartedAt"]);

        async Task OutputAsync(string command, params string[] expected)
        {
            var output = (await cluster.RunAsync(Plano, command)).Succeeded().Output;
            Assert.All(expected, text => Assert.Contains(text, output, StringComparison.Ordinal));
        }
    }

    [SkippableTheory]
    [InlineData("base", "Deployment/modelscan")]
    [InlineData("overlays/redis", "Deployment/redis")]
    [InlineData("overlays/gpu-router", "Deployment/arch-router")]
    public async Task Folder_IsAppliedWithK(string folder, string brings)
    {
        await Kubectl.SkipIfMissingAsync();
        await using var cluster = await SmallCluster.StartAsync();

        (await cluster.RunAsync("", $"kubectl apply -k deploy/k8s/{folder}")).Succeeded();
        string[] expected = ["Namespace/modelscan", "ConfigMap/modelscan-config", "HorizontalPodAutoscaler/modelscan", "NetworkPolicy/modelscan", brings];
        Assert.Empty(expected.Except(cluster.Names, StringComparer.Ordinal));

        // Once more changes nothing that runs.
        var again = (await cluster.RunAsync("", $"kubectl apply -k deploy/k8s/{folder}")).Succeeded();
        Assert.DoesNotContain("created", again.Output, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Manifest_WithAFieldThatIsNone_IsRefused()
    {
        await Kubectl.SkipIfMissingAsync();
        await using var cluster = await SmallCluster.StartAsync();

        var applied = await cluster.RunAsync("deploy/k8s/base", "sed 's/port: 12000/prot: 12000/' service.yaml | kubectl apply -f -");

        Assert.NotEqual(0, applied.ExitCode);
        Assert.Contains("prot", applied.Error, StringComparison.Ordinal);
    }
}
