using System.Reflection;
using System.Text.RegularExpressions;
using k8s;
using k8s.Models;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Integration.Deployment;

/// <summary>Reads manifests strictly into the types of Kubernetes' own API.</summary>
internal static class KubernetesManifests
{
    private static readonly Dictionary<string, Type> Kinds = new(StringComparer.Ordinal)
    {
        ["v1/Namespace"] = typeof(V1Namespace),
        ["v1/ServiceAccount"] = typeof(V1ServiceAccount),
        ["v1/Service"] = typeof(V1Service),
        ["v1/ConfigMap"] = typeof(V1ConfigMap),
        ["v1/Secret"] = typeof(V1Secret),
        ["apps/v1/Deployment"] = typeof(V1Deployment),
        ["policy/v1/PodDisruptionBudget"] = typeof(V1PodDisruptionBudget),
        ["autoscaling/v2/HorizontalPodAutoscaler"] = typeof(V2HorizontalPodAutoscaler),
        ["networking.k8s.io/v1/NetworkPolicy"] = typeof(V1NetworkPolicy),
    };

    private static readonly MethodInfo Deserialize = typeof(KubernetesYaml).GetMethods()
        .Single(method => method is { Name: "Deserialize", IsGenericMethodDefinition: true } && method.GetParameters() is [{ ParameterType: var first }, _] && first == typeof(string));

    /// <summary><c>deploy/k8s</c>.</summary>
    public static string Folder { get; } = Path.Combine(RepositoryFiles.Root, "deploy", "k8s");

    /// <summary>The documents of a text.</summary>
    public static IReadOnlyList<IKubernetesObject<V1ObjectMeta>> Read(string text) => [.. text.Split("\n---\n").Select(ReadOne)];

    private static IKubernetesObject<V1ObjectMeta> ReadOne(string document)
    {
        var kind = $"{Field(document, "apiVersion")}/{Field(document, "kind")}";
        Assert.True(Kinds.TryGetValue(kind, out var type), $"{kind} is not known here");
        return (IKubernetesObject<V1ObjectMeta>)Deserialize.MakeGenericMethod(type!).Invoke(null, [document, true])!;
    }

    private static string Field(string document, string name) => Regex.Match(document, $"^{name}: (.+)$", RegexOptions.Multiline, TimeSpan.FromSeconds(5)).Groups[1].Value.Trim();
}
