using ModelScan.Tests.Support;

namespace ModelScan.Tests.Cli;

public sealed class ValidateCommandTests
{
    private static readonly string Samples = Path.Combine(AppContext.BaseDirectory, "samples");

    [Fact]
    public async Task RedisUrl_ThatIsNone_IsAnErrorBeforeAnythingStarts()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("modelscan.yaml", "routing: { session_cache: { type: redis, url: \"redis://h:99999999\", tenant_header: x-t } }\n");
        (await CommandRun.OfAsync("validate", file)).FailedInOneLine(1, "routing.session_cache.url");
    }

    [Fact]
    public async Task ValidFiles_AreSummedUpOneByOne()
    {
        var run = await CommandRun.OfAsync("validate", Path.Combine(Samples, "modelscan.yaml"), Path.Combine(Samples, "modelscan.direct.yaml"));
        Assert.Equal(0, run.Code);
        Assert.Contains("modelscan.yaml: valid (3 models, 2 routes, 2 metrics sources)", run.Output, StringComparison.Ordinal);
        Assert.Contains("modelscan.direct.yaml: valid (3 models", run.Output, StringComparison.Ordinal);
        Assert.Empty(run.Error);
    }

    [Fact]
    public async Task OneBadFileOfTwo_Fails()
    {
        var run = await CommandRun.OfAsync("validate", Path.Combine(Samples, "nothing.yaml"), Path.Combine(Samples, "modelscan.yaml"));
        run.FailedInOneLine(1, "nothing.yaml: there is no such file");
        Assert.Contains("modelscan.yaml: valid", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Strict_CountsWarningsAsErrors()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("modelscan.yaml", "overrides: { upstream_tls_ca_path: /ca.pem }");
        var run = await CommandRun.OfAsync("validate", file);
        Assert.Equal(0, run.Code);
        Assert.Contains("warning: line 1: overrides.upstream_tls_ca_path: is NOT enforced", run.Error, StringComparison.Ordinal);
        (await CommandRun.OfAsync("validate", "--strict", file)).FailedInOneLine(1, "line 1: overrides.upstream_tls_ca_path: is NOT enforced");
    }

    [Fact]
    public async Task MisspeltOption_NamesTheNearest() => (await CommandRun.OfAsync("validate", Samples, "--stict")).FailedInOneLine(2, "unknown option '--stict'; did you mean '--strict'?");

    [Fact]
    public async Task Directory_IsRefused() => (await CommandRun.OfAsync("validate", Samples)).FailedInOneLine(1, "is a directory, not a file");
}
