using System.Text.Json;

namespace ModelScan.RoutingApi.Dialects.Envelope;

/// <summary>What forwarding needs to know of a request's body, found without reading the conversation.</summary>
/// <param name="Model">The top-level <c>model</c>; <see langword="null"/> when it is absent, null, empty or <c>none</c>.</param>
/// <param name="Stream">Whether the client asked for a stream.</param>
internal readonly record struct RequestEnvelope(string? Model, bool Stream)
{
    // What clients of Plano write where they want the router to choose.
    private const string NoModel = "none";

    /// <summary>Reads a body in one shallow pass; of repeated members the last one counts.</summary>
    /// <exception cref="InvalidRequestException">The body is not a JSON object, or one of the two members has a wrong type.</exception>
    public static RequestEnvelope Read(ReadOnlySpan<byte> body)
    {
        string? model = null;
        var stream = false;
        var members = new BodyMembers(body);
        while (members.Read())
        {
            if (members.NameIs("model"u8))
                model = ReadText(members.Value);
            else if (members.NameIs("stream"u8))
                stream = ReadFlag(members.Value);
        }

        return new RequestEnvelope(model is null or "" or NoModel ? null : model, stream);
    }

    private static string? ReadText(ReadOnlySpan<byte> value)
    {
        var reader = ReaderAt(value);
        return Json.OptionalText(ref reader, "model");
    }

    private static bool ReadFlag(ReadOnlySpan<byte> value)
    {
        var reader = ReaderAt(value);
        return Json.OptionalFlag(ref reader, "stream");
    }

    private static Utf8JsonReader ReaderAt(ReadOnlySpan<byte> value)
    {
        var reader = new Utf8JsonReader(value);
        try
        {
            reader.Read();
        }
        catch (JsonException exception)
        {
            throw new InvalidRequestException($"Failed to parse JSON: {exception.Message}", exception);
        }

        return reader;
    }
}
