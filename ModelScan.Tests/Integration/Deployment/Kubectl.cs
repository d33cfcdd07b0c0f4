using System.Text.Json;

namespace ModelScan.Tests.Integration.Deployment;

/// <summary><c>kubectl</c> of this machine, without a cluster.</summary>
internal static class Kubectl
{
    // Kustomize 5 is in kubectl from 1.27 on; Debian 12's 1.20 has version 2, which does not know "labels".
    private const int LeastKustomize = 5;

    /// <summary>Skips the test where there is none, or one whose Kustomize is too old.</summary>
    public static async Task SkipIfMissingAsync()
    {
        Skip.IfNot(Command.Exists("kubectl"), "kubectl is not on this machine");
        var version = await Command.RunAsync("kubectl", "version", "--client", "--output", "json");
        using var document = JsonDocument.Parse(version.Output);
        var kustomize = document.RootElement.TryGetProperty("kustomizeVersion", out var found) ? found.GetString()! : "v0";
        Skip.If(int.Parse(kustomize[1..].Split('.')[0], System.Globalization.CultureInfo.InvariantCulture) < LeastKustomize, $"kubectl's Kustomize is {kustomize}");
    }

    /// <summary>What <c>kubectl kustomize</c> renders of a folder below <c>deploy/k8s</c>.</summary>
    public static async Task<string> KustomizeAsync(string folder) =>
        (await Command.RunAsync("kubectl", "kustomize", Path.Combine(KubernetesManifests.Folder, folder))).Succeeded().Output;
}
