using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Encodings.Web;

namespace ModelScan.RoutingApi.Routing.Observation.Content;

/// <summary>Reading steps that never throw for a wrong type: what is captured is what can be understood.</summary>
internal static class ContentJson
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The string called <paramref name="name"/>; <see langword="null"/> where there is none.</summary>
    public static string? Text(this JsonElement owner, string name) =>
        Member(owner, name) is { ValueKind: JsonValueKind.String } text ? Text(text) : null;

    /// <summary>The value called <paramref name="name"/>; <see langword="null"/> where there is none.</summary>
    public static JsonElement? Member(this JsonElement owner, string name) =>
        owner.ValueKind == JsonValueKind.Object && owner.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    /// <summary>The items of the array called <paramref name="name"/>; none where there is none.</summary>
    public static IEnumerable<JsonElement> Items(this JsonElement owner, string name) =>
        Member(owner, name) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : [];

    /// <summary>The number called <paramref name="name"/>, else 0.</summary>
    public static int Index(this JsonElement owner, string name) =>
        Member(owner, name) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out var index) ? index : 0;

    /// <summary>A string, half surrogates replaced; of any other value the JSON.</summary>
    public static string Text(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.String)
            return value.GetRawText();
        var reader = new Utf8JsonReader(JsonMarshal.GetRawUtf8Value(value));
        reader.Read();
        return JsonText.Read(ref reader);
    }

    /// <summary>Writes an array.</summary>
    public static string Array(Action<Utf8JsonWriter> writeItems)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartArray();
            writeItems(json);
            json.WriteEndArray();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
