namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>How many tokens a text is, roughly, where a provider does not say: clients that add up their usage need a number.</summary>
internal static class TokenEstimate
{
    // English prose and code come to about four bytes of UTF-8 per token in the tokenizers in use.
    private const int BytesPerToken = 4;

    /// <summary>Tokens of so many bytes of text; at least 1.</summary>
    public static long OfBytes(long bytes) => Math.Max(1, (bytes + BytesPerToken - 1) / BytesPerToken);
}
