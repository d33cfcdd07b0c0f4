namespace ModelScan.RoutingApi.Dialects.Canonical;

/// <summary>How large a request is, for estimates where a provider does not count.</summary>
/// <param name="TextBytes">Bytes of its texts, calls and results.</param>
/// <param name="EncodedBytes">Bytes of base64, which say nothing of the number of tokens.</param>
/// <param name="Attachments">Images and files.</param>
internal readonly record struct RequestSize(long TextBytes, long EncodedBytes, long Attachments)
{
    private const int BytesPerToken = 4;
    private const int TokensPerAttachment = 1000;

    /// <summary>About how many tokens a body of so many bytes is, at least 1: four bytes make one; an image or a file is 1,000.</summary>
    public long TokensOf(long bodyBytes) => Math.Max(1, ((bodyBytes - EncodedBytes) / BytesPerToken) + (TokensPerAttachment * Attachments));

    /// <summary>Measures a request.</summary>
    public static RequestSize Of(Request request)
    {
        var size = default(RequestSize);
        foreach (var (texts, _) in request.SystemMessages)
            size = Add(size, texts);
        foreach (var turn in request.Turns)
            size = Add(size, turn.Parts);
        return size;
    }

    private static RequestSize Add(RequestSize size, IReadOnlyList<Part> parts)
    {
        foreach (var part in parts)
        {
            size = part switch
            {
                TextPart text => size with { TextBytes = size.TextBytes + text.Text.Length },
                ImagePart image => size.WithAttachment(image.Content),
                FilePart { Text: { } text } => size with { TextBytes = size.TextBytes + text.Raw.Length },
                FilePart file => size.WithAttachment(file.Content),
                CallPart call => Add(size with { TextBytes = size.TextBytes + (call.Input?.Raw.Length ?? 0) }, call.Result?.Content ?? []),
                _ => size,
            };
        }

        return size;
    }

    private RequestSize WithAttachment(Attachment content) => this with { EncodedBytes = EncodedBytes + content.Base64.Length, Attachments = Attachments + 1 };
}
