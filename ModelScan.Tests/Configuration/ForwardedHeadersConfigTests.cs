namespace ModelScan.Tests.Configuration;

public sealed class ForwardedHeadersConfigTests
{
    [Fact]
    public void Read_Names_AreLowerCase()
    {
        var headers = ConfigText.Read(ConfigText.Models + "routing: { headers: { to_provider: [X-Team, x-acme-*], to_client: [x-cost] } }").Headers;
        Assert.Equal(["x-team", "x-acme-*"], headers.ToProvider);
        Assert.Equal(["x-cost"], headers.ToClient);
    }

    [Theory]
    [InlineData("to_provider: ['a b']", "routing.headers.to_provider", "is no name of a header")]
    [InlineData("to_provider: ['a*b']", "routing.headers.to_provider", "is no name of a header")]
    [InlineData("to_provider: ['']", "routing.headers.to_provider", "")]
    [InlineData("to_provider: ['*']", "routing.headers.to_provider", "names every header")]
    [InlineData("to_provider: [authorization]", "routing.headers.to_provider", "is a credential")]
    [InlineData("to_provider: [x-api-*]", "routing.headers.to_provider", "is a credential")]
    [InlineData("to_provider: [transfer-encoding]", "routing.headers.to_provider", "belongs to one connection")]
    [InlineData("to_client: [Connection]", "routing.headers.to_client", "belongs to one connection")]
    [InlineData("to_client: [x-modelscan-model]", "routing.headers.to_client", "is the gateway's own")]
    [InlineData("both: [x]", "routing.headers.both", "")]
    public void Read_NameThatCannotPass_IsAnError(string headers, string path, string saying)
    {
        var error = ConfigText.Errors(ConfigText.Models + $"routing: {{ headers: {{ {headers} }} }}")[0];
        Assert.Equal(path, error.Path);
        Assert.Contains(saying, error.Message, StringComparison.Ordinal);
    }
}
