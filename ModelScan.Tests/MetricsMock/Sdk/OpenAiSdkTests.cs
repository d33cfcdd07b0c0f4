#pragma warning disable OPENAI001 // the SDK calls its Responses client experimental
using System.ClientModel;
using System.Text;
using ModelScan.Tests.Support;
using OpenAI.Chat;
using OpenAI.Responses;

namespace ModelScan.Tests.MetricsMock.Sdk;

/// <summary>OpenAI's own client takes the mock for the real thing.</summary>
public sealed class OpenAiSdkTests
{
    private static readonly BinaryData CityParameters = BinaryData.FromString("""{"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}""");

    [Fact]
    public async Task CompleteChat_Text_Parses()
    {
        await using var mock = await RunningMock.StartAsync();

        ChatCompletion completion = await Chat(mock).CompleteChatAsync(new SystemChatMessage("Be brief."), new UserChatMessage("hello"));

        Assert.Equal("This is openai/gpt-4o. You said: hello", completion.Content[0].Text);
        Assert.Equal(ChatFinishReason.Stop, completion.FinishReason);
        Assert.Equal(completion.Usage.InputTokenCount + completion.Usage.OutputTokenCount, completion.Usage.TotalTokenCount);
    }

    [Fact]
    public async Task CompleteChatStreaming_Text_ParsesToTheUsage()
    {
        await using var mock = await RunningMock.StartAsync();
        var text = new StringBuilder();
        ChatFinishReason? finish = null;
        ChatTokenUsage? usage = null;

        await foreach (var update in Chat(mock).CompleteChatStreamingAsync(new UserChatMessage("hello")))
        {
            text.Append(string.Concat(update.ContentUpdate.Select(part => part.Text)));
            finish ??= update.FinishReason;
            usage ??= update.Usage;
        }

        Assert.Equal("This is openai/gpt-4o. You said: hello", text.ToString());
        Assert.Equal(ChatFinishReason.Stop, finish);
        Assert.Equal(10, usage!.OutputTokenCount);
    }

    [Fact]
    public async Task CompleteChat_ToolLoop_EndsWithText()
    {
        await using var mock = await RunningMock.StartAsync();
        var options = new ChatCompletionOptions { Tools = { ChatTool.CreateFunctionTool("weather", "The weather", CityParameters), ChatTool.CreateFunctionTool("clock") } };
        var messages = new List<ChatMessage> { new UserChatMessage("Tell me both.") };

        ChatCompletion calling = await Chat(mock).CompleteChatAsync(messages, options);
        messages.Add(new AssistantChatMessage(calling));
        messages.AddRange(calling.ToolCalls.Select(call => new ToolChatMessage(call.Id, $"{call.FunctionName}({call.FunctionArguments})")));
        ChatCompletion final = await Chat(mock).CompleteChatAsync(messages, options);

        Assert.Equal(ChatFinishReason.ToolCalls, calling.FinishReason);
        Assert.Equal("""This is openai/gpt-4o. The tools answered: weather({"city":"city"}); clock({})""", final.Content[0].Text);
    }

    [Fact]
    public async Task CompleteChatStreaming_ToolCall_BringsItsArguments()
    {
        await using var mock = await RunningMock.StartAsync();
        var options = new ChatCompletionOptions { Tools = { ChatTool.CreateFunctionTool("weather", "The weather", CityParameters) } };
        var arguments = new StringBuilder();

        await foreach (var update in Chat(mock).CompleteChatStreamingAsync([new UserChatMessage("How warm?")], options))
        {
            foreach (var call in update.ToolCallUpdates)
                arguments.Append(call.FunctionArgumentsUpdate);
        }

        Assert.Equal("""{"city":"city"}""", arguments.ToString());
    }

    [Theory]
    [InlineData("""{"kind": "rate_limit"}""", 429)]
    [InlineData("""{"kind": "overloaded"}""", 503)]
    public async Task CompleteChat_Failure_IsItsException(string failure, int status)
    {
        await using var mock = await RunningMock.StartAsync();
        await mock.FailAsync("openai/gpt-4o", failure);

        var exception = await Assert.ThrowsAsync<ClientResultException>(() => Chat(mock).CompleteChatAsync(new UserChatMessage("hello")));

        Assert.Equal(status, exception.Status);
    }

    [Fact]
    public async Task CreateResponse_Text_Parses()
    {
        await using var mock = await RunningMock.StartAsync();

        ResponseResult response = await Responses(mock).CreateResponseAsync(Ask("hello"));

        Assert.Equal("This is openai/gpt-4o. You said: hello", response.GetOutputText());
        Assert.Equal(ResponseStatus.Completed, response.Status);
        Assert.Equal(10, response.Usage.OutputTokenCount);
    }

    [Fact]
    public async Task CreateResponse_ToolLoop_EndsWithText()
    {
        await using var mock = await RunningMock.StartAsync();
        var options = Ask("How warm?");
        options.Tools.Add(ResponseTool.CreateFunctionTool("weather", CityParameters, strictModeEnabled: false));

        ResponseResult calling = await Responses(mock).CreateResponseAsync(options);
        var call = Assert.IsType<FunctionCallResponseItem>(Assert.Single(calling.OutputItems));
        options.InputItems.Add(call);
        options.InputItems.Add(ResponseItem.CreateFunctionCallOutputItem(call.CallId, $"{call.FunctionArguments}"));
        ResponseResult final = await Responses(mock).CreateResponseAsync(options);

        Assert.Equal("""This is openai/gpt-4o. The tools answered: {"city":"city"}""", final.GetOutputText());
    }

    [Fact]
    public async Task CreateResponseStreaming_Reasoning_ParsesEveryEvent()
    {
        await using var mock = await RunningMock.StartAsync();
        var options = Ask("hello");
        options.StreamingEnabled = true;
        options.ReasoningOptions = new ResponseReasoningOptions { ReasoningEffortLevel = ResponseReasoningEffortLevel.Low, ReasoningSummaryVerbosity = ResponseReasoningSummaryVerbosity.Auto };
        var text = new StringBuilder();
        var kinds = new List<Type>();
        ResponseResult? completed = null;

        await foreach (var update in Responses(mock).CreateResponseStreamingAsync(options))
        {
            kinds.Add(update.GetType());
            if (update is StreamingResponseOutputTextDeltaUpdate delta)
                text.Append(delta.Delta);
            if (update is StreamingResponseCompletedUpdate end)
                completed = end.Response;
        }

        Assert.Equal("This is openai/gpt-4o. You said: hello", text.ToString());
        Assert.IsAssignableFrom<ReasoningResponseItem>(completed!.OutputItems[0]);
        Assert.IsAssignableFrom<MessageResponseItem>(completed.OutputItems[1]);
        Assert.DoesNotContain(kinds, kind => kind.Name.Contains("Unknown", StringComparison.Ordinal));
    }

    private static CreateResponseOptions Ask(string text) => new() { Model = "gpt-4o", InputItems = { ResponseItem.CreateUserMessageItem(text) } };

    private static ChatClient Chat(RunningMock mock) => SdkClients.Chat(mock.Address, "gpt-4o");

    private static ResponsesClient Responses(RunningMock mock) => SdkClients.Responses(mock.Address);
}
