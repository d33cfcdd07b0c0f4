using System.Text;
using System.Text.Json;
using Anthropic;
using Anthropic.Exceptions;
using Anthropic.Models.Messages;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.MetricsMock.Sdk;

/// <summary>Anthropic's own client takes the mock for the real thing.</summary>
public sealed class AnthropicSdkTests
{
    private const string Name = "anthropic/claude-sonnet-4-20250514";

    [Fact]
    public async Task Create_Text_ParsesAndValidates()
    {
        await using var mock = await RunningMock.StartAsync();

        var message = await Client(mock).Messages.Create(Ask("hello"));

        message.Validate();
        Assert.True(message.Content[0].TryPickText(out var text));
        Assert.Equal($"This is {Name}. You said: hello", text!.Text);
        Assert.Equal(15, message.Usage.OutputTokens);
    }

    [Fact]
    public async Task CreateStreaming_Text_ParsesEveryEvent()
    {
        await using var mock = await RunningMock.StartAsync();
        var text = new StringBuilder();
        long output = 0;
        var stopped = false;

        await foreach (var item in Client(mock).Messages.CreateStreaming(Ask("hello")))
        {
            item.Validate();
            if (item.TryPickContentBlockDelta(out var delta) && delta!.Delta.TryPickText(out var piece))
                text.Append(piece!.Text);
            if (item.TryPickDelta(out var end))
                output = end!.Usage.OutputTokens;
            stopped |= item.TryPickStop(out _);
        }

        Assert.Equal($"This is {Name}. You said: hello", text.ToString());
        Assert.Equal((15, true), (output, stopped));
    }

    [Fact]
    public async Task Create_Tools_CallsWithArguments()
    {
        await using var mock = await RunningMock.StartAsync();

        var message = await Client(mock).Messages.Create(Ask("How warm?") with { Tools = [Weather] });

        message.Validate();
        Assert.True(message.Content[0].TryPickToolUse(out var use));
        Assert.Equal("weather", use!.Name);
        Assert.Equal("city", use.Input["city"].GetString());
    }

    [Fact]
    public async Task CreateStreaming_ThinkingAndTool_BringsBoth()
    {
        await using var mock = await RunningMock.StartAsync();
        var (thinking, signature, input) = (new StringBuilder(), new StringBuilder(), new StringBuilder());

        await foreach (var item in Client(mock).Messages.CreateStreaming(Ask("How warm?") with { Tools = [Weather], Thinking = new ThinkingConfigEnabled(1024) }))
        {
            item.Validate();
            if (!item.TryPickContentBlockDelta(out var delta))
                continue;
            if (delta!.Delta.TryPickThinking(out var thought))
                thinking.Append(thought!.Thinking);
            else if (delta.Delta.TryPickSignature(out var signed))
                signature.Append(signed!.Signature);
            else if (delta.Delta.TryPickInputJson(out var json))
                input.Append(json!.PartialJson);
        }

        Assert.Equal($"{Name} thinks about 9 bytes of text.", thinking.ToString());
        Assert.Equal(44, signature.Length);
        Assert.Equal("""{"city":"city"}""", input.ToString());
    }

    [Fact]
    public async Task Create_RateLimit_IsItsException()
    {
        await using var mock = await RunningMock.StartAsync();
        await mock.FailAsync(Name, """{"kind": "rate_limit"}""");

        await Assert.ThrowsAsync<AnthropicRateLimitException>(() => Client(mock).Messages.Create(Ask("hello")));
    }

    private static Tool Weather => new()
    {
        Name = "weather",
        InputSchema = new InputSchema
        {
            Properties = new Dictionary<string, JsonElement> { ["city"] = JsonElement.Parse("""{"type": "string"}""") },
            Required = ["city"],
        },
    };

    private static MessageCreateParams Ask(string text) => new()
    {
        Model = "claude-sonnet-4-20250514",
        MaxTokens = 2000,
        Messages = [new UserMessageParam(text)],
    };

    private static AnthropicClient Client(RunningMock mock) => SdkClients.Messages(mock.Address);
}
