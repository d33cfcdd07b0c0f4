using System.Buffers;
using ModelScan.RoutingApi.Dialects;

namespace ModelScan.RoutingApi.Routing.Attempts;

/// <summary>The event by which a stream of each format says that it broke off.</summary>
internal static class SseErrorEvent
{
    /// <summary>
    /// Writes one whole event: <c>data: {"error": …}</c> for Chat Completions, <c>event: error</c> with
    /// <c>{"type": "error", "error": …}</c> for Messages and with <c>{"type": "error", "code", "message", "param", "error"}</c> for Responses.
    /// </summary>
    public static void Write(IBufferWriter<byte> output, ApiFormat format, ClientError error)
    {
        using var writer = new SseWriter();
        var json = writer.BeginEvent(output, format == ApiFormat.ChatCompletions ? default : "error"u8);
        if (format == ApiFormat.Responses)
            WriteFlat(json, error);
        else
            error.WriteTo(json, format);
        writer.EndEvent(output);
    }

    // https://platform.openai.com/docs/api-reference/responses-streaming/error
    private static void WriteFlat(Utf8JsonWriter json, ClientError error)
    {
        json.WriteStartObject();
        json.WriteString("type", "error");
        error.WriteEventMembers(json);
        json.WriteEndObject();
    }
}
