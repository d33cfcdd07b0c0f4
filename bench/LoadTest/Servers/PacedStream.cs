using System.Buffers.Text;
using System.Diagnostics;
using System.IO.Pipelines;
using System.Text;

namespace LoadTest.Servers;

/// <summary>
/// A stream of server-sent events at a steady pace, in HTTP/1.1 chunks of one event each. Every text event carries the moment
/// at which it was sent, so that whoever reads it can tell how long it took: <c>@</c> and 19 digits, nanoseconds of the machine's
/// monotonic clock, which is the same for all its processes.
/// </summary>
internal static class PacedStream
{
    /// <summary>What the moment begins with.</summary>
    public const byte TimeMark = (byte)'@';

    /// <summary>Digits of the moment.</summary>
    public const int TimeDigits = 19;

    private static readonly byte[] Head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncache-control: no-cache\r\ntransfer-encoding: chunked\r\n\r\n"u8.ToArray();

    /// <summary>Nanoseconds of the monotonic clock.</summary>
    public static long Now() => (long)(Stopwatch.GetTimestamp() * (1e9 / Stopwatch.Frequency));

    /// <summary>Writes the whole stream; the first text event at once.</summary>
    /// <param name="output">The connection.</param>
    /// <param name="api">The format of the events.</param>
    /// <param name="shape">How many events and how fast.</param>
    /// <param name="closed">Signalled when the connection is gone.</param>
    /// <exception cref="OperationCanceledException">The reader left.</exception>
    public static async Task WriteAsync(PipeWriter output, ApiPath api, StreamShape shape, CancellationToken closed)
    {
        var events = StreamEvents.Of(api);
        output.Write(Head);
        WriteChunk(output, events.Opening);
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(shape.IntervalMs));
        for (var i = 0; i < shape.Events; i++)
        {
            if (i > 0)
                await pace.WaitForNextTickAsync(closed);
            WriteTimedChunk(output, events);
            if ((await output.FlushAsync(closed)).IsCompleted)
                return;
        }

        WriteChunk(output, events.Closing);
        output.Write("0\r\n\r\n"u8);
        await output.FlushAsync(closed);
    }

    private static void WriteTimedChunk(PipeWriter output, StreamEvents events)
    {
        WriteLength(output, events.Text.Length);
        var span = output.GetSpan(events.Text.Length);
        events.Text.CopyTo(span);
        Utf8Formatter.TryFormat(Now(), span.Slice(events.TimeAt, TimeDigits), out _, new System.Buffers.StandardFormat('D', TimeDigits));
        output.Advance(events.Text.Length);
        output.Write("\r\n"u8);
    }

    private static void WriteChunk(PipeWriter output, byte[] bytes)
    {
        WriteLength(output, bytes.Length);
        output.Write(bytes);
        output.Write("\r\n"u8);
    }

    private static void WriteLength(PipeWriter output, int length)
    {
        Span<byte> line = stackalloc byte[16];
        Utf8Formatter.TryFormat(length, line, out var written, 'x');
        output.Write(line[..written]);
        output.Write("\r\n"u8);
    }

    private static void Write(this PipeWriter output, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(output.GetSpan(bytes.Length));
        output.Advance(bytes.Length);
    }
}

/// <summary>The events of a stream in one format.</summary>
/// <param name="Opening">What comes before the text.</param>
/// <param name="Text">One event with text.</param>
/// <param name="TimeAt">Where in <paramref name="Text"/> the digits of the moment go.</param>
/// <param name="Closing">What comes after.</param>
internal sealed record StreamEvents(byte[] Opening, byte[] Text, int TimeAt, byte[] Closing)
{
    private const string Moment = "@0000000000000000000";

    private static readonly StreamEvents Chat = Make(
        """
        data: {"id":"chatcmpl-bench","object":"chat.completion.chunk","created":1,"model":"bench","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}


        """,
        $$$"""
        data: {"id":"chatcmpl-bench","object":"chat.completion.chunk","created":1,"model":"bench","choices":[{"index":0,"delta":{"content":" {{{Moment}}} word"},"finish_reason":null}]}


        """,
        """
        data: {"id":"chatcmpl-bench","object":"chat.completion.chunk","created":1,"model":"bench","choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":{"prompt_tokens":20,"completion_tokens":100,"total_tokens":120}}

        data: [DONE]


        """);

    private static readonly StreamEvents Messages = Make(
        """
        event: message_start
        data: {"type":"message_start","message":{"id":"msg_bench","type":"message","role":"assistant","model":"bench","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":20,"output_tokens":1}}}

        event: content_block_start
        data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}


        """,
        $$$"""
        event: content_block_delta
        data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":" {{{Moment}}} word"}}


        """,
        """
        event: content_block_stop
        data: {"type":"content_block_stop","index":0}

        event: message_delta
        data: {"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":100}}

        event: message_stop
        data: {"type":"message_stop"}


        """);

    private static readonly StreamEvents Responses = Make(
        """
        event: response.created
        data: {"type":"response.created","sequence_number":0,"response":{"id":"resp_bench","object":"response","created_at":1,"status":"in_progress","model":"bench","output":[]}}


        """,
        $$$"""
        event: response.output_text.delta
        data: {"type":"response.output_text.delta","sequence_number":1,"item_id":"msg_bench","output_index":0,"content_index":0,"delta":" {{{Moment}}} word"}


        """,
        """
        event: response.completed
        data: {"type":"response.completed","sequence_number":2,"response":{"id":"resp_bench","object":"response","created_at":1,"status":"completed","model":"bench","output":[],"usage":{"input_tokens":20,"output_tokens":100,"total_tokens":120}}}


        """);

    public static StreamEvents Of(ApiPath api) => api switch
    {
        ApiPath.Messages => Messages,
        ApiPath.Responses => Responses,
        _ => Chat,
    };

    private static StreamEvents Make(string opening, string text, string closing) => new(
        Encoding.ASCII.GetBytes(opening), Encoding.ASCII.GetBytes(text), text.IndexOf(Moment, StringComparison.Ordinal) + 1, Encoding.ASCII.GetBytes(closing));
}
