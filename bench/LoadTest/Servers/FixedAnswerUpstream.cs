using System.Buffers;
using System.Buffers.Text;
using System.IO.Pipelines;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Connections;

namespace LoadTest.Servers;

/// <summary>
/// A provider that costs next to nothing: Kestrel's sockets without its HTTP, answering what was written beforehand. A body of
/// 16 KB or more is answered with 32 KB, a smaller one with 640 bytes, one that asks for a paced stream with that.
/// Requests must come one after the other on a connection, with a content-length.
/// </summary>
internal sealed class FixedAnswerUpstream : ConnectionHandler
{
    private const int LargeFrom = 16 * 1024;
    private const int LargestHead = 64 * 1024;

    /// <summary>Runs until the process is ended.</summary>
    public static async Task RunAsync(int port)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port, listen => listen.UseConnectionHandler<FixedAnswerUpstream>()));
        await using var app = builder.Build();
        await app.RunAsync();
    }

    public override async Task OnConnectedAsync(ConnectionContext connection)
    {
        var (input, output) = (connection.Transport.Input, connection.Transport.Output);
        try
        {
            while (true)
            {
                var read = await input.ReadAsync(connection.ConnectionClosed);
                var request = TryRead(read.Buffer);
                if (request is { } complete)
                {
                    input.AdvanceTo(complete.End);
                    await AnswerAsync(output, complete, connection.ConnectionClosed);
                    if (!complete.IsUnderstood)
                        return;
                    continue;
                }

                if (read.IsCompleted)
                    return;
                input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or ConnectionResetException or ConnectionAbortedException or IOException)
        {
            // The other side left, which is how a measurement ends.
        }
    }

    private readonly record struct ReceivedRequest(SequencePosition End, ApiPath Api, bool Large, StreamShape? Stream, bool IsUnderstood = true);

    private static async ValueTask AnswerAsync(PipeWriter output, ReceivedRequest request, CancellationToken closed)
    {
        if (request.Stream is { } shape)
            await PacedStream.WriteAsync(output, request.Api, shape, closed);
        else
            await output.WriteAsync(request.IsUnderstood ? FixedAnswers.For(request.Api, request.Large) : FixedAnswers.LengthRequired, closed);
    }

    // Null until the request is there whole.
    private static ReceivedRequest? TryRead(ReadOnlySequence<byte> buffer)
    {
        if (buffer.IsSingleSegment)
            return TryRead(buffer, buffer.FirstSpan);
        if (buffer.Length > LargestHead + FixedAnswers.LargeBytes)
            return new ReceivedRequest(buffer.End, default, false, null, IsUnderstood: false);
        var length = (int)buffer.Length;
        var bytes = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            buffer.CopyTo(bytes);
            return TryRead(buffer, bytes.AsSpan(0, length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    private static ReceivedRequest? TryRead(ReadOnlySequence<byte> buffer, ReadOnlySpan<byte> bytes)
    {
        var headLength = bytes.IndexOf("\r\n\r\n"u8);
        if (headLength < 0)
            return null;
        var head = bytes[..headLength];
        if (ContentLength(head) is not { } length)
            return new ReceivedRequest(buffer.End, default, false, null, IsUnderstood: false);
        var total = headLength + 4 + length;
        if (bytes.Length < total)
            return null;
        var body = bytes.Slice(headLength + 4, length);
        var requestLine = head[..head.IndexOf("\r\n"u8)];
        return new ReceivedRequest(
            buffer.GetPosition(total), ApiPaths.Of(requestLine), length >= LargeFrom, StreamShape.TryFind(body, out var shape) ? shape : null);
    }

    private static int? ContentLength(ReadOnlySpan<byte> head)
    {
        while (head.IndexOf("\r\n"u8) is var end and >= 0)
        {
            head = head[(end + 2)..];
            var name = "content-length:"u8;
            if (head.Length > name.Length && Ascii.EqualsIgnoreCase(head[..name.Length], name))
                return Utf8Parser.TryParse(head[name.Length..].TrimStart((byte)' '), out int length, out _) && length >= 0 ? length : null;
        }

        return null;
    }
}
