using ModelScan.RoutingApi.Decisions.RouterModels;

namespace ModelScan.Tests.Decisions.RouterModels;

public sealed class RouterModelOptionsTests
{
    private static readonly RouterModelOptions Valid = new(new Uri("http://127.0.0.1:8000"));

    public static TheoryData<string, RouterModelOptions> Invalid => new()
    {
        { "relative endpoint", new RouterModelOptions(new Uri("/v1", UriKind.Relative)) },
        { "endpoint of another scheme", new RouterModelOptions(new Uri("ftp://127.0.0.1/")) },
        { "no model", Valid with { Model = "" } },
        { "provider without model", Valid with { Model = "katanemo/" } },
        { "key with line break", Valid with { ApiKey = "a\r\nb" } },
        { "empty hint", Valid with { ProviderHint = "" } },
        { "no time", Valid with { Timeout = TimeSpan.Zero } },
        { "endless time", Valid with { Timeout = Timeout.InfiniteTimeSpan } },
        { "too much time", Valid with { Timeout = TimeSpan.FromHours(1) } },
        { "no context", Valid with { ContextLengthTokens = 0 } },
        { "no entries", Valid with { CacheEntries = 0 } },
        { "no age", Valid with { CacheAge = TimeSpan.Zero } },
    };

    [Theory]
    [MemberData(nameof(Invalid))]
    public void Validate_ValueOutOfRange_Throws(string id, RouterModelOptions options) =>
        Assert.True(Record.Exception(options.Validate) is ArgumentException, id);

    [Fact]
    public void Validate_Defaults_Pass() => Valid.Validate();

    [Fact]
    public void ToString_LeavesSecretsOut()
    {
        var options = new RouterModelOptions(new Uri("http://me:word@127.0.0.1:8000/")) { ApiKey = "sk-secret" };

        Assert.Equal("Plano-Orchestrator at http://127.0.0.1:8000", options.ToString());
    }
}
