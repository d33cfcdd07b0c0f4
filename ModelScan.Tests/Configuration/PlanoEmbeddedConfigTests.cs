using ModelScan.RoutingApi.Configuration;

namespace ModelScan.Tests.Configuration;

public sealed class PlanoEmbeddedConfigTests
{
    [Fact]
    public void Read_OnlyThePath_TakesDefaults()
    {
        var embedded = Read("config_path: p.yaml");
        Assert.Equal(("p.yaml", "katanemo/plano:0.4.36", 0, null, null), (embedded.ConfigPath, embedded.Image, embedded.EgressPort, embedded.IngressPort, embedded.Engine));
        Assert.Equal((ImagePull.Missing, 10, 30, 3), (embedded.Pull, embedded.PullTimeout.TotalMinutes, embedded.HealthInterval.TotalSeconds, embedded.MaxRestarts));
        Assert.Equal((60, 5, 10), (embedded.StartTimeout.TotalSeconds, embedded.HealthTimeout.TotalSeconds, embedded.RestartWindow.TotalMinutes));
    }

    [Fact]
    public void Read_EverySetting_IsTaken()
    {
        var embedded = Read("""
            engine: podman, pull: always, pull_timeout: 2m, health_interval: 10s, health_timeout: 250ms, restart_window: 1h,
                ports: { ingress: 0, egress: 0 }, start_timeout: 5, max_restarts: 0, health_endpoint: /well, while_starting: unavailable, fallback: true
            """);
        Assert.Equal(("podman", ImagePull.Always, 2, 10), (embedded.Engine, embedded.Pull, embedded.PullTimeout.TotalMinutes, embedded.HealthInterval.TotalSeconds));
        Assert.Equal((250, 1, 0, 0), (embedded.HealthTimeout.TotalMilliseconds, embedded.RestartWindow.TotalHours, embedded.IngressPort, embedded.EgressPort));
        Assert.Equal((5, 0, "/well", WhileStarting.Unavailable), (embedded.StartTimeout.TotalSeconds, embedded.MaxRestarts, embedded.HealthEndpoint, embedded.WhileStarting));
    }

    [Theory]
    [InlineData("fallback: true", WhileStarting.Fallback)]
    [InlineData("fallback: false", WhileStarting.Unavailable)]
    [InlineData("while_starting: fallback, fallback: true", WhileStarting.Fallback)]
    [InlineData("config_path: p.yaml", WhileStarting.Unavailable)]
    public void Read_WhileStarting_FollowsTheFallbackUnlessItIsSet(string settings, WhileStarting expected) => Assert.Equal(expected, Read(settings).WhileStarting);

    [Theory]
    [InlineData("engine: containerd", "engine", 3)]
    [InlineData("pull: sometimes", "pull", 3)]
    [InlineData("pull_timeout: 0", "pull_timeout", 3)]
    [InlineData("health_interval: 60d", "health_interval", 3)]
    [InlineData("restart_window: soon", "restart_window", 3)]
    [InlineData("while_starting: wait", "while_starting", 3)]
    [InlineData("while_starting: fallback", "while_starting", 3)]
    [InlineData("config_path: ''", "config_path", 3)]
    [InlineData("image: --privileged", "image", 3)]
    [InlineData("health_endpoint: healthz", "health_endpoint", 3)]
    [InlineData("health_intervall: 5", "health_intervall", 3)]
    [InlineData("ports: { ingress: 9, egress: 9 }", "ports.ingress", 3)]
    [InlineData("env: { A-B: x }", "env.A-B", 3)]
    [InlineData("env: { A: \"x\\ny\" }", "env.A", 3)]
    public void Read_WrongValue_IsNamedByPathAndLine(string setting, string path, int line)
    {
        var error = Assert.Single(ConfigText.Errors($"routing:\n  mode: plano_embedded\n  embedded: {{ {setting} }}"));
        Assert.Equal(($"routing.embedded.{path}", line), (error.Path, error.Line));
    }

    [Fact]
    public void Read_GatewaysOwnPort_IsNoted() =>
        Assert.Contains(ConfigText.Load("routing: { mode: plano_embedded, embedded: { ports: { egress: 12000 } } }").Notices, notice => notice.Path == "routing.embedded.ports.egress");

    [Fact]
    public void IsSameAs_EqualSettingsReadTwice_True() => Assert.True(Read("env: { A: x }, engine: podman").IsSameAs(Read("env: { A: x }, engine: podman")));

    [Theory]
    [InlineData("env: { A: y }")]
    [InlineData("env: { A: x, B: x }")]
    [InlineData("env: { A: x }, image: other")]
    public void IsSameAs_OtherSettings_False(string other) => Assert.False(Read("env: { A: x }").IsSameAs(Read(other)));

    private static PlanoEmbeddedConfig Read(string settings) => ConfigText.Read($"routing:\n  mode: plano_embedded\n  embedded: {{ {settings} }}").Embedded!;
}
