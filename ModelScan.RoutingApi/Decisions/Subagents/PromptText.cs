using System.Text;

namespace ModelScan.RoutingApi.Decisions.Subagents;

/// <summary>
/// A form in which texts can be compared that went through editors, operating systems and clients: Unicode in composed form (NFC), line
/// feeds alone, no blanks at the ends of lines, one empty line where there were several.
/// </summary>
internal static class PromptText
{
    /// <summary>Brings a text into that form.</summary>
    public static string Normalize(string text)
    {
        var result = new StringBuilder(text.Length);
        var emptyLines = 0;
        foreach (var line in Composed(text).AsSpan().EnumerateLines())
        {
            var kept = line.TrimEnd();
            if (kept.IsEmpty)
            {
                emptyLines++;
                continue;
            }

            if (result.Length > 0)
                result.Append(emptyLines > 0 ? "\n\n" : "\n");
            emptyLines = 0;
            result.Append(kept);
        }

        return result.ToString();
    }

    // A client's text may hold half a surrogate pair, which has no composed form.
    private static string Composed(string text)
    {
        try
        {
            return text.Normalize(NormalizationForm.FormC);
        }
        catch (ArgumentException)
        {
            return text;
        }
    }
}
