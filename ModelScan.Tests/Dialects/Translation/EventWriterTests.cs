using System.Buffers;
using System.Text;
using ModelScan.RoutingApi.Dialects;
using ModelScan.RoutingApi.Dialects.AnthropicMessages;
using ModelScan.RoutingApi.Dialects.OpenAiChat;
using ModelScan.RoutingApi.UsageReports;

namespace ModelScan.Tests.Dialects.Translation;

/// <summary>The writers of streams write well-formed streams in whatever order they are called.</summary>
public sealed class EventWriterTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void MessagesEventWriter_AnyOrderOfCalls_WritesAWellFormedStream(bool repairs)
    {
        var random = new Random(17);
        for (var round = 0; round < 2000; round++)
        {
            var output = new ArrayBufferWriter<byte>();
            using var events = new MessagesEventWriter("m", repairs);
            for (var step = random.Next(30); step > 0; step--)
                Call(events, output, random.Next(12), random);
            events.Start(output, "msg_1", default);
            events.Finish(output, "end_turn"u8, null, default);
            StreamText.CheckMessages(Encoding.UTF8.GetString(output.WrittenSpan));
        }
    }

    [Fact]
    public void ChatChunkWriter_AnyOrderOfCalls_WritesAWellFormedStream()
    {
        var random = new Random(19);
        for (var round = 0; round < 2000; round++)
        {
            var output = new ArrayBufferWriter<byte>();
            using var chunks = new ChatChunkWriter("m", 1);
            for (var step = random.Next(30); step > 0; step--)
                Call(chunks, output, random.Next(10), random);
            chunks.Start(output, "c");
            chunks.Finish(output, "stop"u8, default(TokenTotals));
            StreamText.CheckChat(Encoding.UTF8.GetString(output.WrittenSpan));
        }
    }

    private static void Call(MessagesEventWriter events, ArrayBufferWriter<byte> output, int call, Random random)
    {
        switch (call)
        {
            case 0 or 1: events.Start(output, "msg_1", default); break;
            case 2: events.Text(output, "\"a\""u8); break;
            case 3: events.Thinking(output, "\"a\""u8); break;
            case 4: events.Signature(output, "\"s\""u8); break;
            case 5: events.RedactedThinking(output, "\"d\""u8); break;
            case 6: events.OpenToolUse(output, "t", "f"); break;
            case 7: events.ToolInput(output, random.Next(3) switch { 0 => "\"{}\""u8, 1 => "\"{\\\"a\\\":1\""u8, _ => "\"x\""u8 }); break;
            case 8: events.CloseBlock(output); break;
            case 9: events.Citation(output, "{}"u8); break;
            case 10 when random.Next(20) == 0: events.Fail(output, ClientError.Internal()); break;
            case 11 when random.Next(20) == 0: events.Finish(output, "tool_use"u8, null, default); break;
        }
    }

    private static void Call(ChatChunkWriter chunks, ArrayBufferWriter<byte> output, int call, Random random)
    {
        switch (call)
        {
            case 0 or 1: chunks.Start(output, "c"); break;
            case 2: chunks.Text(output, "\"a\""u8); break;
            case 3: chunks.Reasoning(output, "\"a\""u8); break;
            case 4: chunks.Refusal(output, "\"a\""u8); break;
            case 5: chunks.OpenToolCall(output, "t", "f"); break;
            case 6: chunks.Arguments(output, random.Next(3) - 1, "\"{}\""u8); break;
            case 7: chunks.Item(output, "annotations"u8, "{}"u8); break;
            case 8 when random.Next(20) == 0: chunks.Fail(output, ClientError.Internal()); break;
            case 9 when random.Next(20) == 0: chunks.Finish(output, "stop"u8, null); break;
        }
    }
}
