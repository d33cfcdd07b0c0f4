using ModelScan.Tests.Support;

namespace ModelScan.Tests.MetricsMock.Providers;

/// <summary>What each API refuses, told in its own words and by the name of the field.</summary>
public sealed class BadRequestTests
{
    [Theory]
    [InlineData("not JSON", "{", null)]
    [InlineData("not an object", "[]", null)]
    [InlineData("no model", """{"messages": [{"role": "user", "content": "hi"}]}""", "model")]
    [InlineData("no messages", """{"model": "gpt-4o"}""", "messages")]
    [InlineData("empty messages", """{"model": "gpt-4o", "messages": []}""", "messages")]
    [InlineData("messages as text", """{"model": "gpt-4o", "messages": "hi"}""", "messages")]
    [InlineData("message as text", """{"model": "gpt-4o", "messages": ["hi"]}""", "messages[0]")]
    [InlineData("unknown role", """{"model": "gpt-4o", "messages": [{"role": "model", "content": "hi"}]}""", "messages[0].role")]
    [InlineData("no content", """{"model": "gpt-4o", "messages": [{"role": "user"}]}""", "messages[0].content")]
    [InlineData("part of another API", """{"model": "gpt-4o", "messages": [{"role": "user", "content": [{"type": "input_text", "text": "hi"}]}]}""", "messages[0].content[0].type")]
    [InlineData("unknown call", """{"model": "gpt-4o", "messages": [{"role": "tool", "tool_call_id": "c", "content": "x"}]}""", "messages[0].tool_call_id")]
    [InlineData("call without answer", """{"model": "gpt-4o", "messages": [{"role": "assistant", "tool_calls": [{"id": "c", "type": "function", "function": {"name": "f", "arguments": ""}}]}, {"role": "user", "content": "hi"}]}""", "messages[1].role")]
    [InlineData("stream as text", """{"model": "gpt-4o", "messages": [{"role": "user", "content": "hi"}], "stream": "yes"}""", "stream")]
    [InlineData("stream options without stream", """{"model": "gpt-4o", "messages": [{"role": "user", "content": "hi"}], "stream_options": {"include_usage": true}}""", "stream_options")]
    [InlineData("no tokens", """{"model": "gpt-4o", "messages": [{"role": "user", "content": "hi"}], "max_tokens": 0}""", "max_tokens")]
    [InlineData("hot", """{"model": "gpt-4o", "messages": [{"role": "user", "content": "hi"}], "temperature": 2.5}""", "temperature")]
    [InlineData("unnamed tool", """{"model": "gpt-4o", "messages": [{"role": "user", "content": "hi"}], "tools": [{"type": "function", "function": {}}]}""", "tools[0].function.name")]
    [InlineData("choice of an unknown tool", """{"model": "gpt-4o", "messages": [{"role": "user", "content": "hi"}], "tools": [{"type": "function", "function": {"name": "g"}}], "tool_choice": {"type": "function", "function": {"name": "f"}}}""", "tool_choice.function.name")]
    [InlineData("no tools", """{"model": "gpt-4o", "messages": [{"role": "user", "content": "hi"}], "tools": []}""", "tools")]
    [InlineData("choice without tools", """{"model": "gpt-4o", "messages": [{"role": "user", "content": "hi"}], "tool_choice": "auto"}""", "tool_choice")]
    [InlineData("parallel without tools", """{"model": "gpt-4o", "messages": [{"role": "user", "content": "hi"}], "parallel_tool_calls": true}""", "parallel_tool_calls")]
    [InlineData("name with a dot", """{"model": "gpt-4o", "messages": [{"role": "user", "content": "hi"}], "tools": [{"type": "function", "function": {"name": "a.b"}}]}""", "tools[0].function.name")]
    [InlineData("two limits", """{"model": "gpt-4o", "messages": [{"role": "user", "content": "hi"}], "max_tokens": 9, "max_completion_tokens": 9}""", "max_tokens")]
    [InlineData("five stops", """{"model": "gpt-4o", "messages": [{"role": "user", "content": "hi"}], "stop": ["1", "2", "3", "4", "5"]}""", "stop")]
    [InlineData("no calls", """{"model": "gpt-4o", "messages": [{"role": "assistant", "content": "a", "tool_calls": []}]}""", "messages[0].tool_calls")]
    [InlineData("arguments as object", """{"model": "gpt-4o", "messages": [{"role": "assistant", "tool_calls": [{"id": "c", "type": "function", "function": {"name": "f", "arguments": {}}}]}, {"role": "tool", "tool_call_id": "c", "content": "x"}]}""", "messages[0].tool_calls[0].function.arguments")]
    [InlineData("half a surrogate pair", """{"model": "gpt-4o", "messages": [{"role": "user", "content": "\ud800"}]}""", null)]
    public async Task ChatCompletions_BadRequest_NamesField(string id, string body, string? field)
    {
        await using var mock = await RunningMock.StartAsync();

        var answer = await mock.PostAsync("/v1/chat/completions", body);

        Assert.True(answer.Status == 400, id);
        Assert.Equal("invalid_request_error", answer.Json["error"]!["type"]!.GetValue<string>());
        Assert.Equal(field, answer.Json["error"]!["param"]?.GetValue<string>());
        Assert.Contains(field ?? "body", answer.Json["error"]!["message"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("not JSON", "{", "body")]
    [InlineData("no max_tokens", """{"model": "gpt-4o", "messages": [{"role": "user", "content": "hi"}]}""", "max_tokens")]
    [InlineData("no messages", """{"model": "gpt-4o", "max_tokens": 9}""", "messages")]
    [InlineData("tool role", """{"model": "gpt-4o", "max_tokens": 9, "messages": [{"role": "tool", "content": "hi"}]}""", "messages[0].role")]
    [InlineData("assistant first", """{"model": "gpt-4o", "max_tokens": 9, "messages": [{"role": "assistant", "content": "hi"}]}""", "messages[0].role")]
    [InlineData("empty text", """{"model": "gpt-4o", "max_tokens": 9, "messages": [{"role": "user", "content": [{"type": "text", "text": ""}]}]}""", "messages[0].content[0].text")]
    [InlineData("unknown tool use", """{"model": "gpt-4o", "max_tokens": 9, "messages": [{"role": "user", "content": [{"type": "tool_result", "tool_use_id": "t"}]}]}""", "messages[0].content[0].tool_use_id")]
    [InlineData("tool use without result", """{"model": "gpt-4o", "max_tokens": 9, "messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": [{"type": "tool_use", "id": "t", "name": "f", "input": {}}]}, {"role": "user", "content": "b"}]}""", "messages[2].content")]
    [InlineData("tool input as text", """{"model": "gpt-4o", "max_tokens": 9, "messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": [{"type": "tool_use", "id": "t", "name": "f", "input": "{}"}]}]}""", "messages[1].content[0].input")]
    [InlineData("hot", """{"model": "gpt-4o", "max_tokens": 9, "temperature": 1.5, "messages": [{"role": "user", "content": "hi"}]}""", "temperature")]
    [InlineData("choice as text", """{"model": "gpt-4o", "max_tokens": 9, "tool_choice": "auto", "messages": [{"role": "user", "content": "hi"}]}""", "tool_choice")]
    [InlineData("OpenAI's tool", """{"model": "gpt-4o", "max_tokens": 9, "tools": [{"type": "function", "function": {"name": "f"}}], "messages": [{"role": "user", "content": "hi"}]}""", "tools[0].name")]
    [InlineData("empty content", """{"model": "gpt-4o", "max_tokens": 9, "messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": []}, {"role": "user", "content": "b"}]}""", "messages[1].content")]
    [InlineData("id with a dot", """{"model": "gpt-4o", "max_tokens": 9, "messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": [{"type": "tool_use", "id": "a.b", "name": "f", "input": {}}]}]}""", "messages[1].content[0].id")]
    [InlineData("result after text", """{"model": "gpt-4o", "max_tokens": 9, "messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": [{"type": "tool_use", "id": "t", "name": "f", "input": {}}]}, {"role": "user", "content": [{"type": "text", "text": "b"}, {"type": "tool_result", "tool_use_id": "t"}]}]}""", "messages[2].content[1].type")]
    [InlineData("thinks and samples", """{"model": "gpt-4o", "max_tokens": 9, "temperature": 0.5, "thinking": {"type": "adaptive"}, "messages": [{"role": "user", "content": "hi"}]}""", "temperature")]
    [InlineData("thinks and is forced", """{"model": "gpt-4o", "max_tokens": 9, "tools": [{"name": "f", "input_schema": {}}], "tool_choice": {"type": "any"}, "thinking": {"type": "adaptive"}, "messages": [{"role": "user", "content": "hi"}]}""", "tool_choice")]
    [InlineData("thinks more than it may say", """{"model": "gpt-4o", "max_tokens": 1024, "thinking": {"type": "enabled", "budget_tokens": 1024}, "messages": [{"role": "user", "content": "hi"}]}""", "thinking.budget_tokens")]
    public async Task Messages_BadRequest_NamesField(string id, string body, string field)
    {
        await using var mock = await RunningMock.StartAsync();

        var answer = await mock.PostAsync("/v1/messages", body);

        Assert.True(answer.Status == 400, id);
        Assert.Equal("error", answer.Json["type"]!.GetValue<string>());
        Assert.Equal("invalid_request_error", answer.Json["error"]!["type"]!.GetValue<string>());
        Assert.Contains(field, answer.Json["error"]!["message"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("2023-06-01", 200)]
    [InlineData("2026-10-21", 400)]
    public async Task Messages_Temperature_DependsOnVersion(string version, int status)
    {
        await using var mock = await RunningMock.StartAsync();
        mock.Client.DefaultRequestHeaders.Add("anthropic-version", version);

        var answer = await mock.PostAsync("/v1/messages", """{"model": "gpt-4o", "max_tokens": 9, "temperature": 0.5, "messages": [{"role": "user", "content": "hi"}]}""");

        Assert.Equal(status, answer.Status);
    }

    [Theory]
    [InlineData("no input", """{"model": "gpt-4o"}""", "input")]
    [InlineData("empty input", """{"model": "gpt-4o", "input": []}""", "input")]
    [InlineData("unknown role", """{"model": "gpt-4o", "input": [{"role": "tool", "content": "hi"}]}""", "input[0].role")]
    [InlineData("assistant with input_text", """{"model": "gpt-4o", "input": [{"role": "assistant", "content": [{"type": "input_text", "text": "hi"}]}]}""", "input[0].content[0].type")]
    [InlineData("unknown call", """{"model": "gpt-4o", "input": [{"type": "function_call_output", "call_id": "c", "output": "x"}]}""", "input[0].call_id")]
    [InlineData("call without output", """{"model": "gpt-4o", "input": [{"type": "function_call", "call_id": "c", "name": "f", "arguments": ""}]}""", "input")]
    [InlineData("too few tokens", """{"model": "gpt-4o", "input": "hi", "max_output_tokens": 15}""", "max_output_tokens")]
    [InlineData("call id of another API", """{"model": "gpt-4o", "input": [{"type": "function_call", "id": "toolu_1", "call_id": "c", "name": "f", "arguments": "{}"}]}""", "input[0].id")]
    [InlineData("arguments as object", """{"model": "gpt-4o", "input": [{"type": "function_call", "call_id": "c", "name": "f", "arguments": {}}]}""", "input[0].arguments")]
    [InlineData("chat's tool", """{"model": "gpt-4o", "input": "hi", "tools": [{"type": "function", "function": {"name": "f"}}]}""", "tools[0].name")]
    public async Task Responses_BadRequest_NamesField(string id, string body, string field)
    {
        await using var mock = await RunningMock.StartAsync();

        var answer = await mock.PostAsync("/v1/responses", body);

        Assert.True(answer.Status == 400, id);
        Assert.Equal(field, answer.Json["error"]!["param"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("/v1/chat/completions", "model_not_found")]
    [InlineData("/v1/messages", "not_found_error")]
    [InlineData("/v1/responses", "model_not_found")]
    public async Task Post_UnknownModel_IsNotFoundInTheDialect(string path, string said)
    {
        await using var mock = await RunningMock.StartAsync();

        var answer = await mock.PostAsync(path, """{"model": "nobody", "max_tokens": 9, "messages": [{"role": "user", "content": "hi"}], "input": "hi"}""");

        Assert.Equal(404, answer.Status);
        Assert.Equal(said, (answer.Json["error"]!["code"] ?? answer.Json["error"]!["type"])!.GetValue<string>());
    }

    [Theory]
    [InlineData("authorization", "Bearer right", 200)]
    [InlineData("x-api-key", "right", 200)]
    [InlineData("authorization", "Bearer wrong", 401)]
    [InlineData("x-other", "right", 401)]
    public async Task Post_KeyConfigured_WantsIt(string header, string value, int status)
    {
        await using var mock = await RunningMock.StartAsync("--Providers:ApiKey=right");
        mock.Client.DefaultRequestHeaders.Add(header, value);

        var answer = await mock.PostAsync("/v1/messages", """{"model": "gpt-4o", "max_tokens": 9, "messages": [{"role": "user", "content": "hi"}]}""");

        Assert.Equal(status, answer.Status);
    }

    [Fact]
    public async Task Post_LargerThanTheProviderTakes_IsTooLarge()
    {
        await using var mock = await RunningMock.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/messages") { Content = new ByteArrayContent(new byte[(32 << 20) + 1]) };
        request.Headers.ExpectContinue = true; // so that the refusal comes before the body

        var answer = await MockAnswer.ReadAsync(await mock.Client.SendAsync(request));

        Assert.Equal(413, answer.Status);
        Assert.Equal("request_too_large", answer.Json["error"]!["type"]!.GetValue<string>());
    }

    [Fact]
    public async Task Post_UnknownPath_IsNotFound()
    {
        await using var mock = await RunningMock.StartAsync();

        Assert.Equal(404, (await mock.PostAsync("/v1/unknown", "{}")).Status);
    }
}
