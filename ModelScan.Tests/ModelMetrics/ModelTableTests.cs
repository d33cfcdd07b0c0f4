using ModelScan.RoutingApi.ModelMetrics;

namespace ModelScan.Tests.ModelMetrics;

public sealed class ModelTableTests
{
    [Fact]
    public void TryGet_ExactName_WinsOverBareId()
    {
        var table = Prices(("openai/gpt-4o", 7), ("gpt-4o", 1));

        Assert.Equal(7, Total(table, "openai/gpt-4o"));
        Assert.Equal(1, Total(table, "gpt-4o"));
    }

    [Fact]
    public void TryGet_ProviderUnknownToFeed_FindsBareId() => Assert.Equal(1, Total(Prices(("x", 1)), "vercel/x"));

    [Fact]
    public void TryGet_BareIdOfOneProvider_IsFound() => Assert.Equal(7, Total(Prices(("openai/gpt-4o", 7)), "gpt-4o"));

    [Fact]
    public void TryGet_BareIdOnWhichProvidersAgree_IsFound() =>
        Assert.Equal(7, Total(Prices(("openai/gpt-4o", 7), ("azure/gpt-4o", 7)), "gpt-4o"));

    [Fact]
    public void TryGet_BareIdOnWhichProvidersDisagree_IsMissing()
    {
        var table = Prices(("openai/gpt-4o", 7), ("azure/gpt-4o", 8), ("other/gpt-4o", 7));

        Assert.Null(Total(table, "gpt-4o"));
        Assert.Null(Total(table, "vercel/gpt-4o"));
        Assert.Equal(8, Total(table, "azure/gpt-4o"));
    }

    [Fact]
    public void TryGet_ProvidersDisagreeOnCachedRateOnly_IsFoundWithoutIt()
    {
        var builder = new ModelTableBuilder<ModelPrice>(new Dictionary<string, string>(), ModelPrice.InCommon);
        builder.Add(new ModelPrice(5, 25, 0.5), "a/x");
        builder.Add(new ModelPrice(5, 25), "b/x");

        Assert.True(builder.Build(sharedAmongProviders: true).TryGet("x", out var price));
        Assert.Equal(new ModelPrice(5, 25), price);
    }

    [Fact]
    public void TryGet_PriceOfAnotherProvider_IsBorrowed() => Assert.Equal(7, Total(Prices(("openai/gpt-4o", 7)), "vercel/gpt-4o"));

    [Fact]
    public void TryGet_LatencyOfAnotherProvider_IsNotBorrowed()
    {
        var table = Latencies(("openai/gpt-4o", 0.4));

        Assert.False(table.TryGet("vercel/gpt-4o", out _));
        Assert.True(table.TryGet("gpt-4o", out _));
    }

    [Fact]
    public void TryGet_NameDiffersInCase_IsMissing() => Assert.Null(Total(Prices(("openai/gpt-4o", 7)), "OpenAI/GPT-4o"));

    [Fact]
    public void Add_AliasTargetThatFeedAlsoLists_AliasWins()
    {
        var builder = new ModelTableBuilder<double>(new Dictionary<string, string> { ["gpt-oss"] = "gpt-4o" }, (a, b) => a.Equals(b) ? a : null);
        builder.Add(1, "gpt-oss");
        builder.Add(2, "gpt-4o");
        var table = builder.Build(sharedAmongProviders: false);

        Assert.True(table.TryGet("gpt-4o", out var value));
        Assert.Equal(1, value);
        Assert.False(table.TryGet("gpt-oss", out _));
    }

    [Fact]
    public void Add_UnusableName_IsSkipped()
    {
        var builder = new ModelTableBuilder<double>(new Dictionary<string, string>(), (a, b) => a.Equals(b) ? a : null);
        builder.Add(1, " ");
        builder.Add(1, new string('x', 257));
        var table = builder.Build(sharedAmongProviders: false);

        Assert.Equal((0, 2), (table.Models, table.Skipped));
    }

    [Fact]
    public void TryGet_Lookups_AllocateNothing()
    {
        var table = Prices(("openai/gpt-4o", 7), ("x", 1));
        string[] names = ["openai/gpt-4o", "gpt-4o", "vercel/x", "nobody/nothing"];
        var found = 0;
        for (var i = 0; i < 100; i++)
            found += Count(table, names);

        var before = GC.GetAllocatedBytesForCurrentThread();
        found = Count(table, names);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(3, found);
    }

    private static int Count(ModelTable<ModelPrice> table, string[] names)
    {
        var found = 0;
        foreach (var name in names)
        {
            if (table.TryGet(name, out _))
                found++;
        }

        return found;
    }

    private static ModelTable<ModelPrice> Prices(params (string, double)[] prices) => KnownMetrics.PriceSource(prices).Prices!;

    private static ModelTable<double> Latencies(params (string, double)[] latencies) => KnownMetrics.LatencySource(latencies).Latencies!;

    private static double? Total(ModelTable<ModelPrice> table, string model) => table.TryGet(model, out var price) ? price.Total : null;
}
