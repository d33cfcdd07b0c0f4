using System.Text;
using System.Text.Json;
using ModelScan.RoutingApi.Wire;

namespace DecisionBenchmarks;

/// <summary>Requests of a given size in each API format, shaped as agents send them: instructions, tools, a few turns.</summary>
internal static class RequestBodies
{
    private const int SmallestWithTurns = 512;

    /// <summary>A body of exactly <paramref name="bytes"/> bytes, at least 80.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No such request is that short.</exception>
    public static byte[] Of(ApiFormat format, int bytes)
    {
        // The last user message takes up what is missing.
        var missing = bytes - Write(format, bytes, 0).Length;
        ArgumentOutOfRangeException.ThrowIfNegative(missing, nameof(bytes));
        return Write(format, bytes, missing);
    }

    private static byte[] Write(ApiFormat format, int bytes, int filling)
    {
        var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteString("model", "gpt-4o");
            if (bytes >= SmallestWithTurns)
                WriteSettings(json, format);
            json.WriteStartArray(format == ApiFormat.Responses ? "input" : "messages");
            if (bytes >= SmallestWithTurns)
            {
                for (var turn = 0; turn < Math.Max(1, bytes / 1024); turn++)
                {
                    WriteMessage(json, "user", Text(200));
                    WriteMessage(json, "assistant", Text(200));
                }
            }

            WriteMessage(json, "user", Text(filling));
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return stream.ToArray();
    }

    private static void WriteSettings(Utf8JsonWriter json, ApiFormat format)
    {
        json.WriteBoolean("stream", true);
        json.WriteNumber(format == ApiFormat.Messages ? "max_tokens" : "seed", 4096);
        if (format != ApiFormat.ChatCompletions)
            json.WriteString(format == ApiFormat.Messages ? "system" : "instructions", Text(60));
        json.WriteStartArray("tools");
        json.WriteRawValue(format switch
        {
            ApiFormat.Messages => """{"name":"read_file","description":"Reads a file","input_schema":{"type":"object","properties":{"path":{"type":"string"}}}}""",
            ApiFormat.Responses => """{"type":"function","name":"read_file","description":"Reads a file","parameters":{"type":"object","properties":{"path":{"type":"string"}}}}""",
            _ => """{"type":"function","function":{"name":"read_file","description":"Reads a file","parameters":{"type":"object","properties":{"path":{"type":"string"}}}}}""",
        });
        json.WriteEndArray();
    }

    private static void WriteMessage(Utf8JsonWriter json, string role, string text)
    {
        json.WriteStartObject();
        json.WriteString("role", role);
        json.WriteString("content", text);
        json.WriteEndObject();
    }

    private static string Text(int length)
    {
        const string Words = "please look at the parser of this project and tell me why it fails on an empty line ";
        var text = new StringBuilder(length);
        while (text.Length < length)
            text.Append(Words.AsSpan(0, Math.Min(Words.Length, length - text.Length)));
        return text.ToString();
    }
}
