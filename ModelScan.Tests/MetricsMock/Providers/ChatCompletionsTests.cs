using System.Text.Json.Nodes;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.MetricsMock.Providers;

public sealed class ChatCompletionsTests
{
    private const string Path = "/v1/chat/completions";
    private const string Tools =
        """
        "tools": [
          {"type": "function", "function": {"name": "weather", "parameters": {"type": "object", "properties": {"city": {"type": "string"}, "days": {"type": "integer", "minimum": 2}}, "required": ["city", "days"]}}},
          {"type": "function", "function": {"name": "clock", "parameters": {"type": "object", "properties": {}}}}
        ]
        """;

    [Theory]
    [InlineData("gpt-4o")]
    [InlineData("openai/gpt-4o")]
    public async Task Post_UserMessage_NamesModelAndRepeatsText(string model)
    {
        await using var mock = await RunningMock.StartAsync();

        var answer = await mock.PostAsync(Path, $$"""{"model": "{{model}}", "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "hi"}]}""");

        Assert.Equal(200, answer.Status);
        Assert.StartsWith("chatcmpl-", answer.Json["id"]!.GetValue<string>());
        Assert.Equal("chat.completion", answer.Json["object"]!.GetValue<string>());
        Assert.Equal(model, answer.Json["model"]!.GetValue<string>());
        var choice = Assert.Single(answer.Json["choices"]!.AsArray())!;
        Assert.Equal("This is openai/gpt-4o. You said: hi", choice["message"]!["content"]!.GetValue<string>());
        Assert.Equal("stop", choice["finish_reason"]!.GetValue<string>());
        Assert.StartsWith("req_", answer.Response.Headers.GetValues("x-request-id").Single());
    }

    [Fact]
    public async Task Post_Usage_CountsFourBytesAToken()
    {
        await using var mock = await RunningMock.StartAsync();

        var usage = (await mock.PostAsync(Path, Request("12345678ä"))).Json["usage"]!;

        Assert.Equal(3, usage["prompt_tokens"]!.GetValue<int>()); // 10 bytes
        Assert.Equal(11, usage["completion_tokens"]!.GetValue<int>()); // 43 bytes
        Assert.Equal(14, usage["total_tokens"]!.GetValue<int>());
        Assert.Equal(0, usage["prompt_tokens_details"]!["cached_tokens"]!.GetValue<int>());
    }

    [Fact]
    public async Task Post_SamePrefixAgain_CountsCachedTokens()
    {
        await using var mock = await RunningMock.StartAsync();
        var turn = $$"""{"role": "user", "content": "{{new string('x', 5000)}}"}""";

        await mock.PostAsync(Path, $$"""{"model": "gpt-4o", "messages": [{{turn}}]}""");
        var second = await mock.PostAsync(Path, $$"""{"model": "gpt-4o", "messages": [{{turn}}, {"role": "assistant", "content": "ok"}, {"role": "user", "content": "go on"}]}""");

        Assert.Equal(1152, second.Json["usage"]!["prompt_tokens_details"]!["cached_tokens"]!.GetValue<int>()); // 1250 in steps of 128
    }

    [Fact]
    public async Task Stream_Text_EndsWithFinishReasonUsageAndDone()
    {
        await using var mock = await RunningMock.StartAsync();

        var answer = await mock.PostAsync(Path, Request("hi", """, "stream": true, "stream_options": {"include_usage": true}"""));

        Assert.Equal("text/event-stream", answer.Response.Content.Headers.ContentType!.MediaType);
        Assert.Equal("[DONE]", answer.Events[^1].Data);
        var chunks = answer.EventData();
        Assert.All(chunks, chunk => Assert.Equal("chat.completion.chunk", chunk["object"]!.GetValue<string>()));
        Assert.Single(chunks.Select(chunk => chunk["id"]!.GetValue<string>()).Distinct());
        Assert.Equal("assistant", chunks[0]["choices"]![0]!["delta"]!["role"]!.GetValue<string>());
        Assert.Equal("This is openai/gpt-4o. You said: hi", string.Concat(chunks.SkipLast(1).Select(chunk => chunk["choices"]![0]!["delta"]!["content"]?.GetValue<string>())));
        Assert.Equal("stop", chunks[^2]["choices"]![0]!["finish_reason"]!.GetValue<string>());
        Assert.Empty(chunks[^1]["choices"]!.AsArray());
        Assert.Equal(9, chunks[^1]["usage"]!["completion_tokens"]!.GetValue<int>());
        Assert.All(chunks.SkipLast(1), chunk => Assert.True(chunk.AsObject().TryGetPropertyValue("usage", out var usage) && usage is null));
    }

