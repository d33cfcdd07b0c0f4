using System.Text.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using ModelScan.RoutingApi.Endpoints.Reference;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Endpoints;

/// <summary><c>/openapi/v1.json</c> says what there is.</summary>
public sealed class ApiReferenceTests
{
    private static readonly TestConfig Config = TestConfig.Empty
        .Default("openai/gpt-4o")
        .Route("code_generation", "writing code", ["openai/gpt-4o"])
        .Yaml("ratelimits: [{ model: openai/gpt-4o, selector: { key: k, value: v }, limit: { tokens: 1, unit: day } }]");

    [Fact]
    public async Task Document_HasEveryOperationAndNoOther()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(Config);
        var mapped = gateway.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .SelectMany(endpoint => (endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["GET"]).Select(method => $"{method} {endpoint.RoutePattern.RawText}"))
            .Order(StringComparer.Ordinal);
        Assert.Equal(mapped, ApiOperations.All.Select(operation => $"{operation.Method} {operation.Path}").Order(StringComparer.Ordinal));

        var document = await Answer.ReadAsync(await gateway.Client.GetAsync(new Uri("/openapi/v1.json", UriKind.Relative)));
        Assert.Equal(200, document.Status);
        Assert.StartsWith("3.", document.Json.GetProperty("openapi").GetString(), StringComparison.Ordinal);
        var described = document.Json.GetProperty("paths").EnumerateObject().Sum(path => path.Value.EnumerateObject().Count());
        Assert.Equal(ApiOperations.All.Count, described);
        var decide = document.Json.GetProperty("paths").GetProperty("/routing/v1/chat/completions").GetProperty("post");
        Assert.Equal("array", decide.GetProperty("responses").GetProperty("200").GetProperty("content").GetProperty("application/json")
            .GetProperty("schema").GetProperty("properties").GetProperty("models").GetProperty("type").GetString());
    }

    [Theory]
    [InlineData("POST", "/routing/v1/chat/completions")]
    [InlineData("POST", "/routing/v1/messages")]
    [InlineData("POST", "/routing/v1/responses")]
    [InlineData("POST", "/v1/messages/count_tokens")]
    [InlineData("GET", "/v1/models")]
    [InlineData("GET", "/admin/config")]
    [InlineData("GET", "/admin/mode")]
    [InlineData("PUT", "/admin/mode")]
    [InlineData("GET", "/admin/plano")]
    [InlineData("GET", "/admin/providers")]
    public async Task Example_HasTheFieldsOfARealAnswer(string method, string path)
    {
        var operation = ApiOperations.All.Single(operation => operation.Method == method && operation.Path == path);
        await using var gateway = await GatewayUnderTest.StartAsync(Config);
        using var request = new HttpRequestMessage(HttpMethod.Parse(method), path);
        if (operation.Request is { } body)
            request.Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var response = await gateway.Client.SendAsync(request);
        var answer = await Answer.ReadAsync(response);
        Assert.Equal(200, answer.Status);
        using var example = JsonDocument.Parse(operation.Answer!);
        Assert.Equal(Fields(answer.Json), Fields(example.RootElement));
    }

    private static IEnumerable<string> Fields(JsonElement json) => json.EnumerateObject().Select(property => property.Name).Order(StringComparer.Ordinal);
}
