using k8s;
using k8s.Models;
using ModelScan.Tests.Configuration;

namespace ModelScan.Tests.Integration.Deployment;

/// <summary>What <c>kubectl apply -k</c> would send, rendered by the real program and read strictly.</summary>
public sealed class KustomizeTests
{
    public static TheoryData<string> Folders => ["base", "overlays/redis", "overlays/gpu-router", "plano"];

    public static TheoryData<string> Gateways => ["base", "overlays/redis", "overlays/gpu-router"];

    [SkippableTheory]
    [MemberData(nameof(Folders))]
    public async Task Folder_RendersToWhatTheApiTakes(string folder)
    {
        var objects = await RenderAsync(folder);

        Assert.NotEmpty(objects);
        Assert.Distinct(objects.Select(rendered => $"{rendered.Kind} {rendered.Metadata.Name}"));
    }

    [SkippableTheory]
    [MemberData(nameof(Folders))]
    public async Task EveryService_LeadsToAPodThatListensThere(string folder)
    {
        var objects = await RenderAsync(folder);
        var pods = objects.OfType<V1Deployment>().Select(deployment => deployment.Spec.Template).ToArray();

        Assert.All(objects.OfType<V1Service>(), service =>
        {
            var pod = Assert.Single(pods, pod => service.Spec.Selector.All(label => pod.Metadata.Labels.TryGetValue(label.Key, out var value) && value == label.Value));
            var ports = pod.Spec.Containers.SelectMany(container => container.Ports).Select(port => port.Name).ToArray();
            Assert.All(service.Spec.Ports, port => Assert.Contains(port.TargetPort.Value, ports));
        });
    }

    [SkippableTheory]
    [MemberData(nameof(Gateways))]
    public async Task EverythingOfTheGateway_IsInItsNamespace(string folder)
    {
        var objects = await RenderAsync(folder);

        Assert.All(objects.Where(rendered => rendered is not V1Namespace), rendered => Assert.Equal("modelscan", rendered.Metadata.NamespaceProperty));
        Assert.Equal("modelscan", Assert.Single(objects.OfType<V1Namespace>()).Metadata.Name);
    }

    [SkippableTheory]
    [MemberData(nameof(Gateways))]
    public async Task Configuration_IsMountedUnderOneNameForEver_AndValid(string folder)
    {
        var objects = await RenderAsync(folder);
        var map = Assert.Single(objects.OfType<V1ConfigMap>());

        Assert.Equal(map.Metadata.Name, Assert.Single(Gateway(objects).Spec.Template.Spec.Volumes, volume => volume.ConfigMap is not null).ConfigMap.Name);
        Assert.Equal("modelscan-config", map.Metadata.Name);
        Assert.Empty(ConfigText.Load(map.Data["modelscan.yaml"], ("OPENAI_API_KEY", "k"), ("ANTHROPIC_API_KEY", "k")).Warnings);
    }

    [SkippableTheory]
    [MemberData(nameof(Gateways))]
    public async Task Image_IsTheOneThatKustomizationNames(string folder) =>
        Assert.Equal("registry.example.com/modelscan:latest", Assert.Single(Gateway(await RenderAsync(folder)).Spec.Template.Spec.Containers).Image);

    [SkippableTheory]
    [MemberData(nameof(Gateways))]
    public async Task Autoscaler_LeavesTheNumberOfReplicasToItself(string folder)
    {
        var objects = await RenderAsync(folder);

        // A number in the Deployment would be put in force again with every "apply".
        Assert.Null(Gateway(objects).Spec.Replicas);
        Assert.Equal(("modelscan", 2), (Assert.Single(objects.OfType<V2HorizontalPodAutoscaler>()).Spec.ScaleTargetRef.Name, objects.OfType<V2HorizontalPodAutoscaler>().Single().Spec.MinReplicas));
    }

