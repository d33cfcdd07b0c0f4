using System.Text.Json;
using ModelScan.Tests.Support;
using YamlDotNet.RepresentationModel;

namespace ModelScan.Tests.Integration.Deployment;

/// <summary>What Grafana is provisioned with fits together: dashboard, data source, and where Compose mounts them.</summary>
public sealed class GrafanaFilesTests
{
    private static string Folder => Path.Combine(RepositoryFiles.Root, "deploy", "grafana");

    [Fact]
    public void EveryPanel_AsksTheDataSourceThatIsProvisioned()
    {
        var source = Assert.Single((YamlSequenceNode)Yaml("provisioning/datasources/prometheus.yaml")["datasources"]);
        using var dashboard = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, "dashboards", "modelscan.json")));

        var asked = Sources(dashboard.RootElement).ToArray();

        Assert.NotEmpty(asked);
        Assert.All(asked, uid => Assert.Equal(source["uid"].ToString(), uid));
    }

    [Fact]
    public void DataSource_IsAServiceOfTheSameNetwork()
    {
        var url = new Uri(((YamlSequenceNode)Yaml("provisioning/datasources/prometheus.yaml")["datasources"])[0]["url"].ToString());

        var service = ComposeFile.Services[url.Host];
        var shared = ((YamlSequenceNode)service["networks"]).Intersect((YamlSequenceNode)ComposeFile.Services["grafana"]["networks"]);
        Assert.NotEmpty(shared);
        Assert.Contains($":{url.Port}/", service["healthcheck"]["test"].ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Dashboards_AreReadWhereTheyAreMounted()
    {
        var path = ((YamlSequenceNode)Yaml("provisioning/dashboards/modelscan.yaml")["providers"])[0]["options"]["path"].ToString();
        var volumes = ((YamlSequenceNode)ComposeFile.Services["grafana"]["volumes"]).Select(volume => volume.ToString());
        Assert.Contains($"./grafana/dashboards:{path}:ro", volumes);
    }

    private static YamlMappingNode Yaml(string file)
    {
        var yaml = new YamlStream();
        yaml.Load(new StringReader(File.ReadAllText(Path.Combine(Folder, file))));
        return (YamlMappingNode)yaml.Documents[0].RootNode;
    }

    private static IEnumerable<string?> Sources(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(member => member.Name == "datasource" && member.Value.TryGetProperty("uid", out var uid) ? [uid.GetString()] : Sources(member.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Sources),
        _ => [],
    };
}
