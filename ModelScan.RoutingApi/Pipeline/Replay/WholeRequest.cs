using System.Buffers;

namespace ModelScan.RoutingApi.Pipeline.Replay;

/// <summary>
/// Makes of a request that goes on from an earlier response one that says everything itself: its <c>input</c> begins with the earlier
/// turns, and it names no response. Every other member is as the client wrote it.
/// </summary>
internal static class WholeRequest
{
    /// <summary>Writes the request.</summary>
    /// <param name="body">The client's.</param>
    /// <param name="earlier">The items of the earlier turns, in order.</param>
    /// <param name="resolve">Puts stored items in the places of those that name them.</param>
    /// <exception cref="InvalidRequestException">The body is not a JSON object.</exception>
    /// <exception cref="System.Text.Json.JsonException">Its input is not JSON.</exception>
    public static byte[] Of(ReadOnlySpan<byte> body, IReadOnlyList<ReadOnlyMemory<byte>> earlier, Func<IEnumerable<ReadOnlyMemory<byte>>, IEnumerable<ReadOnlyMemory<byte>>> resolve)
    {
        var output = new ArrayBufferWriter<byte>(body.Length + 256);
        output.Write("{"u8);
        var hasInput = false;
        var members = new BodyMembers(body);
        while (members.Read())
        {
            if (members.NameIs("previous_response_id"u8) || (hasInput && members.NameIs("input"u8)))
                continue;
            if (output.WrittenCount > 1)
                output.Write(","u8);
            if (members.NameIs("input"u8))
            {
                hasInput = true;
                WriteInput(output, earlier.Concat(resolve(SlicedJson.Elements(TurnItems.OfInput(members.Value)))));
            }
            else
            {
                output.Write(body[members.NameStart..members.ValueEnd]);
            }
        }

        if (!hasInput)
        {
            if (output.WrittenCount > 1)
                output.Write(","u8);
            WriteInput(output, earlier);
        }

        output.Write("}"u8);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Writes items as an array.</summary>
    public static void WriteItems(IBufferWriter<byte> output, IEnumerable<ReadOnlyMemory<byte>> items)
    {
        output.Write("["u8);
        var isFirst = true;
        foreach (var item in items)
        {
            if (!isFirst)
                output.Write(","u8);
            isFirst = false;
            output.Write(item.Span);
        }

        output.Write("]"u8);
    }

    private static void WriteInput(ArrayBufferWriter<byte> output, IEnumerable<ReadOnlyMemory<byte>> items)
    {
        output.Write("\"input\":"u8);
        WriteItems(output, items);
    }
}
