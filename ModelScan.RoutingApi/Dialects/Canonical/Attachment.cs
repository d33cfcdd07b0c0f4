namespace ModelScan.RoutingApi.Dialects.Canonical;

/// <summary>Where an image or a file is.</summary>
internal enum AttachmentKind
{
    /// <summary>Its bytes stand in the request, in base64.</summary>
    Bytes,

    /// <summary>At an address.</summary>
    Url,

    /// <summary>At the client's own provider, which gave it an id.</summary>
    Stored,

    /// <summary>It is a text that stands in the request.</summary>
    Text,
}

/// <summary>The content of an image or a file.</summary>
/// <param name="Kind">Where it is.</param>
/// <param name="Field">The member that says so: what is named where it is refused.</param>
internal sealed record Attachment(AttachmentKind Kind, RequestField Field)
{
    private static readonly string[] Images = ["image/jpeg", "image/png", "image/gif", "image/webp"];

    /// <summary>Of bytes: where their media type stands.</summary>
    public RequestField? TypeField { get; init; }

    /// <summary>Of bytes: their media type as the client gave it.</summary>
    public string MediaType { get; init; } = "";

    /// <summary>Of bytes: the base64, without quotes.</summary>
    public ReadOnlyMemory<byte> Base64 { get; init; }

    /// <summary>Of bytes of an image: the media type by its first bytes, else as the client gave it, in its registered form.</summary>
    public string ImageType => ImageSignature.Of(Base64.Span) ?? (MediaType is "image/jpg" or "image/pjpeg" ? "image/jpeg" : MediaType);

    /// <summary>Whether every provider knows such images.</summary>
    public bool IsCommonImage => Images.Contains(ImageType, StringComparer.Ordinal);

    /// <summary>An address, or bytes where it is a data URL.</summary>
    /// <exception cref="InvalidRequestException">It is a data URL that is not understood.</exception>
    public static Attachment OfUrl(RequestField url) => Find(url) ?? new Attachment(AttachmentKind.Url, url.AsText());

    /// <summary>Bytes in a data URL.</summary>
    /// <param name="url">The data URL.</param>
    /// <param name="otherwise">The media type of base64 that is no data URL; <see langword="null"/> where it has to be one.</param>
    /// <exception cref="InvalidRequestException">It is none, or one without base64 or media type.</exception>
    public static Attachment OfData(RequestField url, string? otherwise = null)
    {
        if (Find(url) is { } data)
            return data;
        return otherwise is null
            ? throw url.Refuse("must be a base64 data URL with a media type")
            : new Attachment(AttachmentKind.Bytes, url) { MediaType = otherwise, Base64 = Content(url, 0) };
    }

    /// <summary>Bytes that stand beside their media type.</summary>
    public static Attachment OfBytes(RequestField data, RequestField mediaType) =>
        new(AttachmentKind.Bytes, data.AsText()) { MediaType = mediaType.Text, TypeField = mediaType, Base64 = Content(data, 0) };

    /// <summary>Writes the bytes as a member: a data URL.</summary>
    public void WriteDataUrl(Utf8JsonWriter json, ReadOnlySpan<byte> name, string mediaType)
    {
        json.WritePropertyName(name);
        json.WriteStringValueSegment(System.Text.Encoding.UTF8.GetBytes($"data:{mediaType};base64,"), isFinalSegment: false);
        json.WriteStringValueSegment(Base64.Span, isFinalSegment: true);
    }

    private static Attachment? Find(RequestField url)
    {
        var raw = url.AsText().Raw[1..^1];
        if (!StartsWithScheme(raw))
            return null;
        var comma = raw.IndexOf((byte)',');
        var head = comma < 0 ? "" : System.Text.Encoding.UTF8.GetString(raw["data:".Length..comma]).Replace("\\/", "/", StringComparison.Ordinal);
        var semicolon = head.IndexOf(';', StringComparison.Ordinal);
        if (semicolon <= 0 || !head.EndsWith(";base64", StringComparison.OrdinalIgnoreCase))
            throw url.Refuse("must be a base64 data URL with a media type");
        return new Attachment(AttachmentKind.Bytes, url) { MediaType = head[..semicolon], Base64 = Content(url, comma + 1) };
    }

    private static bool StartsWithScheme(ReadOnlySpan<byte> text) => text.Length >= 5 && System.Text.Ascii.EqualsIgnoreCase(text[..5], "data:"u8);

    // Base64 has nothing to escape but the slash, which some do.
    private static ReadOnlyMemory<byte> Content(RequestField text, int from)
    {
        var raw = text.RawMemory[(from + 1)..^1];
        return raw.Span.Contains((byte)'\\') ? System.Text.Encoding.UTF8.GetBytes(System.Text.Encoding.UTF8.GetString(raw.Span).Replace("\\/", "/", StringComparison.Ordinal)) : raw;
    }
}
