namespace ModelScan.RoutingApi.Routing.Observation.Content;

/// <summary>How much text of a conversation may still be captured; what goes beyond is cut.</summary>
/// <param name="left">Characters.</param>
internal sealed class ContentBudget(int left)
{
    /// <summary>Characters of content that one attribute of a span holds.</summary>
    public const int OfAttribute = 64 * 1024;

    /// <summary>Characters of one text.</summary>
    public const int LongestText = 16 * 1024;

    private int _left = left;

    /// <summary>Whether nothing more fits.</summary>
    public bool IsSpent => _left <= 0;

    /// <summary>The text, or its beginning with an ellipsis where it is too long.</summary>
    public string Take(string text)
    {
        var most = Math.Min(LongestText, Math.Max(0, _left));
        _left -= Math.Min(text.Length, most);
        if (text.Length <= most)
            return text;
        if (most > 0 && char.IsHighSurrogate(text[most - 1]))
            most--;
        return $"{text.AsSpan(0, most)}…";
    }
}
