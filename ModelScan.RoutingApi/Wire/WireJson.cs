using System.Text.Encodings.Web;

namespace ModelScan.RoutingApi.Wire;

/// <summary>How translated JSON is read and written.</summary>
internal static class WireJson
{
    // As deep as RequestReader reads.
    private const int MaxDepth = 2048;

    /// <summary>
    /// For writers: text in other alphabets stays as it is, for the output is read by JSON parsers and never put into a page. The
    /// writer does not check what it is told, since values of the other side are copied raw.
    /// </summary>
    public static JsonWriterOptions Options { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true, MaxDepth = MaxDepth };

    public static JsonDocumentOptions Reading { get; } = new() { MaxDepth = MaxDepth };
}
