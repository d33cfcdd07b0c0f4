using System.Diagnostics;
using System.Text.RegularExpressions;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Integration.Deployment;

/// <summary>Alert rules, dashboard and scrape configuration against what the gateway writes and what Prometheus accepts.</summary>
public sealed partial class MonitoringFilesTests
{
    private static string Deploy => Path.Combine(RepositoryFiles.Root, "deploy");

    [Fact]
    public async Task EveryMetricAndLabelThatIsAskedFor_IsWritten()
    {
        await using var mock = await RunningMock.StartAsync();
        var sample = await File.ReadAllTextAsync(Path.Combine(RepositoryFiles.Root, "samples", "modelscan.yaml"));
        await using var gateway = await GatewayUnderTest.StartAsync(
            sample, $"--MockProviders={mock.Address}", $"--services:metrics-mock:http:0={mock.Address}", $"--services:prometheus:http:0={mock.Address}");
        var answer = await gateway.PostAsync("/v1/chat/completions", GatewayUnderTest.Chat("Write a Python function that implements binary search"));
        Assert.Equal(200, answer.Status);
        var written = await gateway.Client.GetStringAsync("/metrics");

        var asked = Metric().Matches(await AskedAsync()).ToArray();

        Assert.True(asked.Length > 15);
        Assert.All(asked.Select(match => Base(match.Value)).Distinct(), name => Assert.Contains($"# TYPE {name} ", written, StringComparison.Ordinal));

        // "instance" and "job" are Prometheus' own.
        Assert.All(LabelledMetric().Matches(await AskedAsync()).Where(match => match.Groups["label"].Value is not ("instance" or "job")).ToArray(), match =>
        {
            var name = Regex.Escape(match.Groups["metric"].Value);
            if (Regex.IsMatch(written, $"^{name}[ {{]", RegexOptions.Multiline, TimeSpan.FromSeconds(5)))
                Assert.Matches($@"(?m)^{name}\{{[^}}]*\b{match.Groups["label"].Value}=", written);
        });
    }

    [SkippableTheory]
    [InlineData("rules", "alerts.yml")]
    [InlineData("config", "prometheus.yml")]
    public async Task PrometheusFile_IsAccepted(string kind, string file)
    {
        Skip.IfNot(File.Exists("/usr/bin/promtool"), "promtool is not on this machine");
        var start = new ProcessStartInfo("/usr/bin/promtool", ["check", kind, Path.Combine(Deploy, "prometheus", file)]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        using var process = Process.Start(start)!;
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var output = await process.StandardOutput.ReadToEndAsync(patience.Token) + await process.StandardError.ReadToEndAsync(patience.Token);
        await process.WaitForExitAsync(patience.Token);
        Assert.True(process.ExitCode == 0, output);
    }

    private static async Task<string> AskedAsync() =>
        await File.ReadAllTextAsync(Path.Combine(Deploy, "prometheus", "alerts.yml"))
        + await File.ReadAllTextAsync(Path.Combine(Deploy, "grafana", "dashboards", "modelscan.json"))
        + await File.ReadAllTextAsync(Path.Combine(Deploy, "gateway", "modelscan.yaml"));

    // Of a histogram the type is told under the name without what its series end in.
    private static string Base(string name) => name.EndsWith("_bucket", StringComparison.Ordinal) ? name[..^"_bucket".Length] : name;

    [GeneratedRegex(@"\b(?:brightstaff|modelscan|process)_(?!route\b|mode\b)[a-z_]+\b(?!\.)", RegexOptions.None, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Metric();

    [GeneratedRegex(@"by \((?:le, )?(?<label>[a-z_]+)(?:, [a-z_]+)*\) \((?:rate\()?(?<metric>(?:brightstaff|modelscan)_[a-z_]+)", RegexOptions.None, matchTimeoutMilliseconds: 5000)]
    private static partial Regex LabelledMetric();
}
