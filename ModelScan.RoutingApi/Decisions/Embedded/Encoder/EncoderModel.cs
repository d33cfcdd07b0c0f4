namespace ModelScan.RoutingApi.Decisions.Embedded.Encoder;

/// <summary>An encoder with its pieces and the constants that were fitted for it.</summary>
/// <param name="Encoder">Pieces to vector; owned.</param>
/// <param name="Tokenizer">Text to pieces.</param>
/// <param name="Calibration">The constants.</param>
/// <param name="MaxPieces">Longest text in pieces, the marks at start and end included; at least 3.</param>
internal sealed record EncoderModel(ISentenceEncoder Encoder, WordPieceTokenizer Tokenizer, DecisionCalibration Calibration, int MaxPieces) : IDisposable
{
    /// <summary>The cap of the shipped encoder.</summary>
    public const int ShippedMaxPieces = 64;

    // The marks.
    private const int Around = 2;

    /// <summary>Loads what is shipped.</summary>
    /// <exception cref="EncoderUnavailableException">A file is missing or damaged, or the native library cannot be loaded.</exception>
    public static EncoderModel LoadShipped(string? folder = null) => Load(
        EncoderFiles.Verified(EncoderFiles.Model, folder), EncoderFiles.Verified(EncoderFiles.Vocabulary, folder),
        EncoderFiles.Verified(EncoderFiles.Calibration, folder), Pooling.Mean, ShippedMaxPieces);

    /// <summary>
    /// Loads an encoder of the user's, with the shipped constants less the prior, which belongs to the shipped encoder's vectors: a start
    /// until <c>modelscan calibrate</c> has fitted some.
    /// </summary>
    /// <exception cref="EncoderUnavailableException">A file cannot be read, or the native library cannot be loaded.</exception>
    public static EncoderModel LoadWithShippedCalibration(string model, string vocabulary, Pooling pooling, int maxPieces)
    {
        OnnxEncoder? encoder = null;
        try
        {
            encoder = new OnnxEncoder(model, pooling);
            using var pieces = new StreamReader(vocabulary);
            using var constants = File.OpenRead(EncoderFiles.Verified(EncoderFiles.Calibration));
            return new EncoderModel(
                encoder, new WordPieceTokenizer(WordPieceVocabulary.Read(pieces)), DecisionCalibration.Read(constants, dimension: null) with { Prior = null }, maxPieces);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException or EncoderUnavailableException)
        {
            encoder?.Dispose();
            throw new EncoderUnavailableException(exception.Message, exception);
        }
    }

    /// <summary>Loads an encoder from its files.</summary>
    /// <param name="model">The ONNX model.</param>
    /// <param name="vocabulary">Word pieces, one a line.</param>
    /// <param name="calibration">The constants of the decision rule.</param>
    /// <param name="pooling">For models that do not pool by themselves.</param>
    /// <param name="maxPieces">Longest text in pieces.</param>
    /// <exception cref="EncoderUnavailableException">A file cannot be read, or the native library cannot be loaded.</exception>
    public static EncoderModel Load(string model, string vocabulary, string calibration, Pooling pooling, int maxPieces)
    {
        OnnxEncoder? encoder = null;
        try
        {
            encoder = new OnnxEncoder(model, pooling);
            using var pieces = new StreamReader(vocabulary);
            using var constants = File.OpenRead(calibration);
            return new EncoderModel(
                encoder, new WordPieceTokenizer(WordPieceVocabulary.Read(pieces)), DecisionCalibration.Read(constants, encoder.Dimension), maxPieces);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            encoder?.Dispose();
            throw new EncoderUnavailableException(exception.Message, exception);
        }
    }

    /// <summary>Most pieces of a text that count, the marks left out.</summary>
    public int Room => MaxPieces - Around;

    /// <summary>The first pieces of a text, as many as the encoder takes, without the marks.</summary>
    public int[] Pieces(string text)
    {
        Span<int> pieces = stackalloc int[Room];
        return pieces[..Tokenizer.Encode(text, pieces)].ToArray();
    }

    /// <summary>What the encoder is given for pieces: cut, with the marks around.</summary>
    public int[] Ids(ReadOnlySpan<int> pieces, ReadOnlySpan<int> more = default)
    {
        pieces = pieces[..Math.Min(pieces.Length, Room)];
        more = more[..Math.Min(more.Length, Room - pieces.Length)];
        return [Tokenizer.Vocabulary.Start, .. pieces, .. more, Tokenizer.Vocabulary.End];
    }

    /// <inheritdoc/>
    public void Dispose() => Encoder.Dispose();
}
