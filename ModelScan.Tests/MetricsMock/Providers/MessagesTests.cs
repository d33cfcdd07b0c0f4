using ModelScan.Tests.Support;

namespace ModelScan.Tests.MetricsMock.Providers;

public sealed class MessagesTests
{
    private const string Path = "/v1/messages";
    private const string Name = "anthropic/claude-sonnet-4-20250514";
    private const string Tools =
        """
        "tools": [
          {"type": "web_search_20250305", "name": "web_search"},
          {"name": "weather", "input_schema": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}},
          {"name": "clock", "input_schema": {"type": "object"}}
        ]
        """;

    [Fact]
    public async Task Post_UserMessage_NamesModelAndRepeatsText()
    {
        await using var mock = await RunningMock.StartAsync();

        var answer = await mock.PostAsync(Path, Request("hi"));

        Assert.Equal(200, answer.Status);
        Assert.StartsWith("msg_01", answer.Json["id"]!.GetValue<string>());
        Assert.Equal("message", answer.Json["type"]!.GetValue<string>());
        Assert.Equal("assistant", answer.Json["role"]!.GetValue<string>());
        Assert.Equal("claude-sonnet-4-20250514", answer.Json["model"]!.GetValue<string>());
        Assert.Equal($$"""[{"type":"text","text":"This is {{Name}}. You said: hi"}]""", answer.Json["content"]!.ToJsonString());
        Assert.Equal("end_turn", answer.Json["stop_reason"]!.GetValue<string>());
        Assert.StartsWith("req_", answer.Response.Headers.GetValues("request-id").Single());
    }

    [Fact]
    public async Task Stream_Text_HasAllEventsInOrder()
    {
        await using var mock = await RunningMock.StartAsync();

        var answer = await mock.PostAsync(Path, Request("hi", """, "stream": true"""));

        Assert.Equal(
            ["message_start", "content_block_start", "ping", "content_block_delta", "content_block_stop", "message_delta", "message_stop"],
            answer.Events.Select(item => item.EventType).Aggregate(new List<string>(), (kinds, kind) => kinds is [.., var last] && last == kind ? kinds : [.. kinds, kind]));
        Assert.Equal($"This is {Name}. You said: hi", string.Concat(answer.EventData("content_block_delta").Select(data => data["delta"]!["text"]!.GetValue<string>())));
        Assert.Null(answer.EventData("message_start")[0]["message"]!["stop_reason"]);
        Assert.Equal("end_turn", answer.EventData("message_delta")[0]["delta"]!["stop_reason"]!.GetValue<string>());
        Assert.Equal(14, answer.EventData("message_delta")[0]["usage"]!["output_tokens"]!.GetValue<int>());
    }

    [Fact]
    public async Task Post_CacheMark_WritesThenReadsCache()
    {
        await using var mock = await RunningMock.StartAsync();
        string Marked(string question) =>
            $$$"""
            {"model": "claude-sonnet-4-20250514", "max_tokens": 100,
             "system": [{"type": "text", "text": "{{{new string('s', 8000)}}}", "cache_control": {"type": "ephemeral"}}],
             "messages": [{"role": "user", "content": "{{{question}}}"}]}
            """;

        var first = (await mock.PostAsync(Path, Marked("one!"))).Json["usage"]!;
        var second = (await mock.PostAsync(Path, Marked("two!"))).Json["usage"]!;

        Assert.Equal((1, 2000, 0), (first["input_tokens"]!.GetValue<int>(), first["cache_creation_input_tokens"]!.GetValue<int>(), first["cache_read_input_tokens"]!.GetValue<int>()));
        Assert.Equal((1, 0, 2000), (second["input_tokens"]!.GetValue<int>(), second["cache_creation_input_tokens"]!.GetValue<int>(), second["cache_read_input_tokens"]!.GetValue<int>()));
    }

