using System.Buffers;
using System.Text;

namespace ModelScan.RoutingApi.Decisions.Embedded.Encoder;

/// <summary>The blocks of Chinese characters that BERT's tokenizer knows; kana and hangul are not among them.</summary>
internal static class Ideographs
{
    public static bool Contains(int codePoint) =>
        codePoint is (>= 0x4E00 and <= 0x9FFF) or (>= 0x3400 and <= 0x4DBF) or (>= 0x20000 and <= 0x2A6DF)
            or (>= 0x2A700 and <= 0x2CEAF) or (>= 0xF900 and <= 0xFAFF) or (>= 0x2F800 and <= 0x2FA1F);

    /// <summary>Whether the first character of a text is one.</summary>
    public static bool StartsWith(ReadOnlySpan<char> text) =>
        !text.IsEmpty && Contains(Rune.DecodeFromUtf16(text, out var rune, out _) == OperationStatus.Done ? rune.Value : text[0]);

    /// <summary>Whether the last one is.</summary>
    public static bool EndsWith(ReadOnlySpan<char> text) =>
        !text.IsEmpty && Contains(Rune.DecodeLastFromUtf16(text, out var rune, out _) == OperationStatus.Done ? rune.Value : text[^1]);
}
