using System.Text;
using System.Text.Json;
using ModelScan.RoutingApi.Capabilities;
using ModelScan.RoutingApi.Providers;
using ModelScan.RoutingApi.Providers.Models;

namespace ModelScan.Tests.Providers.Models;

public sealed class ModelRowsTests
{
    private const string Lines = """
        {"id":"maker/thing-1","release_date":"2024-01-01","output":1,"out":["text"]}
        {"id":"maker/thing-2","release_date":"2025-01-01","output":2,"out":["text"],"temperature":false}
        {"id":"maker/thing-3-20260101","release_date":"2026-01-01","output":3,"out":["text"],"tool_call":true}
        {"id":"maker/thing-3-20260401","release_date":"2026-04-01","output":4,"out":["text"]}
        {"id":"maker/thing-mini-2","release_date":"2026-02-01","output":20,"out":["text"]}
        {"id":"maker/thing-old-1","release_date":"2022-01-01","output":90,"out":["text"]}
        {"id":"maker/thing-image-9","release_date":"2027-01-01","output":99,"out":["image"]}
        {"id":"maker/thing-4","release_date":"2027-02-01","output":98,"out":["text"],"status":"deprecated"}
        {"id":"reseller/maker/thing-2","release_date":"2025-01-01","context":7,"out":["text"]}
        """;

    [Theory]
    [InlineData("maker", "thing-1", 1)]
    [InlineData("maker", "THING-1", 1)]
    [InlineData("maker", "thing-3-20260101", 3)]
    [InlineData("maker", "thing-3", 4)]
    [InlineData("maker", "thing-3-20270101-preview", 4)]
    [InlineData("maker", "thing-2-turbo", 2)]
    [InlineData("maker", "thing-9", 4)]
    [InlineData("maker", "thing-mini-9", 20)]
    [InlineData("maker", "thing-old-9", 4)]
    [InlineData("maker", "thing-strange-9", 4)]
    [InlineData("", "other/thing-2:free", 2)]
    [InlineData("maker", "unheard-of", null)]
    public void Find_Id_IsTheRowOfTheModelItTakesAfter(string provider, string id, int? output) =>
        Assert.Equal((id, output), (id, Rows().Find(provider, id, "maker").Output));

    /// <summary>Names come from clients: one that is no name costs no more than it is long.</summary>
    [Fact]
    public void Find_EndlessName_IsNobodys()
    {
        var rows = Rows();
        Assert.Same(ModelRow.Empty, rows.Find("maker", string.Concat(Enumerable.Repeat("thing-", 200_000)), "maker"));
    }

    [Fact]
    public void Find_AtAReseller_IsCompletedByTheMaker()
    {
        var row = Rows().Find("reseller", "maker/thing-2", "maker");
        Assert.Equal((7, 2, false), (row.Context, row.Output, row.Temperature));
    }

    [Fact]
    public void Under_Feed_CountsWhereBothKnowAModel()
    {
        using var feed = JsonDocument.Parse("""
            {"maker":{"models":{
              "thing-2":{"limit":{"context":100,"output":50},"modalities":{"input":["text","pdf"],"output":["text"]},"reasoning":true,
                         "reasoning_options":[{"type":"effort","values":["low","max","odd"]},{"type":"budget_tokens","min":1024},{"type":"later"}],
                         "interleaved":{"field":"reasoning_details"},"temperature":true,"release_date":"2026-05-01"},
              "thing-10":{"limit":{"output":10},"release_date":"2026-06-01","modalities":{"output":["text"]}},
              "odd":7}},"strange":[],"other":{"models":[]}}
            """);
        var rows = Rows().Under(feed.RootElement);
        var row = rows.Find("maker", "thing-2", "maker");
        Assert.Equal((100, 50, true, "reasoning_details"), (row.Context, row.Output, row.Temperature, row.ReturnField));
        Assert.Equal(Modalities.Text | Modalities.Pdf, row.In);
        Assert.Equal((Efforts.Low | Efforts.Max, new TokenBudget(1024, null)), (row.Ways!.Efforts, row.Ways.Budget));
        Assert.Equal((10, 1), (rows.Find("maker", "thing-99", "maker").Output, rows.Find("maker", "thing-1", "maker").Output));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("7")]
    [InlineData("{}")]
    public void Under_SomethingElse_ChangesNothing(string json)
    {
        using var feed = JsonDocument.Parse(json);
        var rows = Rows();
        Assert.Same(rows, rows.Under(feed.RootElement));
    }

    [Fact]
    public void Embedded_Rows_AllHaveAnIdAndAreRead()
    {
        var rows = ModelRows.Embedded;
        Assert.True(rows.Count > 1000);
        Assert.Equal(400_000, rows.Find("openai", "gpt-5", "openai").Context);
    }

    [Fact]
    public void Capabilities_AfterTheFeed_FollowIt()
    {
        var catalogue = new ModelCatalogue();
        var entry = ProviderPathTests.Entry("openai/gpt-99", "http://h");
        var target = new ModelTarget(entry, entry.ModelId, 0, null, catalogue);
        var before = target.Capabilities.MaxOutputTokens;
        using var feed = JsonDocument.Parse("""{"openai":{"models":{"gpt-99":{"limit":{"output":12345},"modalities":{"input":["text"],"output":["text"]}}}}}""");
        catalogue.Refresh(feed.RootElement);
        Assert.Equal((128_000, 12_345, false), (before, target.Capabilities.MaxOutputTokens, target.Capabilities.Images));
    }

    private static ModelRows Rows() => ModelRows.Read(Encoding.UTF8.GetBytes(Lines));
}
