using System.Text;
using ModelScan.RoutingApi.Capabilities;
using ModelScan.RoutingApi.Dialects.Fitting;

namespace ModelScan.Tests.Dialects.Fitting;

/// <summary>What a model lacks is seen in a request of any format, without reading it.</summary>
public sealed class FitnessTests
{
    private static readonly ModelCapabilities TextAlone = new() { Input = Modalities.Text, ToolCalls = false, ContextTokens = 100 };

    [Theory]
    [InlineData(ApiFormat.ChatCompletions, """{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"u"}}]}]}""", "images")]
    [InlineData(ApiFormat.Messages, """{"messages":[{"role":"user","content":[{"type" : "image","source":{}}]}]}""", "images")]
    [InlineData(ApiFormat.Responses, """{"input":[{"role":"user","content":[{"type":"input_image"}]}]}""", "images")]
    [InlineData(ApiFormat.ChatCompletions, """{"messages":[{"role":"user","content":[{"type":"file"}]}]}""", "files")]
    [InlineData(ApiFormat.Messages, """{"messages":[{"role":"user","content":[{"type":"document"}]}]}""", "files")]
    [InlineData(ApiFormat.Responses, """{"input":[{"role":"user","content":[{"type":"input_audio"}]}]}""", "sound")]
    [InlineData(ApiFormat.Messages, """{"tools":[{"name":"f"}]}""", "tools")]
    [InlineData(ApiFormat.Messages, """{"tools":[ ]}""", null)]
    [InlineData(ApiFormat.Messages, """{"messages":[{"role":"user","content":"an \"image\" and a \"type\":\"image\""}]}""", null)]
    public void Of_Request_SaysWhatTheModelLacks(ApiFormat format, string body, string? lacks)
    {
        var unfit = Fitness.Of(format, Encoding.UTF8.GetBytes(body), TextAlone);
        if (lacks is null)
            Assert.Null(unfit);
        else
            Assert.Contains(lacks, unfit!.Reason, StringComparison.Ordinal);
        Assert.Null(Fitness.Of(format, Encoding.UTF8.GetBytes(body), new ModelCapabilities()));
    }

    [Theory]
    [InlineData(700, false)]
    [InlineData(1000, true)]
    public void Of_LongRequest_IsTooLongByAnyMeasure(int characters, bool isUnfit) =>
        Assert.Equal(isUnfit, Fitness.Of(ApiFormat.ChatCompletions, Encoding.UTF8.GetBytes($$"""{"messages":"{{new string('x', characters)}}"}"""), TextAlone) is not null);
}
