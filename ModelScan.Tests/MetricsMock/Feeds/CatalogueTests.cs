using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.MetricsMock.Feeds;

public sealed class CatalogueTests
{
    [Fact]
    public async Task Costs_FreshStart_HasSeedPrices()
    {
        await using var mock = await RunningMock.StartAsync();

        var answer = await mock.GetAsync("/costs");

        Assert.True(JsonNode.DeepEquals(
            JsonNode.Parse(
                """
                {
                  "anthropic/claude-sonnet-4-20250514": {"input_per_million": 3, "output_per_million": 15},
                  "openai/gpt-4o": {"input_per_million": 5, "output_per_million": 20},
                  "openai/gpt-4o-mini": {"input_per_million": 0.15, "output_per_million": 0.6}
                }
                """),
            answer.Json));
    }

    [Theory]
    [InlineData(null, 401)]
    [InlineData("wrong", 401)]
    [InlineData("right", 200)]
    public async Task Costs_TokenConfigured_WantsIt(string? token, int status)
    {
        await using var mock = await RunningMock.StartAsync("--Costs:BearerToken=right");
        mock.Client.DefaultRequestHeaders.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);

        Assert.Equal(status, (await mock.GetAsync("/costs")).Status);
    }

    [Fact]
    public async Task Costs_ModelWithoutPrices_LeavesItOut()
    {
        await using var mock = await RunningMock.StartAsync();
        await mock.PutAsync("/models/local/free", """{"latency_seconds": 1}""");

        Assert.Null((await mock.GetAsync("/costs")).Json["local/free"]);
    }

    [Fact]
    public async Task DigitalOceanCatalogue_FreshStart_GivesPricesPerToken()
    {
        await using var mock = await RunningMock.StartAsync();

        var answer = await mock.GetAsync("/v2/gen-ai/models/catalog");

        var entry = answer.Json["data"]!.AsArray().Single(entry => entry!["model_id"]!.GetValue<string>() == "openai/gpt-4o")!;
        Assert.Equal(0.000005m, entry["pricing"]!["input_price_per_million"]!.GetValue<decimal>());
        Assert.Equal(0.00002m, entry["pricing"]!["output_price_per_million"]!.GetValue<decimal>());
        Assert.Equal(0.0000025m, entry["pricing"]!["cache_read_input_price_per_million"]!.GetValue<decimal>());
    }

    [Fact]
    public async Task ModelsDev_FreshStart_GroupsByProvider()
    {
        await using var mock = await RunningMock.StartAsync();

        var answer = await mock.GetAsync("/api.json");

        var model = answer.Json["openai"]!["models"]!["gpt-4o"]!;
        Assert.Equal("gpt-4o", model["id"]!.GetValue<string>());
        Assert.Equal("""{"input":5,"output":20,"cache_read":2.5}""", model["cost"]!.ToJsonString());
        Assert.NotNull(answer.Json["anthropic"]!["models"]!["claude-sonnet-4-20250514"]);
    }
}
