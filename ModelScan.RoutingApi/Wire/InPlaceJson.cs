using System.Buffers;

namespace ModelScan.RoutingApi.Wire;

/// <summary>Changes inside of one member of a request that keeps its format. What is not understood is left as it is: its provider is the one to judge it.</summary>
internal static class InPlaceJson
{
    /// <summary>What a change makes of a member's value; the same memory where nothing has to change, or cannot.</summary>
    /// <param name="value">The value as it is written.</param>
    /// <param name="change">Writes the new value; says whether it did.</param>
    public static ReadOnlyMemory<byte> Change(ReadOnlyMemory<byte> value, Func<RequestField, Utf8JsonWriter, bool> change)
    {
        try
        {
            using var document = JsonDocument.Parse(value, WireJson.Reading);
            var output = new ArrayBufferWriter<byte>(value.Length + 256);
            using var json = new Utf8JsonWriter(output, WireJson.Options);
            if (!change(new RequestField(document.RootElement, RequestSource.None), json))
                return value;
            json.Flush();
            return output.WrittenMemory;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or InvalidRequestException)
        {
            return value;
        }
    }

    /// <summary>Writes an object again with another value in one place, or without it.</summary>
    /// <param name="json">Where the object goes.</param>
    /// <param name="owner">The object.</param>
    /// <param name="path">The names that lead to the place.</param>
    /// <param name="value">Writes the value; <see langword="null"/> to leave the member out.</param>
    public static void Replace(Utf8JsonWriter json, RequestField owner, ReadOnlySpan<string> path, Action<Utf8JsonWriter>? value)
    {
        json.WriteStartObject();
        foreach (var (name, field) in owner.Fields())
        {
            if (name != path[0])
            {
                field.CopyRaw(json, name);
            }
            else if (path.Length > 1)
            {
                json.WritePropertyName(name);
                Replace(json, field, path[1..], value);
            }
            else if (value is not null)
            {
                json.WritePropertyName(name);
                value(json);
            }
        }

        json.WriteEndObject();
    }

    /// <summary>Writes a value as it is.</summary>
    public static void Copy(Utf8JsonWriter json, RequestField value) => json.WriteRawValue(value.Raw, skipInputValidation: true);
}
