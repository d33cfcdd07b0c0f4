using System.Text;
using System.Text.Json.Nodes;
using ModelScan.RoutingApi.Routing.Observation;
using ModelScan.RoutingApi.UsageReports;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Routing.Observation;

public sealed class UsageScannerTests
{
    public static TheoryData<string, string, TokenUsage?> Answers => new()
    {
        {
            "chat",
            """{"choices":[{"message":{"content":"he said \"usage\": {\"prompt_tokens\": 9}"}}],"usage":{"prompt_tokens":10,"completion_tokens":2,"prompt_tokens_details":{"cached_tokens":4},"completion_tokens_details":{"reasoning_tokens":1}}}""",
            new TokenUsage { Input = 10, Output = 2, CacheRead = 4, Reasoning = 1 }
        },
        { "chat-stream", "data: {\"usage\":null}\n\ndata: {\"choices\":[],\"usage\": {\"prompt_tokens\":3,\"completion_tokens\":7}}\n\ndata: [DONE]\n\n", new TokenUsage { Input = 3, Output = 7 } },
        {
            "messages-stream",
            "event: message_start\ndata: {\"message\":{\"usage\":{\"input_tokens\":25,\"cache_read_input_tokens\":5,\"cache_creation_input_tokens\":6,\"output_tokens\":1}}}\n\nevent: message_delta\ndata: {\"usage\":{\"output_tokens\":15}}\n\n",
            new TokenUsage { Input = 25, Output = 15, CacheRead = 5, CacheWrite = 6 }
        },
        { "responses", """{"usage": {"input_tokens":1,"input_tokens_details":{"cached_tokens":0},"output_tokens":2,"output_tokens_details":{"reasoning_tokens":2}}}""", new TokenUsage { Input = 1, Output = 2, Reasoning = 2 } },
        {
            "converse",
            """{"stopReason":"end_turn","usage":{"inputTokens":3,"outputTokens":5,"totalTokens":19,"cacheReadInputTokens":4,"cacheWriteInputTokens":7,"cacheDetails":[{"inputTokens":99,"ttl":"1h"}]}}""",
            new TokenUsage { Input = 3, Output = 5, CacheRead = 4, CacheWrite = 7 }
        },
        {
            "reasoning beside the output (xAI)",
            """{"usage":{"prompt_tokens":10120,"completion_tokens":1499,"total_tokens":14428,"prompt_tokens_details":{"cached_tokens":128},"completion_tokens_details":{"reasoning_tokens":2809}}}""",
            new TokenUsage { Input = 10120, Output = 4308, CacheRead = 128, Reasoning = 2809 }
        },
        { "reasoning alone (Gemini)", """{"usage":{"completion_tokens":0,"prompt_tokens":21,"total_tokens":81,"completion_tokens_details":{"reasoning_tokens":60}}}""", new TokenUsage { Input = 21, Output = 60, Reasoning = 60 } },
        { "in the choice, cached at the top (Moonshot)", """{"choices":[{"usage":{"prompt_tokens":100,"completion_tokens":5,"total_tokens":105,"cached_tokens":80}}]}""", new TokenUsage { Input = 100, Output = 5, CacheRead = 80 } },
        { "thoughts of Anthropic's, writes of OpenAI's", """{"usage":{"input_tokens":9,"input_tokens_details":{"cache_write_tokens":4},"output_tokens":7,"output_tokens_details":{"thinking_tokens":3}}}""", new TokenUsage { Input = 9, Output = 7, CacheWrite = 4, Reasoning = 3 } },
        { "cached under two names, the first empty", """{"usage":{"prompt_tokens":100,"completion_tokens":5,"prompt_tokens_details":{"cached_tokens":0},"cached_tokens":80}}""", new TokenUsage { Input = 100, Output = 5, CacheRead = 80 } },
        { "cached under two names, the second empty", """{"usage":{"prompt_tokens":100,"completion_tokens":5,"prompt_tokens_details":{"cached_tokens":80},"cached_tokens":0}}""", new TokenUsage { Input = 100, Output = 5, CacheRead = 80 } },
        { "none", """{"choices":[]}""", null },
        { "not-an-object", """{"usage":"much"}""", null },
        { "absurd", """{"usage":{"prompt_tokens":-5,"completion_tokens":1e99}}""", default(TokenUsage) },
    };

    [Theory]
    [MemberData(nameof(Answers))]
    public void Scan_CutAnywhere_FindsWhatIsReported(string id, string answer, TokenUsage? expected)
    {
        var bytes = Encoding.UTF8.GetBytes(answer);
        for (var cut = 0; cut <= bytes.Length; cut++)
        {
            using var scanner = new UsageScanner();
            scanner.Scan(bytes.AsSpan(0, cut));
            scanner.Scan(bytes.AsSpan(cut));
            Assert.Equal((id, cut, expected), (id, cut, scanner.Usage));
        }
    }

    [Theory]
    [MemberData(nameof(Answers))]
    public void Scan_ByteByByte_FindsWhatIsReported(string id, string answer, TokenUsage? expected)
    {
        using var scanner = new UsageScanner();
        foreach (var value in Encoding.UTF8.GetBytes(answer))
            scanner.Scan([value]);
        Assert.Equal((id, expected), (id, scanner.Usage));
    }

    [Fact]
    public void Scan_EventStreamCutAnywhere_FindsWhatIsReported()
    {
        byte[] stream =
        [
            .. ConverseFrames.Of(JsonNode.Parse("""{"messageStop":{"stopReason":"end_turn"}}""")!.AsObject()),
            .. ConverseFrames.Of(JsonNode.Parse("""{"metadata":{"usage":{"inputTokens":3,"outputTokens":5,"totalTokens":12,"cacheReadInputTokens":4},"metrics":{"latencyMs":1}}}""")!.AsObject()),
        ];
        for (var cut = 0; cut <= stream.Length; cut++)
        {
            using var scanner = new UsageScanner();
            scanner.Scan(stream.AsSpan(0, cut));
            scanner.Scan(stream.AsSpan(cut));
            Assert.Equal(new TokenUsage { Input = 3, Output = 5, CacheRead = 4 }, scanner.Usage);
        }
    }

    [Fact]
    public void Scan_EndlessObject_IsGivenUpAndLaterOnesAreFound()
    {
        using var scanner = new UsageScanner();
        scanner.Scan(Encoding.UTF8.GetBytes("{\"usage\":{\"x\":\"" + new string('a', 100_000) + "\"},\"usage\":{\"prompt_tokens\":4}}"));
        Assert.Equal(4, scanner.Usage?.Input);
    }
}
