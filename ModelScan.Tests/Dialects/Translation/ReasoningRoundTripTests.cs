using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using ModelScan.RoutingApi.Capabilities;

namespace ModelScan.Tests.Dialects.Translation;

/// <summary>What a provider thought goes to the client and comes back to that provider's family unchanged, and to no other.</summary>
[Trait("Complaint", "13")]
public sealed class ReasoningRoundTripTests
{
    [Theory]
    [InlineData("RM-A02")]
    [InlineData("K26")]
    public void Translate_ThoughtOfAnthropic_ComesBackUnchanged(string id)
    {
        var thought = Output(id).First(item => (string?)item!["type"] == "reasoning")!;
        var (body, dropped) = Ask(new Pair(ApiFormat.Responses, ApiFormat.Messages), Replay(thought), null);

        var block = body["messages"]![1]!["content"]![0]!;
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse("""{"type":"thinking","thinking":"hm","signature":"sig"}"""), block), block.ToJsonString());
        Assert.Empty(dropped);
    }

    [Fact]
    public void Translate_RedactedThoughtOfAnthropic_ComesBackUnchanged()
    {
        var thought = Output("RM-S02")[0]!;
        var (body, _) = Ask(new Pair(ApiFormat.Responses, ApiFormat.Messages), Replay(thought), null);

        var block = body["messages"]![1]!["content"]![0]!;
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse("""{"type":"redacted_thinking","data":"xx"}"""), block), block.ToJsonString());
    }

    [Theory]
    [InlineData("MR-A02")]
    [InlineData("MR-S02")]
    public void Translate_ThoughtOfOpenAi_ComesBackUnchanged(string id)
    {
        var thought = Content(id)[0]!;
        var (body, dropped) = Ask(new Pair(ApiFormat.Messages, ApiFormat.Responses), Answered(thought), null);

        Assert.True(
            JsonNode.DeepEquals(
                JsonNode.Parse("""{"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"One"},{"type":"summary_text","text":"Two"}],"encrypted_content":"gAAAA"}"""),
                body["input"]![1]),
            body["input"]!.ToJsonString());
        Assert.Empty(dropped);
    }

    [Fact]
    public void Translate_ThoughtOfAnotherFamily_IsDroppedAndReported()
    {
        var (body, dropped) = Ask(new Pair(ApiFormat.Responses, ApiFormat.Messages), Replay(Output("RM-A02")[0]!), "minimax");

        Assert.DoesNotContain("thinking", body.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(["input.reasoning"], dropped);
    }

    [Fact]
    public void Translate_ThoughtOfOpenAiForAnotherFamily_IsDroppedAndReported()
    {
        var (body, dropped) = Ask(new Pair(ApiFormat.Messages, ApiFormat.Responses), Answered(Content("MR-A02")[0]!), "azure");

        Assert.DoesNotContain("rs_1", body.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(["messages.content.thinking"], dropped);
    }

    [Fact]
    public void Translate_ThoughtThatNothingFollows_IsDropped()
    {
        var request = JsonNode.Parse("""{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"a"},{"role":"assistant","content":[]},{"role":"user","content":"b"}]}""")!;
        request["messages"]![1]!["content"] = new JsonArray(Content("MR-A02")[0]!.DeepClone());
        var (body, dropped) = Ask(new Pair(ApiFormat.Messages, ApiFormat.Responses), request, null);

        Assert.Equal(2, body["input"]!.AsArray().Count);
        Assert.Equal(["messages.content.thinking"], dropped);
    }

    private static JsonArray Output(string id) => PairVector.Find(id) is { Kind: "stream" } stream
        ? PairRun.Events(PairRun.Stream(stream, [int.MaxValue]))[^1]["response"]!["output"]!.AsArray()
        : Answer(id)["output"]!.AsArray();

    // The message that a client puts together from the stream, its first block at least.
    private static JsonArray Content(string id)
    {
        if (PairVector.Find(id) is not { Kind: "stream" } stream)
            return Answer(id)["content"]!.AsArray();
        var (text, signature) = ("", "");
        foreach (var delta in PairRun.Events(PairRun.Stream(stream, [int.MaxValue])).Select(data => data["delta"]))
        {
            text += (string?)delta?["thinking"];
            signature += (string?)delta?["signature"];
        }

        return [new JsonObject { ["type"] = "thinking", ["thinking"] = text, ["signature"] = signature }];
    }

    private static JsonNode Answer(string id)
    {
        var vector = PairVector.Find(id);
        var client = new ArrayBufferWriter<byte>();
        PairRun.Exchange(vector).TranslateAnswer(Encoding.UTF8.GetBytes(vector.In.ToJsonString()), client);
        return JsonNode.Parse(client.WrittenSpan)!;
    }

    private static JsonObject Replay(JsonNode thought) => new()
    {
        ["model"] = "m",
        ["input"] = new JsonArray(
            JsonNode.Parse("""{"role":"user","content":"q"}"""),
            thought.DeepClone(),
            JsonNode.Parse("""{"type":"message","role":"assistant","content":[{"type":"output_text","text":"a","annotations":[]}]}"""),
            JsonNode.Parse("""{"role":"user","content":"r"}""")),
    };

    private static JsonObject Answered(JsonNode thought) => new()
    {
        ["model"] = "m",
        ["max_tokens"] = 9,
        ["messages"] = new JsonArray(
            JsonNode.Parse("""{"role":"user","content":"q"}"""),
            new JsonObject { ["role"] = "assistant", ["content"] = new JsonArray(thought.DeepClone(), JsonNode.Parse("""{"type":"text","text":"a"}""")) },
            JsonNode.Parse("""{"role":"user","content":"r"}""")),
    };

    private static (JsonNode Body, IReadOnlyList<string> Dropped) Ask(Pair translator, JsonNode request, string? family)
    {
        var exchange = translator.Translate(Encoding.UTF8.GetBytes(request.ToJsonString()), PairRun.Context(new ModelCapabilities { ReasoningFamily = family }));
        return (JsonNode.Parse(exchange.Body.Span)!, exchange.Dropped);
    }
}
