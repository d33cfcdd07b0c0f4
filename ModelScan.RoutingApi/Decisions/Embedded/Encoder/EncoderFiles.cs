using System.Collections.Frozen;
using System.Security.Cryptography;

namespace ModelScan.RoutingApi.Decisions.Embedded.Encoder;

/// <summary>
/// The files that the product ships: weights, pieces and constants. They lie beside the program and not in it, because ONNX Runtime reads
/// a file without a copy in managed memory (25 MB).
/// </summary>
internal static class EncoderFiles
{
    public const string Model = "model.onnx";
    public const string Vocabulary = "vocab.txt";
    public const string Calibration = "calibration.json";

    /// <summary>SHA-256 of every file. Exchange a file and its line here together.</summary>
    private static readonly FrozenDictionary<string, string> Checksums = new Dictionary<string, string>
    {
        [Model] = "5dde4fc5009704aa6c56c9a3281691161a59301d1051a4b485f2c5073b119fe8",
        [Vocabulary] = "b8a0672c927ad809568b3017ce6f471fa276d47b8298d0ab45894e819a8d19b9",
        [Calibration] = "e0719b847ce71f92bbee088f3743f04bbfb6954acebf6487e944ef9c2c34425f",
    }.ToFrozenDictionary();

    /// <summary>Where they lie.</summary>
    public static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "classifier");

    /// <summary>The path of a file after verifying its checksum: a few tens of milliseconds for the weights.</summary>
    /// <exception cref="EncoderUnavailableException">It is missing or damaged.</exception>
    public static string Verified(string file, string? folder = null)
    {
        var path = Path.Combine(folder ?? Folder, file);
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1 << 16);
            var hash = Convert.ToHexStringLower(SHA256.HashData(stream));
            return hash == Checksums[file] ? path : throw new EncoderUnavailableException($"{path} is damaged: its SHA-256 is {hash}, not {Checksums[file]}.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new EncoderUnavailableException($"{path} cannot be read: {exception.Message}", exception);
        }
    }
}
