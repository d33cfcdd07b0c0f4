using System.Buffers;
using ModelScan.RoutingApi.Resources;

namespace ModelScan.RoutingApi.Endpoints.Sockets;

/// <summary>
/// What a client says on a WebSocket of <c>/v1/responses</c>: <c>{"type": "response.create", "stream_id": "a", "model": …, "input": …}</c>, the members of
/// a request beside those of the connection (https://developers.openai.com/api/docs/guides/websocket-mode).
/// </summary>
/// <param name="StreamId">The conversation that it belongs to, as the client calls it; <see langword="null"/> for the one without a name.</param>
/// <param name="Generates">Whether a model is to answer; else the request is only what later ones go on from.</param>
/// <param name="Body">The same request for <c>POST /v1/responses</c>, with a stream.</param>
internal sealed record SocketMessage(string? StreamId, bool Generates, ReadOnlyMemory<byte> Body)
{
    private const int LongestStreamId = 256;

    /// <summary>What it takes of the memory of the process, until it is answered.</summary>
    public MemoryLease? Lease { get; init; }

    /// <summary>The conversation that a message belongs to, as far as it can be read.</summary>
    public static string? StreamIdOf(ReadOnlySpan<byte> message)
    {
        try
        {
            var members = new BodyMembers(message);
            while (members.Read())
            {
                if (members.NameIs("stream_id"u8))
                    return SlicedJson.OptionalText(members.Value, "stream_id") is { Length: > 0 and <= LongestStreamId } id ? id : null;
            }
        }
        catch (InvalidRequestException)
        {
            // Whoever reads the rest says so.
        }

        return null;
    }

    /// <summary>Reads a message.</summary>
    /// <exception cref="InvalidRequestException">It is none that is understood.</exception>
    public static SocketMessage Read(ReadOnlyMemory<byte> message)
    {
        var (type, generates) = ((string?)null, true);
        var nested = default(ReadOnlyMemory<byte>);
        var hasInput = false;
        string? streamId = null;
        var members = new BodyMembers(message.Span);
        while (members.Read())
        {
            if (members.NameIs("type"u8))
                type = SlicedJson.OptionalText(members.Value, "type");
            else if (members.NameIs("stream_id"u8))
                streamId = SlicedJson.OptionalText(members.Value, "stream_id");
            else if (members.NameIs("generate"u8))
                generates = !members.Value.SequenceEqual("false"u8);
            else if (members.NameIs("background"u8) && members.Value.SequenceEqual("true"u8))
                throw new InvalidRequestException("background", "is not possible on a WebSocket");
            else if (members.NameIs("response"u8) && members.Value[0] == '{')
                nested = message[members.ValueStart..members.ValueEnd];
            else
                hasInput |= members.NameIs("input"u8);
        }

        if (type != "response.create")
            throw new InvalidRequestException("type", type is null ? "is required" : $"must be response.create, not '{(type.Length <= 64 ? type : type[..64] + "…")}'");
        if (streamId is { Length: 0 or > LongestStreamId })
            throw new InvalidRequestException("stream_id", $"must have 1 to {LongestStreamId} characters");
        return new SocketMessage(streamId, generates, BodyOf(hasInput || nested.IsEmpty ? message : nested));
    }

    private static byte[] BodyOf(ReadOnlyMemory<byte> message)
    {
        var output = new ArrayBufferWriter<byte>(message.Length + 16);
        output.Write("{\"stream\":true"u8);
        var members = new BodyMembers(message.Span);
        while (members.Read())
        {
            if (IsOfTheConnection(ref members))
                continue;
            output.Write(","u8);
            output.Write(message.Span[members.NameStart..members.ValueEnd]);
        }

        output.Write("}"u8);
        return output.WrittenSpan.ToArray();
    }

    private static bool IsOfTheConnection(ref BodyMembers members) =>
        members.NameIs("type"u8) || members.NameIs("stream_id"u8) || members.NameIs("generate"u8) || members.NameIs("event_id"u8) || members.NameIs("stream"u8) || members.NameIs("background"u8);
}
