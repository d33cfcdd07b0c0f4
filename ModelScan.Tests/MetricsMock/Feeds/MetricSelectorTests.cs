using ModelScan.MetricsMock.Feeds;

namespace ModelScan.Tests.MetricsMock.Feeds;

public sealed class MetricSelectorTests
{
    [Theory]
    [InlineData("name", "m", true)]
    [InlineData("other name", "n", false)]
    [InlineData("equal", "m{model_name=\"a/b\"}", true)]
    [InlineData("equal, other value", "m{model_name=\"a\"}", false)]
    [InlineData("not equal", "m{model_name!=\"a\"}", true)]
    [InlineData("regex", "m{model_name=~\"a/.*\"}", true)]
    [InlineData("regex is anchored", "m{model_name=~\"a\"}", false)]
    [InlineData("regex alternatives are anchored together", "m{model_name=~\"x|a/b\"}", true)]
    [InlineData("not regex", "m{model_name!~\"a/.*\"}", false)]
    [InlineData("name as label", "{__name__=\"m\"}", true)]
    [InlineData("name by regex", "{__name__=~\"m|n\"}", true)]
    [InlineData("absent label is empty", "m{job=\"\"}", true)]
    [InlineData("absent label has no value", "m{job=\"x\"}", false)]
    [InlineData("all matchers count", "m{model_name=~\"a.*\", model_name!=\"a/b\"}", false)]
    [InlineData("spaces, single quotes, trailing comma", " m { model_name = 'a/b' , } ", true)]
    [InlineData("raw string", "m{model_name=~`a\\/b`}", true)]
    [InlineData("escapes", "m{model_name!=\"\\\"\\\\\\n\"}", true)]
    [InlineData("no labels", "m{}", true)]
    public void Selects_Sample_AsPrometheusWould(string id, string query, bool selected)
    {
        Assert.True(selected == MetricSelector.Parse(query).Selects("m", "a/b"), id);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("{job=\"\"}")]
    [InlineData("{job=~\".*\"}")]
    [InlineData("m{")]
    [InlineData("m{model_name}")]
    [InlineData("m{model_name=}")]
    [InlineData("m{model_name=\"a}")]
    [InlineData("m{model_name=\"\\q\"}")]
    [InlineData("m{model_name=~\"(\"}")]
    [InlineData("m{model_name!\"a\"}")]
    [InlineData("m + 1")]
    [InlineData("1")]
    [InlineData("m[5m]")]
    public void Parse_NotASelector_IsRefused(string query)
    {
        Assert.Throws<FormatException>(() => MetricSelector.Parse(query));
    }
}
