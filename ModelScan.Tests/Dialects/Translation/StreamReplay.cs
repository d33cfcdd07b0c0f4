using System.Buffers;
using ModelScan.RoutingApi.Dialects.Translation;

namespace ModelScan.Tests.Dialects.Translation;

/// <summary>Feeds a provider's stream to a translation.</summary>
internal static class StreamReplay
{
    /// <summary>Everything the client gets when the provider sends <paramref name="pieces"/> and closes.</summary>
    public static byte[] Run(StreamTranslation stream, IEnumerable<byte[]> pieces)
    {
        var output = new ArrayBufferWriter<byte>();
        foreach (var piece in pieces)
            stream.Write(piece, output);
        stream.End(output);
        Assert.True(stream.IsComplete);
        var length = output.WrittenCount;
        stream.Write("data: {}\n\n"u8, output);
        stream.End(output);
        Assert.Equal(length, output.WrittenCount);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>The bytes in pieces of 1 to 40.</summary>
    public static byte[][] Pieces(byte[] bytes, Random random)
    {
        var pieces = new List<byte[]>();
        for (var start = 0; start < bytes.Length;)
        {
            var length = Math.Min(random.Next(1, 41), bytes.Length - start);
            pieces.Add(bytes[start..(start + length)]);
            start += length;
        }

        return [.. pieces];
    }
}

/// <summary>Reads what a client gets, strictly: each event is at most an <c>event</c> line, one <c>data</c> line and an empty line.</summary>
internal static class ClientEvents
{
    /// <summary>The payloads in order. The name of an event has to be its <c>type</c>.</summary>
    public static List<string> Parse(byte[] stream)
    {
        var text = new System.Text.UTF8Encoding(false, throwOnInvalidBytes: true).GetString(stream);
        var payloads = new List<string>();
        Assert.True(text.Length == 0 || text.EndsWith("\n\n", StringComparison.Ordinal));
        foreach (var block in text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries))
        {
            var lines = block.Split('\n');
            var payload = lines[^1];
            Assert.StartsWith("data: ", payload, StringComparison.Ordinal);
            payload = payload["data: ".Length..];
            Assert.True(lines.Length <= 2, block);
            if (lines.Length == 2)
                Assert.StartsWith($"{{\"type\":\"{lines[0]["event: ".Length..]}\"", payload, StringComparison.Ordinal);
            payloads.Add(payload);
        }

        return payloads;
    }
}
