using System.Text.RegularExpressions;
using k8s;
using k8s.Models;
using ModelScan.Tests.Configuration;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Integration.Deployment;

/// <summary>
/// What lies under <c>deploy/k8s</c>, read strictly into the types of Kubernetes' own API: a misspelt or misplaced field fails, as it
/// would at an API server that validates strictly.
/// </summary>
public sealed partial class KubernetesManifestTests
{
    private static readonly Dictionary<string, Type> Kinds = new(StringComparer.Ordinal)
    {
        ["v1/Namespace"] = typeof(V1Namespace),
        ["v1/ServiceAccount"] = typeof(V1ServiceAccount),
        ["v1/Service"] = typeof(V1Service),
        ["apps/v1/Deployment"] = typeof(V1Deployment),
        ["policy/v1/PodDisruptionBudget"] = typeof(V1PodDisruptionBudget),
        ["autoscaling/v2/HorizontalPodAutoscaler"] = typeof(V2HorizontalPodAutoscaler),
        ["networking.k8s.io/v1/NetworkPolicy"] = typeof(V1NetworkPolicy),
    };

    private static readonly string[] NoManifests = ["kustomization.yaml", "modelscan.yaml", "config_k8s.yaml"];

    private static string Folder => Path.Combine(RepositoryFiles.Root, "deploy", "k8s");

    public static TheoryData<string> Manifests =>
        [.. Directory.EnumerateFiles(Folder, "*.yaml", SearchOption.AllDirectories).Where(file => !NoManifests.Contains(Path.GetFileName(file))).Select(file => Path.GetRelativePath(Folder, file))];

    public static TheoryData<string> Kustomizations =>
        [.. Directory.EnumerateFiles(Folder, "kustomization.yaml", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Folder, file))];

    [Theory]
    [MemberData(nameof(Manifests))]
    public void Manifest_IsWhatTheApiTakes(string file)
    {
        foreach (var document in Documents(file))
            Assert.NotNull(Read(document));
    }

    [Theory]
    [MemberData(nameof(Kustomizations))]
    public void Kustomization_NamesFilesThatAreThere(string file)
    {
        var text = File.ReadAllText(Path.Combine(Folder, file));
        var folder = Path.GetDirectoryName(Path.Combine(Folder, file))!;
        var names = Named().Matches(text).Select(match => match.Groups[1].Value).ToArray();
        Assert.NotEmpty(names);
        Assert.All(names, name => Assert.True(Path.Exists(Path.GetFullPath(Path.Combine(folder, name))), $"{name} is not there"));
    }

    [Theory]
    [InlineData("base/modelscan.yaml")]
    [InlineData("plano/config_k8s.yaml")]
    public void Configuration_IsValid(string file)
    {
        var loaded = ConfigText.Load(File.ReadAllText(Path.Combine(Folder, file)), ("OPENAI_API_KEY", "k"), ("ANTHROPIC_API_KEY", "k"));
        Assert.Empty(loaded.Warnings);
    }

    [Fact]
    public void Gateway_RunsUnderRestrictedPodSecurity()
    {
        var pod = Deployment("base/deployment.yaml").Spec.Template.Spec;
        var container = pod.Containers.Single();
        Assert.Equal((true, "RuntimeDefault"), (pod.SecurityContext.RunAsNonRoot, pod.SecurityContext.SeccompProfile.Type));
        Assert.Equal((false, true), (container.SecurityContext.AllowPrivilegeEscalation, container.SecurityContext.ReadOnlyRootFilesystem));
        Assert.Equal(["ALL"], container.SecurityContext.Capabilities.Drop);
        Assert.False(pod.AutomountServiceAccountToken);
    }

    [Fact]
    public void Gateway_HasMoreTimeToEndThanItTakes()
    {
        var deployment = Deployment("base/deployment.yaml");
        var environment = deployment.Spec.Template.Spec.Containers.Single().Env.ToDictionary(variable => variable.Name, variable => variable.Value);
        var config = ConfigText.Read($"{ConfigText.Version4}routing: {{ shutdown: {{ delay: {environment["Routing__Shutdown__Delay"]}, timeout: {environment["Routing__Shutdown__Timeout"]} }} }}");
        Assert.True(deployment.Spec.Template.Spec.TerminationGracePeriodSeconds > (config.Shutdown.Delay + config.Shutdown.Timeout).TotalSeconds);
    }

    [Fact]
    public void Gateway_MountsItsConfigurationAsAFolder_SoThatChangesArrive() =>
        Assert.All(Deployment("base/deployment.yaml").Spec.Template.Spec.Containers.Single().VolumeMounts, mount => Assert.Null(mount.SubPath));

    [Fact]
    public void RouterModel_ToleratesTheTaintOfGraphicsNodes()
    {
        var toleration = Assert.Single(Deployment("plano/vllm-deployment.yaml").Spec.Template.Spec.Tolerations);
        Assert.Equal(("nvidia.com/gpu", "Exists", "NoSchedule"), (toleration.Key, toleration.OperatorProperty, toleration.Effect));
    }

    private static V1Deployment Deployment(string file) => Documents(file).Select(Read).OfType<V1Deployment>().Single();

    private static string[] Documents(string file) => File.ReadAllText(Path.Combine(Folder, file)).Split("\n---\n");

    private static object Read(string document)
    {
        var kind = $"{Field(document, "apiVersion")}/{Field(document, "kind")}";
        Assert.True(Kinds.TryGetValue(kind, out var type), $"{kind} is not known here");
        return typeof(KubernetesYaml).GetMethods()
            .Single(method => method is { Name: "Deserialize", IsGenericMethodDefinition: true } && method.GetParameters() is [{ ParameterType: var first }, _] && first == typeof(string))
            .MakeGenericMethod(type!).Invoke(null, [document, true])!;
    }

    private static string Field(string document, string name) => Regex.Match(document, $"^{name}: (.+)$", RegexOptions.Multiline, TimeSpan.FromSeconds(5)).Groups[1].Value.Trim();

    [GeneratedRegex(@"^\s+- (?:path: )?((?:\.\./|[a-z-]+\.yaml).*)$", RegexOptions.Multiline, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Named();
}
