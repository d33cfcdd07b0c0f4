#pragma warning disable OPENAI001 // the SDK calls its Responses client experimental
using System.Text;
using OpenAI.Responses;

namespace ModelScan.Tests.Sdk;

/// <summary>OpenAI's client on Responses, which keeps nothing at the provider: every turn sends all items.</summary>
internal sealed class OpenAiResponsesConversation : ISdkConversation
{
    private readonly ResponsesClient _client;
    private readonly CreateResponseOptions _options;

    public OpenAiResponsesConversation(ResponsesClient client, string model, SdkOptions options)
    {
        _client = client;
        _options = new CreateResponseOptions { Model = model, Instructions = options.SystemPrompt, StoredOutputEnabled = false };
        if (options.Tools)
        {
            _options.Tools.Add(ResponseTool.CreateFunctionTool(SampleTools.Weather, BinaryData.FromString(SampleTools.WeatherSchema), strictModeEnabled: false));
            _options.Tools.Add(ResponseTool.CreateFunctionTool(SampleTools.Clock, BinaryData.FromString(SampleTools.ClockSchema), strictModeEnabled: false));
        }

        if (options.Reasoning)
        {
            _options.ReasoningOptions = new ResponseReasoningOptions { ReasoningEffortLevel = ResponseReasoningEffortLevel.Low, ReasoningSummaryVerbosity = ResponseReasoningSummaryVerbosity.Auto };
            _options.IncludedProperties.Add(IncludedResponseProperty.ReasoningEncryptedContent);
        }

        if (options.Schema is { } schema)
            _options.TextOptions = new ResponseTextOptions { TextFormat = ResponseTextFormat.CreateJsonSchemaFormat("answer", BinaryData.FromString(schema), jsonSchemaIsStrict: true) };
    }

    public async Task<SdkAnswer> SendAsync(SdkTurn turn)
    {
        Add(turn);
        _options.StreamingEnabled = null;
        ResponseResult response = await _client.CreateResponseAsync(_options);
        return Take(response);
    }

    public async Task<SdkAnswer> StreamAsync(SdkTurn turn, Action<string>? onText = null, CancellationToken cancellationToken = default)
    {
        Add(turn);
        _options.StreamingEnabled = true;
        var text = new StringBuilder();
        var arguments = new SortedDictionary<int, string>();
        ResponseResult? completed = null;
        await foreach (var update in _client.CreateResponseStreamingAsync(_options, cancellationToken))
        {
            Assert.DoesNotContain("Unknown", update.GetType().Name, StringComparison.Ordinal);
            switch (update)
            {
                case StreamingResponseOutputTextDeltaUpdate piece:
                    text.Append(piece.Delta);
                    onText?.Invoke(piece.Delta);
                    break;
                case StreamingResponseFunctionCallArgumentsDeltaUpdate piece:
                    arguments[piece.OutputIndex] = arguments.GetValueOrDefault(piece.OutputIndex) + piece.Delta;
                    break;
                case StreamingResponseErrorUpdate error:
                    throw new SdkStreamErrorException($"{error.Code} {error.Message}");
                case StreamingResponseFailedUpdate failed:
                    throw new SdkStreamErrorException($"{failed.Response.Error?.Code} {failed.Response.Error?.Message}");
                case StreamingResponseCompletedUpdate end:
                    completed = end.Response;
                    break;
            }
        }

        Assert.NotNull(completed);
        var answer = Take(completed);

        // Some applications go by the pieces, others by the whole at the end.
        Assert.Equal(answer.Text, text.ToString());
        Assert.Equal(answer.Calls.Select(call => call.Arguments), arguments.Values);
        return answer;
    }

    private SdkAnswer Take(ResponseResult response)
    {
        foreach (var item in response.OutputItems)
            _options.InputItems.Add(item);
        var calls = response.OutputItems.OfType<FunctionCallResponseItem>().Select(call => new SdkToolCall(call.CallId, call.FunctionName, call.FunctionArguments.ToString())).ToList();
        var finish = response.Status != ResponseStatus.Completed ? SdkFinish.Other
            : calls.Count > 0 ? SdkFinish.ToolCalls
            : SdkFinish.Complete;
        return new SdkAnswer(response.GetOutputText() ?? "", finish, response.Usage.InputTokenCount, response.Usage.OutputTokenCount, calls)
        {
            Thought = string.Concat(response.OutputItems.OfType<ReasoningResponseItem>().Select(item => item.GetSummaryText())),
        };
    }

    private void Add(SdkTurn turn)
    {
        if (turn.Results is { } results)
        {
            foreach (var result in results)
                _options.InputItems.Add(ResponseItem.CreateFunctionCallOutputItem(result.CallId, result.Output));
            return;
        }

        var parts = new List<ResponseContentPart> { ResponseContentPart.CreateInputTextPart(turn.Text) };
        if (turn.Png is { } png)
            parts.Add(ResponseContentPart.CreateInputImagePart(new BinaryData(png, "image/png")));
        if (turn.ImageAddress is { } address)
            parts.Add(ResponseContentPart.CreateInputImagePart(address));
        _options.InputItems.Add(ResponseItem.CreateUserMessageItem(parts));
    }
}
