using System.Text.Json.Nodes;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.MetricsMock.Providers;

public sealed class ResponsesTests
{
    private const string Path = "/v1/responses";
    private const string Tools =
        """
        "tools": [
          {"type": "web_search"},
          {"type": "function", "name": "weather", "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}},
          {"type": "function", "name": "clock", "parameters": {"type": "object", "properties": {}}}
        ]
        """;

    [Theory]
    [InlineData("string", "\"hi\"")]
    [InlineData("message", """[{"type": "message", "role": "user", "content": [{"type": "input_text", "text": "hi"}]}]""")]
    [InlineData("message without type, developer last", """[{"role": "user", "content": "hi"}, {"role": "developer", "content": "Be brief."}]""")]
    public async Task Post_Input_NamesModelAndRepeatsText(string id, string input)
    {
        await using var mock = await RunningMock.StartAsync();

        var answer = await mock.PostAsync(Path, $$"""{"model": "gpt-4o", "input": {{input}}}""");

        Assert.True(answer.Status == 200, id);
        Assert.StartsWith("resp_", answer.Json["id"]!.GetValue<string>());
        Assert.Equal("response", answer.Json["object"]!.GetValue<string>());
        Assert.Equal("completed", answer.Json["status"]!.GetValue<string>());
        var item = Assert.Single(answer.Json["output"]!.AsArray())!;
        Assert.Equal("message", item["type"]!.GetValue<string>());
        Assert.Equal("output_text", item["content"]![0]!["type"]!.GetValue<string>());
        Assert.Equal("This is openai/gpt-4o. You said: hi", item["content"]![0]!["text"]!.GetValue<string>());
        Assert.Equal(9, answer.Json["usage"]!["output_tokens"]!.GetValue<int>());
    }

    [Fact]
    public async Task Post_Settings_AreRepeated()
    {
        await using var mock = await RunningMock.StartAsync();

        var answer = await mock.PostAsync(Path, Request("hi", $$""", "instructions": "Be brief.", "metadata": {"a": "b"}, "store": false, {{Tools}}"""));

        Assert.Equal("Be brief.", answer.Json["instructions"]!.GetValue<string>());
        Assert.Equal("""{"a":"b"}""", answer.Json["metadata"]!.ToJsonString());
        Assert.False(answer.Json["store"]!.GetValue<bool>());
        Assert.Equal(3, answer.Json["tools"]!.AsArray().Count);
    }

    [Fact]
    public async Task Stream_Text_HasAllEventsInOrder()
    {
        await using var mock = await RunningMock.StartAsync();

        var answer = await mock.PostAsync(Path, Request("hi", """, "stream": true"""));

        Assert.Equal(
            [
                "response.created", "response.in_progress", "response.output_item.added", "response.content_part.added", "response.output_text.delta",
                "response.output_text.done", "response.content_part.done", "response.output_item.done", "response.completed",
            ],
            answer.Events.Select(item => item.EventType).Distinct());
        Assert.Equal(Enumerable.Range(0, answer.Events.Count), answer.Events.Select(item => JsonNode.Parse(item.Data)!["sequence_number"]!.GetValue<int>()));
        Assert.All(answer.Events, item => Assert.Equal(item.EventType, JsonNode.Parse(item.Data)!["type"]!.GetValue<string>()));
        Assert.Equal("This is openai/gpt-4o. You said: hi", string.Concat(answer.EventData("response.output_text.delta").Select(data => data["delta"]!.GetValue<string>())));
        Assert.Equal(9, answer.EventData("response.completed")[0]["response"]!["usage"]!["output_tokens"]!.GetValue<int>());
    }

    [Theory]
    [InlineData("auto", "go", "", "weather")]
    [InlineData("both", "both", "", "weather,clock")]
    [InlineData("none", "go", """, "tool_choice": "none" """, "")]
    [InlineData("named", "go", """, "tool_choice": {"type": "function", "name": "clock"}""", "clock")]
    [InlineData("provider's own", "go", """, "tool_choice": {"type": "web_search"}""", "")]
    public async Task Post_ToolChoice_IsHonoured(string id, string text, string choice, string called)
    {
        await using var mock = await RunningMock.StartAsync();

        var answer = await mock.PostAsync(Path, Request(text, $", {Tools}{choice}"));

        var calls = answer.Json["output"]!.AsArray().Where(item => item!["type"]!.GetValue<string>() == "function_call");
        Assert.True(called == string.Join(',', calls.Select(call => call!["name"]!.GetValue<string>())), id);
    }

