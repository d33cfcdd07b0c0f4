#pragma warning disable OPENAI001 // the SDK calls its Responses client experimental
using System.Text;
using ModelScan.Tests.Support;
using OpenAI.Chat;
using OpenAI.Responses;

namespace ModelScan.Tests.Dialects.Translation;

/// <summary>
/// OpenAI's own client on one side, the mock, which is as strict as OpenAI, on the other, a translation between them (K27).
/// </summary>
public sealed class TranslatedSdkTests
{
    private static readonly BinaryData CityParameters = BinaryData.FromString("""{"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}""");

    [Fact]
    public async Task CreateResponse_OnChatProvider_Parses()
    {
        await using var mock = await RunningMock.StartAsync();
        await using var gateway = await TranslatingProxy.StartAsync(mock.Address);

        ResponseResult response = await Responses(gateway).CreateResponseAsync(Ask("hello"));

        Assert.Equal("This is openai/gpt-4o. You said: hello", response.GetOutputText());
        Assert.Equal(ResponseStatus.Completed, response.Status);
        Assert.Equal(10, response.Usage.OutputTokenCount);
    }

    [Fact]
    public async Task CreateResponse_ToolLoopOnChatProvider_EndsWithText()
    {
        await using var mock = await RunningMock.StartAsync();
        await using var gateway = await TranslatingProxy.StartAsync(mock.Address);
        var options = Ask("Tell me both.");
        options.Tools.Add(ResponseTool.CreateFunctionTool("weather", CityParameters, strictModeEnabled: false));
        options.Tools.Add(ResponseTool.CreateFunctionTool("clock", BinaryData.FromString("""{"type":"object","properties":{}}"""), strictModeEnabled: false));

        ResponseResult calling = await Responses(gateway).CreateResponseAsync(options);
        foreach (var item in calling.OutputItems)
            options.InputItems.Add(item);
        foreach (var call in calling.OutputItems.OfType<FunctionCallResponseItem>())
            options.InputItems.Add(ResponseItem.CreateFunctionCallOutputItem(call.CallId, $"{call.FunctionName}({call.FunctionArguments})"));
        ResponseResult final = await Responses(gateway).CreateResponseAsync(options);

        Assert.Equal("""This is openai/gpt-4o. The tools answered: weather({"city":"city"}); clock({})""", final.GetOutputText());
    }

    [Theory]
    [InlineData("hello")]
    [InlineData("Tell me both.")]
    public async Task CreateResponseStreaming_OnChatProvider_ParsesEveryEvent(string question)
    {
        await using var mock = await RunningMock.StartAsync();
        await using var gateway = await TranslatingProxy.StartAsync(mock.Address);
        var options = Ask(question);
        options.StreamingEnabled = true;
        if (question != "hello")
        {
            options.Tools.Add(ResponseTool.CreateFunctionTool("weather", CityParameters, strictModeEnabled: false));
            options.Tools.Add(ResponseTool.CreateFunctionTool("clock", BinaryData.FromString("""{"type":"object","properties":{}}"""), strictModeEnabled: false));
        }

        var text = new StringBuilder();
        var calls = new SortedDictionary<int, string>();
        ResponseResult? completed = null;
        await foreach (var update in Responses(gateway).CreateResponseStreamingAsync(options))
        {
            Assert.DoesNotContain("Unknown", update.GetType().Name, StringComparison.Ordinal);
            if (update is StreamingResponseOutputTextDeltaUpdate delta)
                text.Append(delta.Delta);
            if (update is StreamingResponseFunctionCallArgumentsDeltaUpdate piece)
                calls[piece.OutputIndex] = calls.GetValueOrDefault(piece.OutputIndex) + piece.Delta;
            if (update is StreamingResponseCompletedUpdate end)
                completed = end.Response;
        }

        Assert.Equal(question == "hello" ? "This is openai/gpt-4o. You said: hello" : "", text.ToString());
        Assert.Equal(question == "hello" ? [] : ["""{"city":"city"}""", "{}"], calls.Values);
        Assert.Equal(text.ToString(), completed!.GetOutputText() ?? "");
        Assert.True(completed.Usage.OutputTokenCount > 0);
    }

    [Fact]
    public async Task CompleteChat_ToolLoopOnResponsesProvider_EndsWithText()
    {
        await using var mock = await RunningMock.StartAsync();
        await using var gateway = await TranslatingProxy.StartAsync(mock.Address);
        var options = new ChatCompletionOptions { Tools = { ChatTool.CreateFunctionTool("weather", "The weather", CityParameters), ChatTool.CreateFunctionTool("clock") } };
        var messages = new List<ChatMessage> { new SystemChatMessage("Be brief."), new UserChatMessage("Tell me both.") };

        ChatCompletion calling = await Chat(gateway).CompleteChatAsync(messages, options);
        messages.Add(new AssistantChatMessage(calling));
        messages.AddRange(calling.ToolCalls.Select(call => new ToolChatMessage(call.Id, $"{call.FunctionName}({call.FunctionArguments})")));
        ChatCompletion final = await Chat(gateway).CompleteChatAsync(messages, options);

        Assert.Equal(ChatFinishReason.ToolCalls, calling.FinishReason);
        Assert.Equal("""This is openai/gpt-4o. The tools answered: weather({"city":"city"}); clock({})""", final.Content[0].Text);
        Assert.Equal(ChatFinishReason.Stop, final.FinishReason);
    }

    [Fact]
    public async Task CompleteChatStreaming_OnResponsesProvider_ParsesToTheUsage()
    {
        await using var mock = await RunningMock.StartAsync();
        await using var gateway = await TranslatingProxy.StartAsync(mock.Address);
        var text = new StringBuilder();
        ChatFinishReason? finish = null;
        ChatTokenUsage? usage = null;

        await foreach (var update in Chat(gateway).CompleteChatStreamingAsync(new UserChatMessage("hello")))
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
    public async Task CompleteChatStreaming_CallsOnResponsesProvider_BringTheirArguments()
    {
        await using var mock = await RunningMock.StartAsync();
        await using var gateway = await TranslatingProxy.StartAsync(mock.Address);
        var options = new ChatCompletionOptions { Tools = { ChatTool.CreateFunctionTool("weather", "The weather", CityParameters), ChatTool.CreateFunctionTool("clock") } };
        var arguments = new SortedDictionary<int, string>();

        await foreach (var update in Chat(gateway).CompleteChatStreamingAsync([new UserChatMessage("Tell me both.")], options))
        {
            foreach (var call in update.ToolCallUpdates)
                arguments[call.Index] = arguments.GetValueOrDefault(call.Index) + call.FunctionArgumentsUpdate;
        }

        Assert.Equal(["""{"city":"city"}""", "{}"], arguments.Values);
    }

    private static CreateResponseOptions Ask(string text) => new() { Model = "gpt-4o", InputItems = { ResponseItem.CreateUserMessageItem(text) } };

    private static ChatClient Chat(TranslatingProxy gateway) => SdkClients.Chat(gateway.Address, "gpt-4o");

    private static ResponsesClient Responses(TranslatingProxy gateway) => SdkClients.Responses(gateway.Address);
}