    [Fact]
    public async Task Post_ToolsOffered_CallsTheFirstOfTheClients()
    {
        await using var mock = await RunningMock.StartAsync();

        var answer = await mock.PostAsync(Path, Request("How warm?", $", {Tools}"));

        var use = Assert.Single(answer.Json["content"]!.AsArray())!;
        Assert.Equal("tool_use", use["type"]!.GetValue<string>());
        Assert.StartsWith("toolu_01", use["id"]!.GetValue<string>());
        Assert.Equal("weather", use["name"]!.GetValue<string>());
        Assert.Equal("""{"city":"city"}""", use["input"]!.ToJsonString());
        Assert.Equal("tool_use", answer.Json["stop_reason"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("both", "use both", "", 2)]
    [InlineData("both, one at a time", "use both", """, "tool_choice": {"type": "auto", "disable_parallel_tool_use": true}""", 1)]
    [InlineData("none", "go", """, "tool_choice": {"type": "none"}""", 0)]
    [InlineData("any", "go without tools", """, "tool_choice": {"type": "any"}""", 1)]
    [InlineData("tool", "go without tools", """, "tool_choice": {"type": "tool", "name": "clock"}""", 1)]
    public async Task Post_ToolChoice_IsHonoured(string id, string text, string choice, int calls)
    {
        await using var mock = await RunningMock.StartAsync();

        var answer = await mock.PostAsync(Path, Request(text, $", {Tools}{choice}"));

        Assert.True(calls == answer.Json["content"]!.AsArray().Count(block => block!["type"]!.GetValue<string>() == "tool_use"), id);
    }

    [Fact]
    public async Task Stream_ToolUse_StartsEmptyAndSendsInputAsJsonPieces()
    {
        await using var mock = await RunningMock.StartAsync();

        var answer = await mock.PostAsync(Path, Request("go", $", {Tools}, \"stream\": true"));

        Assert.Equal("{}", answer.EventData("content_block_start")[0]["content_block"]!["input"]!.ToJsonString());
        Assert.Equal("""{"city":"city"}""", string.Concat(answer.EventData("content_block_delta").Select(data => data["delta"]!["partial_json"]!.GetValue<string>())));
    }

    [Fact]
    public async Task Post_AfterToolResults_AnswersWithText()
    {
        await using var mock = await RunningMock.StartAsync();

        var answer = await mock.PostAsync(Path,
            $$$"""
            {"model": "claude-sonnet-4-20250514", "max_tokens": 100, {{{Tools}}}, "messages": [
              {"role": "user", "content": "How warm?"},
              {"role": "assistant", "content": [{"type": "tool_use", "id": "t1", "name": "weather", "input": {}}, {"type": "tool_use", "id": "t2", "name": "clock", "input": {}}]},
              {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "t1", "content": "21 degrees"}, {"type": "tool_result", "tool_use_id": "t2", "content": [{"type": "text", "text": "noon"}]}]},
              {"role": "system", "content": "Be brief."}]}
            """);

        Assert.Equal($"This is {Name}. The tools answered: 21 degrees; noon", answer.Json["content"]![0]!["text"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("""{"type": "enabled", "budget_tokens": 1024}""", true)]
    [InlineData("""{"type": "adaptive"}""", true)]
    [InlineData("""{"type": "adaptive", "display": "omitted"}""", false)]
    public async Task Post_Thinking_ComesFirstAndSigned(string thinking, bool shown)
    {
        await using var mock = await RunningMock.StartAsync();

        var block = (await mock.PostAsync(Path, Request("hi", $", \"thinking\": {thinking}"))).Json["content"]![0]!;

        Assert.Equal("thinking", block["type"]!.GetValue<string>());
        Assert.Equal(shown ? $"{Name} thinks about 2 bytes of text." : "", block["thinking"]!.GetValue<string>());
        Assert.Equal(44, block["signature"]!.GetValue<string>().Length);
    }

    [Fact]
    public async Task Stream_Thinking_EndsWithSignatureDelta()
    {
        await using var mock = await RunningMock.StartAsync();

        var answer = await mock.PostAsync(Path, Request("hi", """, "thinking": {"type": "adaptive"}, "stream": true"""));

        var deltas = answer.EventData("content_block_delta").Where(data => data["index"]!.GetValue<int>() == 0).Select(data => data["delta"]!["type"]!.GetValue<string>()).ToList();
        Assert.All(deltas.SkipLast(1), type => Assert.Equal("thinking_delta", type));
        Assert.Equal("signature_delta", deltas[^1]);
    }

    [Theory]
    [InlineData("token limit", 2, "", "This is ", "max_tokens", null)]
    [InlineData("stop sequence", 100, """, "stop_sequences": [" anthropic"]""", "This is", "stop_sequence", " anthropic")]
    public async Task Post_Limits_CutTheText(string id, int maxTokens, string limits, string text, string reason, string? sequence)
    {
        await using var mock = await RunningMock.StartAsync();

        var answer = await mock.PostAsync(Path, $$"""{"model": "{{Name}}", "max_tokens": {{maxTokens}}, "messages": [{"role": "user", "content": "hi"}]{{limits}}}""");

        Assert.True(text == answer.Json["content"]![0]!["text"]!.GetValue<string>(), id);
        Assert.Equal(reason, answer.Json["stop_reason"]!.GetValue<string>());
        Assert.Equal(sequence, answer.Json["stop_sequence"]?.GetValue<string>());
    }

    [Theory]
    [InlineData("""{"output_config": {"format": {"type": "json_schema", "schema": SCHEMA}}}""")]
    [InlineData("""{"output_format": {"type": "json_schema", "schema": SCHEMA}}""")]
    public async Task Post_OutputSchema_AnswersMatchingJson(string wish)
    {
        await using var mock = await RunningMock.StartAsync();
        var more = wish.Replace("SCHEMA", """{"type": "object", "properties": {"ok": {"type": "boolean"}}, "required": ["ok"]}""", StringComparison.Ordinal)[1..^1];

        var answer = await mock.PostAsync(Path, Request("hi", $", {more}"));

        Assert.Equal("""{"ok":true}""", answer.Json["content"]![0]!["text"]!.GetValue<string>());
    }

    [Fact]
    public async Task CountTokens_Prompt_CountsFourBytesAToken()
    {
        await using var mock = await RunningMock.StartAsync();

        var answer = await mock.PostAsync("/v1/messages/count_tokens", """{"model": "claude-sonnet-4-20250514", "system": "1234", "messages": [{"role": "user", "content": "12345"}]}""");

        Assert.Equal("""{"input_tokens":3}""", answer.Text);
    }

    private static string Request(string text, string more = "") => $$"""{"model": "claude-sonnet-4-20250514", "max_tokens": 2000, "messages": [{"role": "user", "content": "{{text}}"}]{{more}}}""";
}