    [Fact]
    public async Task Stream_FunctionCall_SendsArgumentsInPieces()
    {
        await using var mock = await RunningMock.StartAsync();

        var answer = await mock.PostAsync(Path, Request("go", $", {Tools}, \"stream\": true"));

        var added = answer.EventData("response.output_item.added")[0]["item"]!;
        Assert.Equal(("function_call", "weather", ""), (added["type"]!.GetValue<string>(), added["name"]!.GetValue<string>(), added["arguments"]!.GetValue<string>()));
        Assert.Equal("""{"city":"city"}""", string.Concat(answer.EventData("response.function_call_arguments.delta").Select(data => data["delta"]!.GetValue<string>())));
        Assert.Equal("""{"city":"city"}""", answer.EventData("response.function_call_arguments.done")[0]["arguments"]!.GetValue<string>());
        Assert.Equal("function_call", answer.EventData("response.completed")[0]["response"]!["output"]![0]!["type"]!.GetValue<string>());
    }

    [Fact]
    public async Task Post_AfterFunctionOutput_AnswersWithText()
    {
        await using var mock = await RunningMock.StartAsync();

        var answer = await mock.PostAsync(Path,
            $$"""
            {"model": "gpt-4o", {{Tools}}, "input": [
              {"role": "user", "content": "How warm?"},
              {"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": "x"},
              {"type": "function_call", "call_id": "c1", "name": "weather", "arguments": "{}"},
              {"type": "function_call_output", "call_id": "c1", "output": "21 degrees"}]}
            """);

        Assert.Equal("This is openai/gpt-4o. The tools answered: 21 degrees", answer.Json["output"]![0]!["content"]![0]!["text"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("effort alone", """, "reasoning": {"effort": "low"}""", false, false)]
    [InlineData("summary", """, "reasoning": {"effort": "low", "summary": "auto"}""", true, false)]
    [InlineData("sealed", """, "reasoning": {"effort": "low"}, "include": ["reasoning.encrypted_content"]""", false, true)]
    public async Task Post_Reasoning_ComesFirst(string id, string wish, bool summarised, bool isSealed)
    {
        await using var mock = await RunningMock.StartAsync();

        var item = (await mock.PostAsync(Path, Request("hi", wish))).Json["output"]![0]!;

        Assert.Equal("reasoning", item["type"]!.GetValue<string>());
        Assert.True(summarised == item["summary"]!.AsArray().Count > 0, id);
        Assert.Equal(isSealed, item["encrypted_content"] is not null);
    }

    [Fact]
    public async Task Stream_ReasoningSummary_HasItsEvents()
    {
        await using var mock = await RunningMock.StartAsync();

        var answer = await mock.PostAsync(Path, Request("hi", """, "reasoning": {"summary": "auto"}, "stream": true"""));

        Assert.Single(answer.EventData("response.reasoning_summary_part.added"));
        Assert.Equal(
            answer.EventData("response.reasoning_summary_text.done")[0]["text"]!.GetValue<string>(),
            string.Concat(answer.EventData("response.reasoning_summary_text.delta").Select(data => data["delta"]!.GetValue<string>())));
    }

    [Fact]
    public async Task Post_TextFormat_AnswersMatchingJson()
    {
        await using var mock = await RunningMock.StartAsync();

        var answer = await mock.PostAsync(Path, Request("hi",
            """, "text": {"format": {"type": "json_schema", "name": "p", "schema": {"type": "object", "properties": {"n": {"type": "number"}}, "required": ["n"]}}}"""));

        Assert.Equal("""{"n":1}""", answer.Json["output"]![0]!["content"]![0]!["text"]!.GetValue<string>());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Post_TokenLimit_IsIncomplete(bool stream)
    {
        await using var mock = await RunningMock.StartAsync();

        var answer = await mock.PostAsync(Path, Request(new string('x', 100), $$""", "max_output_tokens": 16, "stream": {{(stream ? "true" : "false")}}"""));

        var response = stream ? answer.EventData("response.incomplete")[0]["response"]! : answer.Json;
        Assert.Equal("incomplete", response["status"]!.GetValue<string>());
        Assert.Equal("max_output_tokens", response["incomplete_details"]!["reason"]!.GetValue<string>());
        Assert.Equal(64, response["output"]![0]!["content"]![0]!["text"]!.GetValue<string>().Length);
    }

    private static string Request(string text, string more = "") => $$"""{"model": "gpt-4o", "input": "{{text}}"{{more}}}""";
}
