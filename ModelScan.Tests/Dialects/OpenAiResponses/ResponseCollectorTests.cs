using System.Text;
using ModelScan.RoutingApi.Dialects.OpenAiResponses;
using ModelScan.RoutingApi.Dialects.Translation;

namespace ModelScan.Tests.Dialects.OpenAiResponses;

public sealed class ResponseCollectorTests
{
    private const string Items = "event: response.output_item.done\ndata: {\"type\":\"response.output_item.done\",\"output_index\":1,\"item\":{\"b\":2}}\n\n"
        + "event: response.output_item.done\ndata: {\"type\":\"response.output_item.done\",\"output_index\":0,\"item\":{\"a\":1}}\n\n";

    [Theory]
    [InlineData("output-in-the-end", """{"id":"r","output":[{"c":3}]}""", """{"id":"r","output":[{"c":3}]}""")]
    [InlineData("output-empty", """{"id":"r","output":[],"usage":{"x":1.0}}""", """{"id":"r","usage":{"x":1.0},"output":[{"a":1},{"b":2}]}""")]
    [InlineData("output-missing", """{"id":"r"}""", """{"id":"r","output":[{"a":1},{"b":2}]}""")]
    public void Add_StreamCutAnywhere_GivesTheWholeAnswer(string id, string response, string expected)
    {
        foreach (var ending in (string[])["completed", "incomplete"])
        {
            var stream = Encoding.UTF8.GetBytes($"{Items}event: response.{ending}\ndata: {{\"type\":\"response.{ending}\",\"response\":{response}}}\n\n");
            for (var cut = 0; cut <= stream.Length; cut++)
            {
                using var collector = new ResponseCollector("p", 1 << 20);
                collector.Add(stream.AsSpan(0, cut));
                collector.Add(stream.AsSpan(cut));
                Assert.Equal((id, expected), (id, Encoding.UTF8.GetString(collector.Answer!.Value.Span)));
            }
        }
    }

    [Fact]
    public void End_BeforeTheAnswerIsComplete_IsAProvidersFault()
    {
        using var collector = new ResponseCollector("p", 1 << 20);
        collector.Add(Encoding.UTF8.GetBytes(Items));
        Assert.Equal(502, Assert.Throws<ProviderAnswerException>(collector.End).Error!.Status);
    }

    [Fact]
    public void Add_ItemsBeyondTheLimit_AreRefused()
    {
        using var collector = new ResponseCollector("p", 200);
        Assert.Throws<ProviderAnswerException>(() =>
        {
            for (var i = 0; i < 40; i++)
                collector.Add(Encoding.UTF8.GetBytes(Items.Replace("\"output_index\":1", $"\"output_index\":{i + 1}", StringComparison.Ordinal)));
        });
    }

    [Theory]
    [InlineData("data: {no\n\n")]
    [InlineData("event: error\ndata: {\"type\":\"error\",\"message\":\"no\"}\n\n")]
    public void Add_BrokenOrFailed_IsAProvidersFault(string stream)
    {
        using var collector = new ResponseCollector("p", 1 << 20);
        Assert.Throws<ProviderAnswerException>(() => collector.Add(Encoding.UTF8.GetBytes(stream)));
    }
}