    [SkippableTheory]
    [InlineData("overlays/redis", "Routing__SessionCache__Url", "redis://:$(REDIS_PASSWORD)@redis:6379")]
    [InlineData("overlays/gpu-router", "Routing__Classifier__BaseUrl", "http://arch-router:8000/v1")]
    public async Task Overlay_AddsToWhatTheBaseSays(string folder, string variable, string value)
    {
        var (plain, overlaid) = (Variables(await RenderAsync("base")), Variables(await RenderAsync(folder)));

        Assert.Equal(value, overlaid[variable]);
        Assert.All(plain, variableOfBase => Assert.Equal(variableOfBase.Value, overlaid[variableOfBase.Key]));
    }

    [SkippableTheory]
    [InlineData("overlays/redis", "http://redis:6379")]
    [InlineData("overlays/gpu-router", "http://arch-router:8000")]
    public async Task Overlay_BringsTheServiceThatItNames(string folder, string address)
    {
        var url = new Uri(address);
        var service = Assert.Single((await RenderAsync(folder)).OfType<V1Service>(), service => service.Metadata.Name == url.Host);
        Assert.Contains(service.Spec.Ports, port => port.Port == url.Port);
    }

    [SkippableFact]
    public async Task PodSecurity_IsRestricted_SaveWhereAnImageRunsAsRoot()
    {
        Assert.Equal(("restricted", "restricted", "baseline"), (await LevelAsync("base"), await LevelAsync("overlays/redis"), await LevelAsync("overlays/gpu-router")));

        static async Task<string> LevelAsync(string folder) => (await RenderAsync(folder)).OfType<V1Namespace>().Single().Metadata.Labels["pod-security.kubernetes.io/enforce"];
    }

    [SkippableFact]
    public async Task PlanosSecretAndConfiguration_AreMadeAsThePageSays()
    {
        await Kubectl.SkipIfMissingAsync();
        var folder = Path.Combine(KubernetesManifests.Folder, "plano");
        var secret = await Command.RunAsync("kubectl", ["create", "secret", "generic", "plano-secrets", "--from-literal=OPENAI_API_KEY=k", "--from-literal=ANTHROPIC_API_KEY=k", "--dry-run=client", "-o", "yaml"], [], folder);
        var config = await Command.RunAsync("kubectl", ["create", "configmap", "plano-config", "--from-file=plano_config.yaml=config_k8s.yaml", "--dry-run=client", "-o", "yaml"], [], folder);
        var deployment = KubernetesManifests.Read(await File.ReadAllTextAsync(Path.Combine(folder, "plano-deployment.yaml"))).OfType<V1Deployment>().Single().Spec.Template.Spec;

        var made = Assert.IsType<V1ConfigMap>(Assert.Single(KubernetesManifests.Read(config.Succeeded().Output)));
        Assert.Equal(made.Metadata.Name, Assert.Single(deployment.Volumes).ConfigMap.Name);
        Assert.Equal(Assert.Single(made.Data).Key, Assert.Single(Assert.Single(deployment.Containers).VolumeMounts).SubPath);
        var keys = Assert.IsType<V1Secret>(Assert.Single(KubernetesManifests.Read(secret.Succeeded().Output)));
        Assert.Equal(keys.Metadata.Name, Assert.Single(Assert.Single(deployment.Containers).EnvFrom).SecretRef.Name);
        Assert.Equal(["ANTHROPIC_API_KEY", "OPENAI_API_KEY"], keys.Data.Keys.Order(StringComparer.Ordinal));
    }

    private static async Task<IReadOnlyList<IKubernetesObject<V1ObjectMeta>>> RenderAsync(string folder)
    {
        await Kubectl.SkipIfMissingAsync();
        return KubernetesManifests.Read(await Kubectl.KustomizeAsync(folder));
    }

    private static V1Deployment Gateway(IEnumerable<IKubernetesObject<V1ObjectMeta>> objects) => objects.OfType<V1Deployment>().Single(deployment => deployment.Metadata.Name == "modelscan");

    private static Dictionary<string, string?> Variables(IEnumerable<IKubernetesObject<V1ObjectMeta>> objects) =>
        Gateway(objects).Spec.Template.Spec.Containers.Single().Env.ToDictionary(variable => variable.Name, variable => (string?)variable.Value, StringComparer.Ordinal);
}