    [Fact]
    public async Task Stream_UsageNotAskedFor_HasNone()
    {
        await using var mock = await RunningMock.StartAsync();

        var answer = await mock.PostAsync(Path, Request("hi", """, "stream": true"""));

        Assert.All(answer.EventData(), chunk => Assert.False(chunk.AsObject().ContainsKey("usage")));
    }

    [Fact]
    public async Task Post_ToolsOffered_CallsTheFirst()
    {
        await using var mock = await RunningMock.StartAsync();

        var choice = (await mock.PostAsync(Path, Request("How warm is it?", $", {Tools}"))).Json["choices"]![0]!;

        Assert.Equal("tool_calls", choice["finish_reason"]!.GetValue<string>());
        Assert.Null(choice["message"]!["content"]);
        var call = Assert.Single(choice["message"]!["tool_calls"]!.AsArray())!;
        Assert.Equal("function", call["type"]!.GetValue<string>());
        Assert.StartsWith("call_", call["id"]!.GetValue<string>());
        Assert.Equal("weather", call["function"]!["name"]!.GetValue<string>());
        Assert.Equal("""{"city":"city","days":2}""", call["function"]!["arguments"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("user names it", "use the clock", "", "clock")]
    [InlineData("both", "use both", "", "weather,clock")]
    [InlineData("both, one at a time", "use both", """, "parallel_tool_calls": false""", "weather")]
    [InlineData("none", "go", """, "tool_choice": "none" """, "")]
    [InlineData("named", "go", """, "tool_choice": {"type": "function", "function": {"name": "clock"}}""", "clock")]
    [InlineData("required", "go without tools", """, "tool_choice": "required" """, "weather")]
    [InlineData("allowed", "go", """, "tool_choice": {"type": "allowed_tools", "allowed_tools": {"mode": "auto", "tools": [{"type": "function", "function": {"name": "clock"}}]}}""", "clock")]
    [InlineData("user declines", "go without tools", "", "")]
    public async Task Post_ToolChoice_IsHonoured(string id, string text, string choice, string called)
    {
        await using var mock = await RunningMock.StartAsync();

        var answer = await mock.PostAsync(Path, Request(text, $", {Tools}{choice}"));

        var calls = answer.Json["choices"]![0]!["message"]!["tool_calls"]?.AsArray() ?? [];
        Assert.True(called == string.Join(',', calls.Select(call => call!["function"]!["name"]!.GetValue<string>())), id);
    }

    [Fact]
    public async Task Post_AfterToolResult_AnswersWithText()
    {
        await using var mock = await RunningMock.StartAsync();

        var answer = await mock.PostAsync(Path,
            $$$"""
            {"model": "gpt-4o", {{{Tools}}}, "messages": [
              {"role": "user", "content": "How warm?"},
              {"role": "assistant", "content": null, "tool_calls": [{"id": "c1", "type": "function", "function": {"name": "weather", "arguments": "{}"}}]},
              {"role": "tool", "tool_call_id": "c1", "content": "21 degrees"},
              {"role": "system", "content": "Be brief."}]}
            """);

        Assert.Equal("This is openai/gpt-4o. The tools answered: 21 degrees", answer.Json["choices"]![0]!["message"]!["content"]!.GetValue<string>());
        Assert.Equal("stop", answer.Json["choices"]![0]!["finish_reason"]!.GetValue<string>());
    }

    [Fact]
    public async Task Stream_TwoToolCalls_IndexesTheirPieces()
    {
        await using var mock = await RunningMock.StartAsync();

        var chunks = (await mock.PostAsync(Path, Request("both", $", {Tools}, \"stream\": true"))).EventData();

        var deltas = chunks.SelectMany(chunk => chunk["choices"]![0]!["delta"]!["tool_calls"]?.AsArray() ?? []).ToList();
        string Arguments(int index) => string.Concat(deltas.Where(delta => delta!["index"]!.GetValue<int>() == index).Select(delta => delta!["function"]!["arguments"]!.GetValue<string>()));
        Assert.Equal("""{"city":"city","days":2}""", Arguments(0));
        Assert.Equal("{}", Arguments(1));
        Assert.Equal(2, deltas.Count(delta => delta!.AsObject().ContainsKey("id")));
        Assert.Equal("tool_calls", chunks[^1]["choices"]![0]!["finish_reason"]!.GetValue<string>());
    }

    [Fact]
    public async Task Post_JsonSchema_AnswersMatchingJson()
    {
        await using var mock = await RunningMock.StartAsync();

        var answer = await mock.PostAsync(Path, Request("go",
            """, "response_format": {"type": "json_schema", "json_schema": {"name": "p", "schema": {"type": "object", "properties": {"name": {"type": "string"}, "age": {"type": "integer"}}, "required": ["name", "age"]}}}"""));

        Assert.Equal("""{"name":"name","age":1}""", answer.Json["choices"]![0]!["message"]!["content"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("token limit", """, "max_tokens": 2""", "This is ", "length")]
    [InlineData("newer name", """, "max_completion_tokens": 2""", "This is ", "length")]
    [InlineData("stop sequence", """, "stop": ["You", " openai"]""", "This is", "stop")]
    [InlineData("stop before limit", """, "stop": "is", "max_tokens": 4""", "Th", "stop")]
    [InlineData("limit before stop", """, "stop": "said", "max_tokens": 2""", "This is ", "length")]
    public async Task Post_Limits_CutTheText(string id, string limits, string text, string reason)
    {
        await using var mock = await RunningMock.StartAsync();

        var choice = (await mock.PostAsync(Path, Request("hi", limits))).Json["choices"]![0]!;

        Assert.True(text == choice["message"]!["content"]!.GetValue<string>(), id);
        Assert.Equal(reason, choice["finish_reason"]!.GetValue<string>());
    }

    [Fact]
    public async Task Post_ReasoningEffort_CountsReasoningTokensAndHidesTheText()
    {
        await using var mock = await RunningMock.StartAsync();

        var answer = await mock.PostAsync(Path, Request("hi", """, "reasoning_effort": "low" """));

        Assert.Equal(11, answer.Json["usage"]!["completion_tokens_details"]!["reasoning_tokens"]!.GetValue<int>());
        Assert.False(answer.Json["choices"]![0]!["message"]!.AsObject().ContainsKey("reasoning_content"));
    }

    [Fact]
    public async Task Stream_ThinkingEnabled_ShowsReasoningContentFirst()
    {
        await using var mock = await RunningMock.StartAsync();

        var deltas = (await mock.PostAsync(Path, Request("hi", """, "thinking": {"type": "enabled"}, "stream": true"""))).EventData().Select(chunk => chunk["choices"]![0]!["delta"]!).ToList();

        Assert.Equal("openai/gpt-4o thinks about 2 bytes of text.", string.Concat(deltas.Select(delta => delta["reasoning_content"]?.GetValue<string>())));
        Assert.True(deltas.FindLastIndex(IsReasoning) < deltas.FindIndex(delta => delta["content"]?.GetValue<string>() is { Length: > 0 }));

        static bool IsReasoning(JsonNode delta) => delta["reasoning_content"] is not null;
    }

    [Theory]
    [InlineData("/openai/v1/chat/completions")]
    [InlineData("/api/paas/v4/chat/completions")]
    public async Task Post_PathOfAnotherProvider_SpeaksChat(string path)
    {
        await using var mock = await RunningMock.StartAsync();

        Assert.Equal("chat.completion", (await mock.PostAsync(path, Request("hi"))).Json["object"]!.GetValue<string>());
    }

    private static string Request(string text, string more = "") => $$"""{"model": "gpt-4o", "messages": [{"role": "user", "content": "{{text}}"}]{{more}}}""";
}
