namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>A base64 data URL (https://www.rfc-editor.org/rfc/rfc2397): <c>data:image/png;base64,iVBORw0…</c></summary>
/// <param name="MediaType">The media type without parameters, such as <c>image/png</c>.</param>
/// <param name="Base64">The encoded content.</param>
internal readonly record struct DataUrl(string MediaType, string Base64)
{
    private const string Scheme = "data:";

    /// <summary>Whether a URL is of this scheme at all.</summary>
    public static bool IsOne(string url) => url.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads a data URL; <see langword="null"/> where it names no media type or is not in base64.</summary>
    public static DataUrl? Read(string url)
    {
        if (!IsOne(url))
            return null;
        var comma = url.IndexOf(',', StringComparison.Ordinal);
        if (comma < 0)
            return null;
        var head = url.AsSpan(Scheme.Length, comma - Scheme.Length);
        if (!head.EndsWith(";base64", StringComparison.OrdinalIgnoreCase))
            return null;
        var semicolon = head.IndexOf(';');
        return semicolon == 0 ? null : new DataUrl(head[..semicolon].ToString(), url[(comma + 1)..]);
    }

    public override string ToString() => $"{Scheme}{MediaType};base64,{Base64}";
}
