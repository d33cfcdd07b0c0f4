namespace ModelScan.RoutingApi.Conversations.Reading;

/// <summary>
/// A text of a request: a short one as it is, a long one as the place where it stands, to be decoded by whoever wants to know it.
/// Of a conversation in a session that holds its model nobody does.
/// </summary>
internal readonly struct ReadText
{
    // Decoding less than this costs less than remembering where it stands.
    private const int ShortText = 512;

    private readonly string? _text;
    private readonly Lazy<string>? _later;

    private ReadText(string? text, Lazy<string>? later) => (_text, _later) = (text, later);

    /// <summary>Whether there is no character in it.</summary>
    public bool IsEmpty => _later is null && string.IsNullOrEmpty(_text);

    /// <summary>The decoding to come; <see langword="null"/> for a text that is there already.</summary>
    public Lazy<string>? Later => _later;

    /// <summary>The text.</summary>
    /// <exception cref="InvalidRequestException">The bytes are not UTF-8.</exception>
    public string Value => _text ?? _later?.Value ?? "";

    /// <summary>The string at the reader's position.</summary>
    /// <param name="reader">Stands on a string.</param>
    /// <param name="body">What it reads; has to outlive the text, unless the text is read before.</param>
    /// <exception cref="InvalidRequestException">The bytes of a short text are not UTF-8.</exception>
    public static ReadText At(ref Utf8JsonReader reader, ReadOnlyMemory<byte> body)
    {
        if (reader.ValueSpan.Length < ShortText)
            return new ReadText(JsonText.Read(ref reader), null);
        var written = body[(int)reader.TokenStartIndex..(int)reader.BytesConsumed];
        return new ReadText(null, new Lazy<string>(() => Decode(written.Span), LazyThreadSafetyMode.None));
    }

    public static implicit operator ReadText(string text) => new(text, null);

    private static string Decode(ReadOnlySpan<byte> written)
    {
        var reader = new Utf8JsonReader(written);
        reader.Read();
        return JsonText.Read(ref reader);
    }
}
