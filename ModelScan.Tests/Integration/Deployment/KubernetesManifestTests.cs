using System.Text.RegularExpressions;
using k8s.Models;
using ModelScan.Tests.Configuration;

namespace ModelScan.Tests.Integration.Deployment;

/// <summary>
/// What lies under <c>deploy/k8s</c>, read strictly into the types of Kubernetes' own API: a misspelt or misplaced field fails, as it
/// would at an API server that validates strictly.
/// </summary>
public sealed partial class KubernetesManifestTests
{
    private static readonly string[] NoManifests = ["kustomization.yaml", "modelscan.yaml", "config_k8s.yaml"];

    private static string Folder => KubernetesManifests.Folder;

    public static TheoryData<string> Manifests =>
        [.. Directory.EnumerateFiles(Folder, "*.yaml", SearchOption.AllDirectories).Where(file => !NoManifests.Contains(Path.GetFileName(file))).Select(file => Path.GetRelativePath(Folder, file))];

    public static TheoryData<string> Kustomizations =>
        [.. Directory.EnumerateFiles(Folder, "kustomization.yaml", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Folder, file))];

    [Theory]
    [MemberData(nameof(Manifests))]
    public void Manifest_IsWhatTheApiTakes(string file) => Assert.NotEmpty(Read(file));

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

    [Fact]
    public void NamesOfTheDemo_AreThoseOfTheManifests()
    {
        var (router, plano) = (Deployment("plano/vllm-deployment.yaml"), Deployment("plano/plano-deployment.yaml"));
        var service = Read("plano/plano-deployment.yaml").OfType<V1Service>().Single();

        Assert.Equal(("arch-router", "plano", "plano"), (router.Spec.Template.Metadata.Labels["app"], plano.Metadata.Name, service.Metadata.Name));
        Assert.Equal(12000, Assert.Single(service.Spec.Ports).Port);
        Assert.Equal(service.Spec.Selector, plano.Spec.Template.Metadata.Labels);
        Assert.Equal(Assert.Single(service.Spec.Ports).TargetPort.Value, Assert.Single(Assert.Single(plano.Spec.Template.Spec.Containers).Ports).Name);
    }

    private static V1Deployment Deployment(string file) => Read(file).OfType<V1Deployment>().Single();

    private static IReadOnlyList<k8s.IKubernetesObject<V1ObjectMeta>> Read(string file) => KubernetesManifests.Read(File.ReadAllText(Path.Combine(Folder, file)));

    [GeneratedRegex(@"^\s+- (?:path: )?((?:\.\./|[a-z-]+\.yaml).*)$", RegexOptions.Multiline, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Named();
}
