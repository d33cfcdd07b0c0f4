using System.Text;
using System.Text.Json;

namespace ModelScan.Tests.Dialects.Translation;

/// <summary>What a client reads out of a translated stream, and what has to hold of it whatever the provider sent.</summary>
public static class StreamText
{
    public static List<(string Name, string Data)> Events(string stream)
    {
        Assert.True(stream.Length == 0 || stream.EndsWith("\n\n", StringComparison.Ordinal));
        var events = new List<(string, string)>();
        foreach (var text in stream.Split("\n\n", StringSplitOptions.RemoveEmptyEntries))
        {
            var lines = text.Split('\n');
            Assert.InRange(lines.Length, 1, 2);
            Assert.StartsWith("data: ", lines[^1], StringComparison.Ordinal);
            if (lines.Length == 2)
                Assert.StartsWith("event: ", lines[0], StringComparison.Ordinal);
            events.Add((lines.Length == 2 ? lines[0][7..] : "", lines[^1][6..]));
        }

        return events;
    }

    /// <summary>message_start first and once; blocks 0, 1, 2, … one open at a time; deltas fit their block; one end, and nothing behind it.</summary>
    public static void CheckMessages(string stream)
    {
        var open = -1;
        var next = 0;
        var kind = "";
        var started = false;
        var ended = false;
        var stopped = false;
        var input = new StringBuilder();
        foreach (var (name, data) in Events(stream))
        {
            using var document = JsonDocument.Parse(data);
            var root = document.RootElement;
            Assert.Equal(name, root.GetProperty("type").GetString());
            Assert.False(ended, "nothing follows the end");
            Assert.True(started || name is "message_start" or "error", stream);
            switch (name)
            {
                case "message_start":
                    Assert.False(started);
                    started = true;
                    break;
                case "content_block_start":
                    Assert.Equal(-1, open);
                    Assert.Equal(next, root.GetProperty("index").GetInt32());
                    (open, next) = (next, next + 1);
                    kind = root.GetProperty("content_block").GetProperty("type").GetString()!;
                    input.Clear();
                    break;
                case "content_block_delta":
                    Assert.Equal(open, root.GetProperty("index").GetInt32());
                    CheckDelta(kind, root.GetProperty("delta"), input);
                    break;
                case "content_block_stop":
                    Assert.Equal(open, root.GetProperty("index").GetInt32());
                    open = -1;
                    break;
                case "message_delta":
                    Assert.Equal(-1, open);
                    Assert.False(stopped);
                    stopped = true;
                    break;
                case "message_stop":
                    Assert.True(stopped);
                    ended = true;
                    break;
                case "error":
                    // A call that is not finished stays open: clients act on a call when its block closes.
                    Assert.True(open == -1 || kind == "tool_use", stream);
                    ended = true;
                    break;
                default:
                    Assert.Fail(name);
                    break;
            }
        }

        Assert.True(ended);
        CheckInputs(stream);
    }

    // The joined input of each call is JSON, unless the stream failed, or the limit or a filter cut it off.
    private static void CheckInputs(string stream)
    {
        if (stream.Contains("event: error", StringComparison.Ordinal)
            || stream.Contains("\"stop_reason\":\"max_tokens\"", StringComparison.Ordinal)
            || stream.Contains("\"stop_reason\":\"refusal\"", StringComparison.Ordinal))
        {
            return;
        }

        var input = new StringBuilder();
        foreach (var (name, data) in Events(stream))
        {
            using var document = JsonDocument.Parse(data);
            if (name == "content_block_delta" && document.RootElement.GetProperty("delta").TryGetProperty("partial_json", out var part))
                input.Append(Text(part));
            if (name != "content_block_stop")
                continue;
            if (input.Length > 0)
            {
                using var parsed = JsonDocument.Parse(input.ToString());
                Assert.Equal(JsonValueKind.Object, parsed.RootElement.ValueKind);
            }

            input.Clear();
        }
    }

    private static void CheckDelta(string block, JsonElement delta, StringBuilder input)
    {
        var type = delta.GetProperty("type").GetString();
        Assert.True((block, type) is ("text", "text_delta" or "citations_delta") or ("thinking", "thinking_delta" or "signature_delta") or ("tool_use", "input_json_delta"), $"{type} in {block}");
        if (type == "input_json_delta")
            input.Append(Text(delta.GetProperty("partial_json")));
    }

    // Half of a surrogate pair is no text for .NET.
    private static string Text(JsonElement value)
    {
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            return "?";
        }
    }

    /// <summary>The role first; tool calls numbered 0, 1, 2, …; one finish reason; [DONE] or one error last.</summary>
    public static void CheckChat(string stream)
    {
        var first = true;
        var finished = false;
        var ended = false;
        var calls = 0;
        foreach (var (name, data) in Events(stream))
        {
            Assert.Equal("", name);
            Assert.False(ended, "nothing follows the end");
            if (data == "[DONE]")
            {
                Assert.True(finished);
                ended = true;
                continue;
            }

            using var document = JsonDocument.Parse(data);
            if (document.RootElement.TryGetProperty("error", out _))
            {
                ended = true;
                continue;
            }

            Assert.Equal("chat.completion.chunk", document.RootElement.GetProperty("object").GetString());
            if (document.RootElement.GetProperty("choices").GetArrayLength() == 0)
            {
                Assert.True(finished);
                continue;
            }

            Assert.False(finished);
            var choice = document.RootElement.GetProperty("choices")[0];
            Assert.Equal(first, choice.GetProperty("delta").TryGetProperty("role", out _));
            first = false;
            finished = choice.GetProperty("finish_reason").ValueKind == JsonValueKind.String;
            if (choice.GetProperty("delta").TryGetProperty("tool_calls", out var call))
            {
                var index = call[0].GetProperty("index").GetInt32();
                var opens = call[0].TryGetProperty("id", out _);
                Assert.True(opens ? index == calls : index < calls);
                calls += opens ? 1 : 0;
            }
        }

        Assert.True(ended);
    }
}
