using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using ModelScan.RoutingApi.Capabilities;
using ModelScan.RoutingApi.Dialects.Translation;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Dialects.Translation;

/// <summary>Runs translations with a clock that stands still and ids that count.</summary>
internal static class PairRun
{
    public static TranslationContext Context(ModelCapabilities capabilities)
    {
        var number = 0;
        var time = VectorClock.Create();
        time.SetUtcNow(DateTimeOffset.FromUnixTimeSeconds(1_800_000_000));
        return new TranslationContext("client-model", "provider-model", capabilities, time, () => $"{++number:d24}");
    }

    public static TranslatedExchange Exchange(PairVector vector) =>
        vector.Translator.Translate(Encoding.UTF8.GetBytes(vector.Request.ToJsonString()), Context(vector.Capabilities));

    /// <summary>What comes of a vector, in the form of its expectation.</summary>
    public static JsonObject Actual(PairVector vector)
    {
        try
        {
            return vector.Kind switch
            {
                "request" => Request(vector),
                "answer" => Answer(vector),
                _ => new JsonObject { ["out"] = new JsonArray([.. Events(Stream(vector, [int.MaxValue]))]) },
            };
        }
        catch (InvalidRequestException exception)
        {
            return new JsonObject { ["refused"] = exception.Field };
        }
        catch (ProviderAnswerException exception)
        {
            return new JsonObject { ["failed"] = exception.Error?.Status };
        }
    }

    /// <summary>Sends a vector's stream in pieces of the given lengths, the last one again and again, and returns what the client gets.</summary>
    public static byte[] Stream(PairVector vector, IReadOnlyList<int> lengths) => Stream(vector, SseOf(vector), lengths);

    /// <summary>Sends these bytes as the stream of a vector.</summary>
    public static byte[] Stream(PairVector vector, ReadOnlySpan<byte> sse, IReadOnlyList<int> lengths)
    {
        var stream = Exchange(vector).OpenStream();
        var client = new ArrayBufferWriter<byte>();
        for (var (at, piece) = (0, 0); at < sse.Length; piece++)
        {
            var length = Math.Min(lengths[Math.Min(piece, lengths.Count - 1)], sse.Length - at);
            stream.Write(sse.Slice(at, length), client);
            at += length;
        }

        stream.End(client);
        Assert.True(stream.IsComplete);
        return client.WrittenSpan.ToArray();
    }

    /// <summary>The provider's bytes of a stream.</summary>
    public static byte[] SseOf(PairVector vector)
    {
        if (vector.Translator.Provider == ApiFormat.Converse)
            return [.. vector.In.AsArray().SelectMany(item => ConverseFrames.Of(item!.AsObject()))];
        var text = new StringBuilder();
        foreach (var item in vector.In.AsArray())
        {
            if (item is JsonObject data)
                text.Append("event: ").Append(data["type"]!.GetValue<string>()).Append("\ndata: ").Append(data.ToJsonString()).Append("\n\n");
            else if (item!.GetValue<string>() is { } raw && raw != "<eof>")
                text.Append(raw);
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>The events that a client reads; each is named as its data says, where it is named at all. The end mark of Chat Completions stands as <c>{}</c>.</summary>
    public static List<JsonObject> Events(byte[] sse)
    {
        var events = new List<JsonObject>();
        foreach (var block in Encoding.UTF8.GetString(sse).Split("\n\n", StringSplitOptions.RemoveEmptyEntries))
        {
            var lines = block.Split('\n');
            if (lines is [['d', 'a', 't', 'a', ':', ' ', .. var unnamed]])
            {
                events.Add(unnamed == "[DONE]" ? [] : JsonNode.Parse(unnamed)!.AsObject());
                continue;
            }

            Assert.Equal(2, lines.Length);
            Assert.StartsWith("event: ", lines[0], StringComparison.Ordinal);
            Assert.StartsWith("data: ", lines[1], StringComparison.Ordinal);
            var data = JsonNode.Parse(lines[1]["data: ".Length..])!.AsObject();
            Assert.Equal(lines[0]["event: ".Length..], data["type"]!.GetValue<string>());
            events.Add(data);
        }

        return events;
    }

    private static JsonObject Request(PairVector vector)
    {
        var exchange = vector.Translator.Translate(Encoding.UTF8.GetBytes(vector.In.ToJsonString()), Context(vector.Capabilities));
        var actual = new JsonObject { ["out"] = JsonNode.Parse(exchange.Body.Span) };
        if (exchange.Dropped.Count > 0)
            actual["dropped"] = new JsonArray([.. exchange.Dropped.Order(StringComparer.Ordinal)]);
        if (exchange.Headers.Count > 0)
            actual["headers"] = new JsonObject(exchange.Headers.Select(header => KeyValuePair.Create(header.Key, (JsonNode?)header.Value)));
        return actual;
    }

    private static JsonObject Answer(PairVector vector)
    {
        var client = new ArrayBufferWriter<byte>();
        Exchange(vector).TranslateAnswer(Encoding.UTF8.GetBytes(vector.In.ToJsonString()), client);
        return new JsonObject { ["out"] = JsonNode.Parse(client.WrittenSpan) };
    }
}
