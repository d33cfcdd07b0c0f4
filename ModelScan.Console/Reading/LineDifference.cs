namespace ModelScan.WebConsole.Reading;

/// <summary>
/// Which lines of a text another one changes, by their longest common subsequence
/// (https://en.wikipedia.org/wiki/Longest_common_subsequence), with a few lines around each change.
/// </summary>
internal static class LineDifference
{
    private const int Around = 2;
    private const int MostLines = 3000;

    /// <summary>The lines: unchanged ones begin with a blank, new ones with <c>+</c>, gone ones with <c>-</c>; <c>…</c> stands for those left out.</summary>
    public static IReadOnlyList<string> Of(string before, string after)
    {
        var (old, young) = (Lines(before), Lines(after));
        if (old.SequenceEqual(young) || old.Length > MostLines || young.Length > MostLines)
            return [];
        var start = 0;
        while (start < old.Length && start < young.Length && old[start] == young[start])
            start++;
        var end = 0;
        while (end < old.Length - start && end < young.Length - start && old[^(end + 1)] == young[^(end + 1)])
            end++;
        var lines = new List<string>();
        lines.AddRange(old[..start].Select(line => " " + line));
        lines.AddRange(Middle(old[start..^end], young[start..^end]));
        lines.AddRange(old[^end..].Select(line => " " + line));
        return Folded(lines);
    }

    private static IEnumerable<string> Middle(string[] old, string[] young)
    {
        var common = new int[old.Length + 1, young.Length + 1];
        for (var i = old.Length - 1; i >= 0; i--)
        {
            for (var j = young.Length - 1; j >= 0; j--)
                common[i, j] = old[i] == young[j] ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);
        }

        var (at, to) = (0, 0);
        while (at < old.Length || to < young.Length)
        {
            if (at < old.Length && to < young.Length && old[at] == young[to])
            {
                yield return " " + old[at];
                (at, to) = (at + 1, to + 1);
            }
            else if (at < old.Length && (to == young.Length || common[at + 1, to] >= common[at, to + 1]))
            {
                yield return "-" + old[at++];
            }
            else
            {
                yield return "+" + young[to++];
            }
        }
    }

    private static List<string> Folded(List<string> lines)
    {
        var folded = new List<string>();
        for (var i = 0; i < lines.Count; i++)
        {
            if (lines[Math.Max(0, i - Around)..Math.Min(lines.Count, i + Around + 1)].Exists(line => line[0] != ' '))
                folded.Add(lines[i]);
            else if (folded.Count == 0 || folded[^1] != "…")
                folded.Add("…");
        }

        return folded;
    }

    private static string[] Lines(string text) => text.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');
}
