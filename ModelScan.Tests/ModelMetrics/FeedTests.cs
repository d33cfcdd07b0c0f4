using System.Text.Json;
using ModelScan.RoutingApi.ModelMetrics;
using ModelScan.RoutingApi.ModelMetrics.Feeds;

namespace ModelScan.Tests.ModelMetrics;

public sealed class FeedTests
{
    /// <summary>Row, feed, model, then input, output and cached input in USD per million tokens; no input: the model has no price.</summary>
    public static TheoryData<string, string, string, double?, double, double?> PriceRows => new()
    {
        { "E12", DigitalOcean("""{"input_price_per_million":3e-6,"output_price_per_million":15e-6,"cache_read_input_price_per_million":3e-7}"""), "m", 3, 15, 0.3 },
        { "E14 both names", DigitalOcean("""{"input_price_per_million":1e-6,"cache_read_input_price_per_million":2.03e-7,"input_cache_read":1.1e-7}"""), "m", 1, 0, 0.203 },
        { "E14 second name", DigitalOcean("""{"input_price_per_million":1e-6,"input_cache_read":1.1e-7}"""), "m", 1, 0, 0.11 },
        { "E14 neither name", DigitalOcean("""{"input_price_per_million":1e-6}"""), "m", 1, 0, null },
        { "catalogue per million", DigitalOcean("""{"input_price_per_million":0.15,"output_price_per_million":0.6}"""), "m", 0.15, 0.6, null },
        { "free", DigitalOcean("""{"input_price_per_million":0,"output_price_per_million":0}"""), "m", 0, 0, null },
        { "creator", DigitalOcean("""{"input_price_per_million":3e-6}"""), "acme ai/m", 3, 0, null },
        { "no token price", DigitalOcean("""{"price_per_image":0.04}"""), "m", null, 0, null },
        { "no pricing", """{"data":[{"model_id":"m"}]}""", "m", null, 0, null },
        { "negative", DigitalOcean("""{"input_price_per_million":-1,"output_price_per_million":1}"""), "m", null, 0, null },
        { "text for a number", DigitalOcean("""{"input_price_per_million":"3e-6","output_price_per_million":1e-6}"""), "m", null, 0, null },
    };

    [Theory]
    [MemberData(nameof(PriceRows))]
    public void DigitalOcean_Pricing_IsReadPerMillion(string row, string feed, string model, double? input, double output, double? cached)
    {
        var table = ReadPrices(feed, DigitalOceanCatalog.Read);

        var found = table.TryGet(model, out var price);

        Assert.NotEmpty(row);
        Assert.Equal(input is not null, found);
        if (input is null)
        {
            Assert.Equal((0, 1), (table.Models, table.Skipped));
            return;
        }

        Assert.Equal(input.Value, price.InputPerMillion, 9);
        Assert.Equal(output, price.OutputPerMillion, 9);
        Assert.Equal(cached ?? -1, price.CachedInputPerMillion ?? -1, 9);
    }

    [Theory]
    [InlineData("openai-gpt-oss-120b")]
    [InlineData("openai/openai-gpt-oss-120b")]
    [InlineData("openai/gpt-oss-120b")]
    public void DigitalOcean_Creator_GivesFurtherNames(string name)
    {
        var table = ReadPrices(
            """{"data":[{"model_id":"openai-gpt-oss-120b","creator":"OpenAI","pricing":{"input_price_per_million":1e-7}}]}""", DigitalOceanCatalog.Read);

        Assert.True(table.TryGet(name, out _));
    }

    [Fact]
    public void DigitalOcean_AliasOfCreatorForm_IsTheOnlyName()
    {
        var table = ReadPrices(
            """{"data":[{"model_id":"llama-x","creator":"Meta","pricing":{"input_price_per_million":1e-7}}]}""",
            DigitalOceanCatalog.Read,
            new() { ["meta/llama-x"] = "groq/llama-x-fast" });

        Assert.True(table.TryGet("groq/llama-x-fast", out _));
        Assert.False(table.TryGet("llama-x", out _));
    }

