using System.Net;
using Aspire.Hosting.Testing;

namespace ModelScan.Tests.Integration;

[Collection(AppHostCollection.Name)]
public sealed class AppHostTests(AppHostFixture appHost)
{
    [Theory]
    [InlineData("routing-api", "/health")]
    [InlineData("routing-api", "/alive")]
    [InlineData("routing-api", "/healthz")]
    [InlineData("metrics-mock", "/health")]
    [InlineData("metrics-mock", "/alive")]
    public async Task HealthEndpoint_RunningApplication_Answers200(string resource, string path)
    {
        using var client = appHost.Application.CreateHttpClient(resource);

        using var answer = await client.GetAsync(path);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Theory]
    [InlineData("services__metrics-mock__http__0")]
    [InlineData("METRICS_MOCK_HTTP")]
    [InlineData("services__prometheus__http__0")]
    public void GatewayEnvironment_WithoutContainers_LeadsToTheMock(string variable)
    {
        var mock = appHost.Application.GetEndpoint("metrics-mock");

        var address = new Uri(appHost.EnvironmentOf("routing-api")[variable]!);

        Assert.Equal(mock.Port, address.Port);
    }

    [Fact]
    public void GatewayEnvironment_NoModeSet_IsPolicy() =>
        Assert.Equal("policy", appHost.EnvironmentOf("routing-api")["Routing__Mode"]);

    [Fact]
    public void GatewayEnvironment_Configuration_IsTheSampleOfTheRepository()
    {
        var path = appHost.EnvironmentOf("routing-api")["MODELSCAN_CONFIG"];

        Assert.True(File.Exists(path), path);
    }

    [Theory]
    [InlineData("OPENAI_API_KEY")]
    [InlineData("ANTHROPIC_API_KEY")]
    public void GatewayEnvironment_ProviderKey_IsGivenEvenWhenEmpty(string variable) =>
        Assert.Contains(variable, appHost.EnvironmentOf("routing-api").Keys);
}
