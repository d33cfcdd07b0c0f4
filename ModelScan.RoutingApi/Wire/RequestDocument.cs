using System.Text.Unicode;

namespace ModelScan.RoutingApi.Wire;

/// <summary>A client's request, opened to be understood. What is read of it is valid until it is disposed, and as long as the body's memory is.</summary>
internal sealed class RequestDocument : IDisposable
{
    private readonly JsonDocument _document;
    private readonly ReadOnlyMemory<byte> _body;

    private RequestDocument(JsonDocument document, ReadOnlyMemory<byte> body) => (_document, _body) = (document, body);

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>All of it.</summary>
    public RequestField Root => new(_document.RootElement, new RequestSource(_body));

    /// <summary>Opens a body.</summary>
    /// <exception cref="InvalidRequestException">It is no JSON object in UTF-8.</exception>
    public static RequestDocument Open(ReadOnlyMemory<byte> body)
    {
        if (body.Span.StartsWith(ByteOrderMark))
            body = body[ByteOrderMark.Length..];
        if (!Utf8.IsValid(body.Span))
            throw new InvalidRequestException("the body is not valid UTF-8");
        body = LoneSurrogates.Mend(body);
        try
        {
            var document = JsonDocument.Parse(body, WireJson.Reading);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
                return new RequestDocument(document, body);
            document.Dispose();
        }
        catch (JsonException exception)
        {
            throw new InvalidRequestException($"Failed to parse JSON: {JsonProblem.Describe(exception, body.Span)}", exception);
        }

        throw new InvalidRequestException("the body must be a JSON object");
    }

    /// <summary>Reads a body that is not needed afterwards.</summary>
    /// <exception cref="InvalidRequestException">It is no JSON object in UTF-8, or <paramref name="read"/> refuses it.</exception>
    public static T Read<T>(ReadOnlyMemory<byte> body, Func<RequestField, T> read)
    {
        using var document = Open(body);
        return document.Read(read);
    }

    /// <summary>Reads the request.</summary>
    /// <exception cref="InvalidRequestException"><paramref name="read"/> refuses it, or a name in it cannot be compared with any.</exception>
    public T Read<T>(Func<RequestField, T> read)
    {
        try
        {
            return read(Root);
        }
        catch (InvalidOperationException exception)
        {
            // A property name with half of a surrogate pair.
            throw new InvalidRequestException("Failed to parse JSON: a property name is not valid Unicode", exception);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _document.Dispose();
}