    [Theory]
    [InlineData("E15 anthropic", "anthropic/claude-opus-4-5", 30.0)]
    [InlineData("E15 groq", "groq/llama", 1.38)]
    [InlineData("E15 bare id", "llama", 1.38)]
    [InlineData("E15 null cost", "groq/whisper", null)]
    [InlineData("provider by the configuration's name", "gemini/gemini-pro", 11.25)]
    [InlineData("provider by its own name", "google/gemini-pro", 11.25)]
    [InlineData("output price missing", "google/embedding", null)]
    public void ModelsDev_Cost_IsFound(string row, string model, double? total)
    {
        var table = ReadPrices(
            """
            {"anthropic":{"models":{"claude-opus-4-5":{"cost":{"input":5,"output":25,"cache_read":0.5}}}},
             "groq":{"models":{"llama":{"cost":{"input":0.59,"output":0.79}},"whisper":{"cost":null}}},
             "google":{"models":{"gemini-pro":{"cost":{"input":1.25,"output":10}},"embedding":{"cost":{"input":0.1}}}},
             "broken":7}
            """,
            ModelsDevCatalog.Read);

        double? found = table.TryGet(model, out var price) ? price.Total : null;

        Assert.NotEmpty(row);
        Assert.Equal(total is null, found is null);
        Assert.Equal(total ?? 0, found ?? 0, 9);
        Assert.Equal((3, 3), (table.Models, table.Skipped));
    }

    [Fact]
    public void ModelsDev_Alias_ReplacesOriginalKey_E16()
    {
        var table = ReadPrices(
            """{"openai":{"models":{"gpt-oss-120b":{"cost":{"input":1,"output":2}}}}}""",
            ModelsDevCatalog.Read,
            new() { ["openai/gpt-oss-120b"] = "openai/gpt-4o" });

        Assert.True(table.TryGet("openai/gpt-4o", out var price));
        Assert.Equal(3.0, price.Total);
        Assert.False(table.TryGet("openai/gpt-oss-120b", out _));
    }

    [Fact]
    public void CostEndpoint_OddEntries_AreSkippedAndCounted()
    {
        var table = ReadPrices(
            """
            {"anthropic/claude-sonnet-4-20250514":{"input_per_million":3.0,"output_per_million":15.0},
             "half":{"input_per_million":3.0}, "text":"free", "list":[], "none":null}
            """,
            CostEndpoint.Read);

        Assert.True(table.TryGet("anthropic/claude-sonnet-4-20250514", out var price));
        Assert.Equal(new ModelPrice(3, 15), price);
        Assert.Equal((1, 4), (table.Models, table.Skipped));
    }

    [Fact]
    public void Prometheus_Vector_KeepsNamedNumbers_E22()
    {
        var table = ReadLatencies(
            """
            {"status":"success","data":{"resultType":"vector","result":[
             {"metric":{"model_name":"a"},"value":[1,"0.4"]},
             {"metric":{"job":"x"},"value":[1,"0.5"]},
             {"metric":{"model_name":"b"},"value":[1,"abc"]},
             {"metric":{"model_name":"c"},"value":[1,"NaN"]},
             {"metric":{"model_name":"d"},"value":[1,"+Inf"]},
             {"metric":{"model_name":"e"},"values":[[1,"0.1"]]},
             {"metric":{"model_name":"f"},"value":[1,"-1"]}]}}
            """);

        Assert.True(table.TryGet("a", out var seconds));
        Assert.Equal(0.4, seconds);
        Assert.Equal((1, 6), (table.Models, table.Skipped));
    }

    [Fact]
    public void Prometheus_EmptyVector_IsAnAnswer() =>
        Assert.Equal(0, ReadLatencies("""{"status":"success","data":{"resultType":"vector","result":[]}}""").Models);

    [Theory]
    [InlineData("""{"status":"error","errorType":"bad_data","error":"x"}""")]
    [InlineData("""{"status":"success","data":{}}""")]
    [InlineData("[]")]
    public void Prometheus_NoResultList_IsRefused(string answer) =>
        Assert.Throws<ModelMetricsFetchException>(() => ReadLatencies(answer));

    private static string DigitalOcean(string pricing) =>
        """{"data":[{"model_id":"m","creator":"Acme AI","pricing":PRICING}]}""".Replace("PRICING", pricing, StringComparison.Ordinal);

    private static ModelTable<ModelPrice> ReadPrices(
        string json, Action<JsonElement, ModelTableBuilder<ModelPrice>> read, Dictionary<string, string>? aliases = null)
    {
        using var document = JsonDocument.Parse(json);
        var table = new ModelTableBuilder<ModelPrice>(aliases ?? [], ModelPrice.InCommon);
        read(document.RootElement, table);
        return table.Build(sharedAmongProviders: true);
    }

    private static ModelTable<double> ReadLatencies(string json)
    {
        using var document = JsonDocument.Parse(json);
        var table = new ModelTableBuilder<double>(new Dictionary<string, string>(), (a, b) => a.Equals(b) ? a : null);
        PrometheusVector.Read(document.RootElement, table);
        return table.Build(sharedAmongProviders: false);
    }
}
