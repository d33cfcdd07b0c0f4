using System.Buffers;
using System.Text.Encodings.Web;

namespace ModelScan.RoutingApi.Wire;

/// <summary>Writes server-sent events with a JSON payload. One per stream; keeps its JSON writer between events.</summary>
internal sealed class SseWriter : IDisposable
{
    // Payloads are read by JSON parsers, never put into a page: text in other alphabets stays readable and short.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private readonly Utf8JsonWriter _json = new(Stream.Null, Options);

    /// <summary>Begins an event: write exactly one JSON value with the returned writer, then call <see cref="EndEvent"/>.</summary>
    /// <param name="output">Where the event goes.</param>
    /// <param name="name">The <c>event</c> field; empty for none.</param>
    public Utf8JsonWriter BeginEvent(IBufferWriter<byte> output, ReadOnlySpan<byte> name)
    {
        if (!name.IsEmpty)
        {
            output.Write("event: "u8);
            output.Write(name);
            output.Write("\n"u8);
        }

        output.Write("data: "u8);
        _json.Reset(output);
        return _json;
    }

    /// <summary>Ends the event that <see cref="BeginEvent"/> began on the same output.</summary>
    public void EndEvent(IBufferWriter<byte> output)
    {
        _json.Flush();
        output.Write("\n\n"u8);
    }

    /// <summary>Writes an event whose payload is not JSON, such as <c>[DONE]</c>.</summary>
    public static void WriteData(IBufferWriter<byte> output, ReadOnlySpan<byte> data)
    {
        output.Write("data: "u8);
        output.Write(data);
        output.Write("\n\n"u8);
    }

    public void Dispose() => _json.Dispose();
}
