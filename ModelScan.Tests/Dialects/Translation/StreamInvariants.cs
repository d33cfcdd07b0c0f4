using System.Text.Json;

namespace ModelScan.Tests.Dialects.Translation;

/// <summary>What holds for every stream that a client gets, whatever the provider sent.</summary>
internal static class StreamInvariants
{
    public static void Assert(bool isResponsesClient, byte[] stream)
    {
        var payloads = ClientEvents.Parse(stream);
        if (isResponsesClient)
            new ResponsesStreamCheck().Run(payloads);
        else
            CheckChat(payloads);
    }

    /// <summary>
    /// The role first; calls numbered 0, 1, 2, … and opened before they are continued; one finish reason, nothing but usage behind it;
    /// <c>[DONE]</c> last, or an error last.
    /// </summary>
    private static void CheckChat(List<string> payloads)
    {
        var calls = 0;
        var finished = false;
        var started = false;
        for (var index = 0; index < payloads.Count; index++)
        {
            var isLast = index == payloads.Count - 1;
            if (payloads[index] == "[DONE]")
            {
                Xunit.Assert.True(isLast && finished);
                return;
            }

            using var document = JsonDocument.Parse(payloads[index]);
            if (document.RootElement.TryGetProperty("error", out _))
            {
                Xunit.Assert.True(isLast && !finished);
                return;
            }

            var choices = document.RootElement.GetProperty("choices");
            if (choices.GetArrayLength() == 0)
            {
                Xunit.Assert.True(finished && document.RootElement.TryGetProperty("usage", out _));
                continue;
            }

            Xunit.Assert.False(finished);
            var delta = choices[0].GetProperty("delta");
            Xunit.Assert.Equal(!started, delta.TryGetProperty("role", out _));
            started = true;
            finished = choices[0].GetProperty("finish_reason").ValueKind == JsonValueKind.String;
            if (!delta.TryGetProperty("tool_calls", out var toolCalls))
                continue;
            foreach (var call in toolCalls.EnumerateArray())
            {
                var number = call.GetProperty("index").GetInt32();
                if (call.TryGetProperty("id", out _))
                    Xunit.Assert.Equal(calls++, number);
                else
                    Xunit.Assert.InRange(number, 0, calls - 1);
            }
        }

        Xunit.Assert.Fail("neither [DONE] nor an error");
    }
}

/// <summary>
/// Events of a Responses stream: numbered from 0 without gaps; created and in_progress first; items at 0, 1, 2, …, each added once,
/// ended once, changed only between; parts likewise inside their item; what <c>.done</c> says is what the deltas said; one last
/// event, which repeats the items.
/// </summary>
internal sealed class ResponsesStreamCheck
{
    private readonly List<JsonElement?> _done = [];
    private readonly List<string> _itemIds = [];
    private readonly Dictionary<string, string> _texts = new(StringComparer.Ordinal);
    private readonly HashSet<string> _openParts = new(StringComparer.Ordinal);

    public void Run(List<string> payloads)
    {
        for (var index = 0; index < payloads.Count; index++)
        {
            var data = JsonElement.Parse(payloads[index]);
            Assert.Equal(index, data.GetProperty("sequence_number").GetInt32());
            var type = data.GetProperty("type").GetString()!;
            Assert.Equal(index == 0, type == "response.created");
            Assert.Equal(index == 1, type == "response.in_progress");
            Assert.Equal(index == payloads.Count - 1, type is "response.completed" or "response.incomplete" or "response.failed");
            Assert.Equal(index == payloads.Count - 2 && payloads[^1].StartsWith("{\"type\":\"response.failed\"", StringComparison.Ordinal), type == "error");
            Take(type, data);
        }
    }

    private void Take(string type, JsonElement data)
    {
        if (type is "response.created" or "response.in_progress" or "error")
            return;
        if (data.TryGetProperty("response", out var response))
        {
            CheckEnd(response);
            return;
        }

        var output = data.GetProperty("output_index").GetInt32();
        if (type == "response.output_item.added")
        {
            Assert.Equal(_done.Count, output);
            _done.Add(null);
            _itemIds.Add(data.GetProperty("item").GetProperty("id").GetString()!);
            Assert.Equal(_itemIds.Count, _itemIds.Distinct().Count());
            return;
        }

        Assert.InRange(output, 0, _done.Count - 1);
        Assert.Null(_done[output]);
        if (type == "response.output_item.done")
        {
            var item = data.GetProperty("item");
            Assert.Equal(_itemIds[output], item.GetProperty("id").GetString());
            Assert.DoesNotContain(_openParts, part => part.StartsWith($"{output}/", StringComparison.Ordinal));
            _done[output] = item;
            return;
        }

        Assert.Equal(_itemIds[output], data.GetProperty("item_id").GetString());
        TakePart(type, data, output);
    }

    private void TakePart(string type, JsonElement data, int output)
    {
        var part = data.TryGetProperty("summary_index", out var summary) ? $"{output}/s{summary}" : data.TryGetProperty("content_index", out var content) ? $"{output}/c{content}" : "";
        switch (type[(type.LastIndexOf('.') + 1)..])
        {
            case "added" when type.EndsWith("part.added", StringComparison.Ordinal):
                Assert.True(_openParts.Add(part));
                _texts.Add(part, "");
                break;
            case "added":
                Assert.Contains(part, _openParts);
                break;
            case "delta":
                if (part.Length > 0)
                    Assert.Contains(part, _openParts);
                var key = part.Length > 0 ? part : $"{output}";
                _texts[key] = _texts.GetValueOrDefault(key, "") + Raw(data.GetProperty("delta"));
                break;
            case "done" when type.EndsWith("part.done", StringComparison.Ordinal):
                Assert.True(_openParts.Remove(part));
                break;
            case "done":
                var said = data.TryGetProperty("text", out var text) || data.TryGetProperty("refusal", out text) || data.TryGetProperty("arguments", out text) || data.TryGetProperty("input", out text);
                Assert.True(said);
                Assert.Equal(_texts.GetValueOrDefault(part.Length > 0 ? part : $"{output}", ""), Raw(text));
                break;
        }
    }

    private void CheckEnd(JsonElement response)
    {
        // A failed response leaves out the calls that were not finished: clients act on a call when its item is done.
        for (var index = 0; index < _done.Count; index++)
            Assert.True(_done[index] is not null || (response.GetProperty("status").GetString() == "failed" && (_itemIds[index].StartsWith("fc_", StringComparison.Ordinal) || _itemIds[index].StartsWith("ctc_", StringComparison.Ordinal))));
        Assert.Equal(_done.OfType<JsonElement>().Select(item => item.GetRawText()), response.GetProperty("output").EnumerateArray().Select(item => item.GetRawText()));
    }

    // Escaped, as surrogates may be torn apart.
    private static string Raw(JsonElement text) => text.GetRawText()[1..^1];
}
