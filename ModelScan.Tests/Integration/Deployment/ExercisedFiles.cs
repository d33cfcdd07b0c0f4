using ModelScan.Tests.Configuration;
using ModelScan.Tests.Configuration.Schema;

namespace ModelScan.Tests.Integration.Deployment;

/// <summary>Who exercises which file that is there for deployment: a file that is in no row has no test.</summary>
internal static class ExercisedFiles
{
    /// <summary>What is walked, from the repository's root: a folder ends with a slash.</summary>
    public static IReadOnlyList<string> Walked { get; } = ["deploy/", "samples/", "docker-compose.yaml", "demo.sh", "Makefile", ".env.example", ".dockerignore", "eng/ci/"];

    /// <summary>A file, or a folder with everything in it, and the tests that run, read or render it.</summary>
    public static IReadOnlyList<(string Path, Type[] Tests)> Rows { get; } =
    [
        ("deploy/compose.yaml", [typeof(ComposeFileTests), typeof(ComposeConfigTests), typeof(ComposePostgresTests), typeof(ComposeOnEngineTests)]),
        ("deploy/Dockerfile", [typeof(DockerfileTests)]),
        ("deploy/gateway/modelscan.yaml", [typeof(DeployedConfigTests), typeof(ComposeOnEngineTests)]),
        ("deploy/plano/plano_config.yaml", [typeof(DeployedConfigTests)]),
        ("deploy/prometheus/alerts.yml", [typeof(MonitoringFilesTests)]),
        ("deploy/prometheus/prometheus.yml", [typeof(MonitoringFilesTests), typeof(ComposeOnEngineTests)]),
        ("deploy/grafana/dashboards/modelscan.json", [typeof(MonitoringFilesTests), typeof(GrafanaFilesTests)]),
        ("deploy/grafana/provisioning/", [typeof(GrafanaFilesTests)]),
        ("deploy/systemd/modelscan.service", [typeof(SystemdUnitTests)]),
        ("deploy/k8s/base/", [typeof(KubernetesManifestTests), typeof(KustomizeTests), typeof(KubectlTests)]),
        ("deploy/k8s/overlays/", [typeof(KubernetesManifestTests), typeof(KustomizeTests), typeof(KubectlTests)]),
        ("deploy/k8s/plano/vllm-deployment.yaml", [typeof(KubernetesManifestTests), typeof(KubectlTests)]),
        ("deploy/k8s/plano/plano-deployment.yaml", [typeof(KubernetesManifestTests), typeof(KubectlTests)]),
        ("deploy/k8s/plano/config_k8s.yaml", [typeof(KubernetesManifestTests), typeof(KubectlTests)]),
        ("deploy/k8s/plano/kustomization.yaml", [typeof(KustomizeTests)]),
        ("deploy/k8s/plano/demo.sh", [typeof(DemoScriptTests)]),
        ("samples/modelscan.schema.json", [typeof(ConfigSchemaTests)]),
        ("samples/requests.http", [typeof(SampleRequestTests)]),
        ("samples/modelscan.yaml", [typeof(SampleConfigTests), typeof(DemoScriptTests)]),
        ("samples/modelscan.agents.yaml", [typeof(SampleConfigTests)]),
        ("samples/modelscan.direct.yaml", [typeof(SampleConfigTests)]),
        ("samples/modelscan.governance.yaml", [typeof(SampleConfigTests)]),
        ("samples/modelscan.guards.yaml", [typeof(SampleConfigTests)]),
        ("samples/modelscan.plano-embedded.yaml", [typeof(SampleConfigTests)]),
        ("samples/modelscan.plano-proxy.yaml", [typeof(SampleConfigTests)]),
        ("samples/plano_config.yaml", [typeof(SampleConfigTests)]),
        ("docker-compose.yaml", [typeof(ComposeConfigTests)]),
        ("demo.sh", [typeof(DemoScriptTests), typeof(MakefileTests)]),
        ("Makefile", [typeof(MakefileTests)]),
        (".env.example", [typeof(ComposeFileTests), typeof(ComposeConfigTests)]),
        (".dockerignore", [typeof(DockerfileTests)]),
        ("eng/ci/containers.conf", [typeof(Plano.PlanoContainerOnEngineTests)]),
    ];
}
