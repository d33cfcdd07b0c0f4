using System.Text.Json.Nodes;

namespace ModelScan.Tests.Dialects.Translation;

/// <summary>What holds of every stream that a client gets, whatever the provider sent.</summary>
internal static class PairInvariants
{
    public static void Check(PairVector vector, byte[] sse)
    {
        if (vector.Translator.Client == ApiFormat.ChatCompletions)
        {
            StreamInvariants.Assert(isResponsesClient: false, sse);
            return;
        }

        var events = PairRun.Events(sse);
        if (vector.Translator.Client == ApiFormat.Messages)
            CheckMessages(events);
        else
            CheckResponses(events);
    }

    // message_start first and once (a mere error aside); blocks 0, 1, 2, …, one open at a time; deltas of the open block's kind; one
    // message_delta and message_stop, or one error, at the end. A call that is not finished stays open before an error: clients act on a
    // call when its block closes.
    private static void CheckMessages(List<JsonObject> events)
    {
        var index = -1;
        string? open = null;
        var input = "";
        for (var i = 0; i < events.Count; i++)
        {
            var data = events[i];
            var type = Text(data, "type");
            var isLast = i == events.Count - 1;
            Assert.Equal(isLast, type is "message_stop" or "error");
            Assert.Equal(i == 0 && type != "error", type == "message_start");
            switch (type)
            {
                case "content_block_start":
                    Assert.Null(open);
                    Assert.Equal(++index, Number(data, "index"));
                    open = Text(data["content_block"]!, "type");
                    input = "";
                    break;
                case "content_block_delta":
                    Assert.Equal(index, Number(data, "index"));
                    var delta = Text(data["delta"]!, "type");
                    Assert.Equal(open, delta switch
                    {
                        "text_delta" or "citations_delta" => "text",
                        "thinking_delta" or "signature_delta" => "thinking",
                        _ => "tool_use",
                    });
                    if (delta == "input_json_delta")
                        input += Text(data["delta"]!, "partial_json");
                    break;
                case "content_block_stop":
                    Assert.NotNull(open);
                    Assert.Equal(index, Number(data, "index"));
                    if (open == "tool_use" && input.Length > 0 && Text(events[^1], "type") == "message_stop" && Reason(events) != "max_tokens")
                        Assert.IsType<JsonObject>(JsonNode.Parse(input));
                    open = null;
                    break;
                case "message_delta":
                    Assert.Null(open);
                    Assert.Equal(events.Count - 2, i);
                    Assert.NotNull(data["delta"]!["stop_reason"]);
                    Assert.NotNull(data["usage"]!["output_tokens"]);
                    break;
            }
        }

        Assert.True(open is null || (open == "tool_use" && Text(events[^1], "type") == "error"), open);
    }

    // Numbered from 0; response.created first; items and parts begin and end once and in order; the end carries what was streamed. Calls
    // that are not finished when the response fails have no end, and are not in it.
    private static void CheckResponses(List<JsonObject> events)
    {
        var open = new Dictionary<int, string>();
        var items = 0;
        var finished = new List<JsonNode>();
        for (var i = 0; i < events.Count; i++)
        {
            var data = events[i];
            var type = Text(data, "type");
            Assert.Equal(i, Number(data, "sequence_number"));
            Assert.Equal(i == 0, type == "response.created");
            Assert.Equal(i == events.Count - 1, type is "response.completed" or "response.incomplete" or "response.failed");
            if (type == "response.output_item.added")
            {
                Assert.Equal(items, Number(data, "output_index"));
                open.Add(items++, Text(data["item"]!, "id"));
            }
            else if (type == "response.output_item.done")
            {
                Assert.Equal(open[Number(data, "output_index")], Text(data["item"]!, "id"));
                Assert.True(open.Remove(Number(data, "output_index")));
                finished.Add(data);
            }
            else if (data["output_index"] is not null)
            {
                Assert.Equal(open[Number(data, "output_index")], Text(data, "item_id"));
            }
        }

        Assert.All(open.Values, id => Assert.True(Text(events[^1], "type") == "response.failed" && (id.StartsWith("fc_", StringComparison.Ordinal) || id.StartsWith("ctc_", StringComparison.Ordinal)), id));
        var output = events[^1]["response"]!["output"]!.AsArray();
        Assert.Equal(items - open.Count, output.Count);
        foreach (var (done, item) in finished.OrderBy(done => Number(done, "output_index")).Zip(output))
            Assert.True(JsonNode.DeepEquals(done["item"], item));
    }

    private static string? Reason(List<JsonObject> events) => events.Count < 2 ? null : (string?)events[^2]["delta"]?["stop_reason"];

    private static string Text(JsonNode node, string name) => node[name]!.GetValue<string>();

    private static int Number(JsonNode node, string name) => node[name]!.GetValue<int>();
}
