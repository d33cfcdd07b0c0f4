using System.Text.Json;
using Anthropic;
using Anthropic.Helpers;
using Anthropic.Models.Messages;

namespace ModelScan.Tests.Sdk;

/// <summary>Anthropic's client on Messages. Everything that arrives is held against its own idea of the format.</summary>
internal sealed class AnthropicConversation(AnthropicClient client, string model, SdkOptions options) : ISdkConversation
{
    private readonly List<MessageParam> _messages = [];

    public async Task<SdkAnswer> SendAsync(SdkTurn turn)
    {
        Add(turn);
        var message = await client.Messages.Create(Request());
        return Take(message);
    }

    public async Task<SdkAnswer> StreamAsync(SdkTurn turn, Action<string>? onText = null, CancellationToken cancellationToken = default)
    {
        Add(turn);
        var whole = new MessageContentAggregator();
        await foreach (var item in client.Messages.CreateStreaming(Request(), cancellationToken).CollectAsync(whole))
        {
            item.Validate();
            if (item.TryPickContentBlockDelta(out var delta) && delta.Delta.TryPickText(out var piece))
                onText?.Invoke(piece.Text);
        }

        return Take(whole.Message());
    }

    private MessageCreateParams Request()
    {
        var request = new MessageCreateParams { Model = model, MaxTokens = 2000, System = options.SystemPrompt, Messages = [.. _messages] };
        if (options.Tools)
            request = request with { Tools = [Weather, Clock] };
        if (options.Reasoning)
            request = request with { Thinking = new ThinkingConfigEnabled(1024) };
        if (options.Schema is { } schema)
            request = request with { OutputConfig = new OutputConfig { Format = new JsonOutputFormat { Schema = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(schema)! } } };
        return request;
    }

    private SdkAnswer Take(Message message)
    {
        message.Validate();
        var (text, thought) = ("", "");
        var calls = new List<SdkToolCall>();
        var content = new List<ContentBlockParam>();
        foreach (var block in message.Content)
        {
            if (block.TryPickThinking(out var thinking))
            {
                thought += thinking.Thinking;
                content.Add(new ThinkingBlockParam { Thinking = thinking.Thinking, Signature = thinking.Signature });
            }
            else if (block.TryPickText(out var said))
            {
                text += said.Text;
                content.Add(new TextBlockParam(said.Text));
            }
            else if (block.TryPickToolUse(out var use))
            {
                calls.Add(new SdkToolCall(use.ID, use.Name, JsonSerializer.Serialize(use.Input)));
                content.Add(new ToolUseBlockParam { ID = use.ID, Name = use.Name, Input = use.Input });
            }
        }

        _messages.Add(new AssistantMessageParam { Content = content });
        return new SdkAnswer(text, FinishOf(message.StopReason?.Value()), message.Usage.InputTokens, message.Usage.OutputTokens, calls) { Thought = thought };
    }

    private void Add(SdkTurn turn)
    {
        List<ContentBlockParam> content = turn.Results is { } results
            ? [.. results.Select(result => (ContentBlockParam)new ToolResultBlockParam(result.CallId) { Content = result.Output })]
            : [new TextBlockParam(turn.Text)];
        if (turn.Png is { } png)
            content.Add(new ImageBlockParam(new Base64ImageSource { Data = Convert.ToBase64String(png), MediaType = MediaType.ImagePng }));
        if (turn.ImageAddress is { } address)
            content.Add(new ImageBlockParam(new UrlImageSource(address.ToString())));
        _messages.Add(new UserMessageParam { Content = content });
    }

    private static SdkFinish FinishOf(StopReason? reason) => reason switch
    {
        StopReason.EndTurn => SdkFinish.Complete,
        StopReason.ToolUse => SdkFinish.ToolCalls,
        _ => SdkFinish.Other,
    };

    private static Tool Weather => new()
    {
        Name = SampleTools.Weather,
        Description = "The weather",
        InputSchema = new InputSchema
        {
            Properties = new Dictionary<string, JsonElement> { ["city"] = JsonElement.Parse(SampleTools.CitySchema) },
            Required = ["city"],
        },
    };

    private static Tool Clock => new() { Name = SampleTools.Clock, InputSchema = new InputSchema() };
}
