using System.Collections.Frozen;
using System.Security.Cryptography;
using ModelScan.RoutingApi.Decisions.Embedded.Encoding;

namespace ModelScan.RoutingApi.Decisions.Embedded;

/// <summary>
/// Everything the classifier ships with: encoder, anchors, stop words and constants. Loaded from the program itself, each file
/// verified by its checksum; a few tens of milliseconds, about 10 MB.
/// </summary>
internal sealed class RouterModel
{
    /// <summary>SHA-256 of every shipped file. Exchange a file and its line here together.</summary>
    private static readonly FrozenDictionary<string, string> Checksums = new Dictionary<string, string>
    {
        [EncoderFile] = "80523e1f674451f638099e79e8942be3fbb839243823a76f892ba18d9f0493d3",
        [PiecesFile] = "f5e22cda5a78c1f39cb8eeafecb53ac7fbed4a9d77f39c40df9d8c004bfff429",
        [AnchorTextsFile] = "f1ebaf92744dfbe3be68ad419a1b033677be2c05ea9892d7b7f249d25325179f",
        [AnchorsFile] = "02539213229e6df9bec506fead91a9e83ed13a3ee3d28d12ddca90484e7ebd43",
        [StopWordsFile] = "8d781cb6dd3769308881dca724c9368a6b62b214fc24256bff599cd63d104ec9",
        [CalibrationFile] = "dcff4d69b6e66ebdb88b0ef37af2d06eb79d64c063c4f227c751bc0ed024d615",
        [ReferenceCalibrationFile] = "7b90d5a028d958953762f602a97c7045623940ede15c81f01bd65b3be5d8afa1",
    }.ToFrozenDictionary();

    public const string EncoderFile = "encoder.int8.bin";
    public const string PiecesFile = "pieces.tsv";
    public const string AnchorTextsFile = "anchors.jsonl";
    public const string AnchorsFile = "anchors.f32.bin";
    public const string StopWordsFile = "stopwords.txt";
    public const string CalibrationFile = "calibration.json";
    public const string ReferenceCalibrationFile = "calibration.reference.json";

    private RouterModel(
        SentenceEncoder encoder, AnchorVectors anchors, FrozenSet<string> stopWords, RouterCalibration calibration, FrozenSet<int> fillerAnchors)
    {
        (Encoder, Anchors, StopWords, Calibration, FillerAnchors) = (encoder, anchors, stopWords, calibration, fillerAnchors);
    }

    /// <summary>Text to vector.</summary>
    public SentenceEncoder Encoder { get; }

    /// <summary>The built-in route texts.</summary>
    public AnchorVectors Anchors { get; }

    /// <summary>Words without a subject.</summary>
    public FrozenSet<string> StopWords { get; }

    /// <summary>The constants of the method.</summary>
    public RouterCalibration Calibration { get; }

    /// <summary>Anchors without a topic: yes, no, thanks.</summary>
    public FrozenSet<int> FillerAnchors { get; }

    /// <summary>Loads what is shipped.</summary>
    /// <param name="kernel">The arithmetic to use; <see langword="null"/> for the fastest of this processor.</param>
    /// <param name="calibrationFile">The constants to use.</param>
    /// <exception cref="InvalidDataException">A file is damaged or of an unknown version.</exception>
    public static RouterModel Load(IEncoderKernel? kernel = null, string calibrationFile = CalibrationFile)
    {
        using var anchors = Open(AnchorsFile);
        using var stopWords = new StreamReader(Open(StopWordsFile));
        using var constants = Open(calibrationFile);
        var calibration = RouterCalibration.Read(constants);
        return new RouterModel(
            LoadEncoder(kernel),
            AnchorVectors.Read(anchors),
            stopWords.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).ToFrozenSet(),
            calibration,
            Fillers(calibration.Conversation.Fillers));
    }

    private static FrozenSet<int> Fillers(IReadOnlyList<string> names)
    {
        using var lines = new StreamReader(Open(AnchorTextsFile));
        return AnchorVectors.ReadTexts(lines)
            .Index()
            .Where(anchor => names.Any(name => anchor.Item.StartsWith(name + ":", StringComparison.Ordinal)))
            .Select(anchor => anchor.Index)
            .ToFrozenSet();
    }

    /// <summary>Loads the encoder alone.</summary>
    /// <exception cref="InvalidDataException">A file is damaged or of an unknown version.</exception>
    public static SentenceEncoder LoadEncoder(IEncoderKernel? kernel = null)
    {
        using var pieces = new StreamReader(Open(PiecesFile));
        using var weights = Open(EncoderFile);
        return new SentenceEncoder(PieceTokenizer.Read(pieces), EncoderWeights.Read(weights), kernel ?? EncoderKernels.Best);
    }

    /// <summary>Opens a shipped file after verifying its checksum.</summary>
    /// <exception cref="InvalidDataException">The checksum is another one.</exception>
    public static Stream Open(string file)
    {
        var stream = typeof(RouterModel).Assembly.GetManifestResourceStream("router/" + file)
            ?? throw new InvalidDataException($"The program was built without {file}.");
        Verify(stream, file, Checksums[file]);
        return stream;
    }

    /// <summary>Compares the SHA-256 of a stream with <paramref name="checksum"/> (hexadecimal) and goes back to its start.</summary>
    /// <exception cref="InvalidDataException">They differ.</exception>
    internal static void Verify(Stream stream, string file, string checksum)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(stream, hash);
        if (!Convert.ToHexString(hash).Equals(checksum, StringComparison.OrdinalIgnoreCase))
            throw new InvalidDataException($"{file} is damaged: its SHA-256 is not {checksum}.");
        stream.Position = 0;
    }
}
