using ModelScan.RoutingApi.ModelMetrics;

namespace ModelScan.Tests.ModelMetrics;

[Trait("Complaint", "17")]
public sealed class RequestCostTests
{
    public static TheoryData<string, ModelPrice, BilledTokens, double, double> Rows => new()
    {
        { "E20", new(3, 15, 0.30), new(1000, 200, CacheRead: 400), 0.00192, 0.003 },
        { "E21", new(3, 0), new(100, 0, CacheRead: 30, CacheCreation: 20, PromptIncludesCacheRead: false), 0.000369, 0 },
        { "more cached than prompt", new(3, 15, 0.30), new(100, 0, CacheRead: 400), 0.00012, 0 },
        { "nothing used", new(3, 15), default, 0, 0 },
    };

    [Theory]
    [MemberData(nameof(Rows))]
    public void Of_Usage_IsPricedPerMillion(string row, ModelPrice price, BilledTokens tokens, double inputUsd, double outputUsd)
    {
        var cost = RequestCost.Of(price, tokens, cacheReadDiscount: 0.1);

        Assert.NotEmpty(row);
        Assert.Equal(inputUsd, cost.InputUsd, 12);
        Assert.Equal(outputUsd, cost.OutputUsd, 12);
        Assert.Equal(inputUsd + outputUsd, cost.TotalUsd, 12);
    }
}
