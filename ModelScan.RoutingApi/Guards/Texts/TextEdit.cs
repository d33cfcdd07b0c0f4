using System.Text;
using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Guards.Detection;

namespace ModelScan.RoutingApi.Guards.Texts;

/// <summary>What is put in the place of a piece of a text.</summary>
/// <param name="Start">Where it begins.</param>
/// <param name="Length">How long it is.</param>
/// <param name="Replacement">What is put there; <see langword="null"/> where it stays as it is.</param>
/// <param name="Finding">What was found there.</param>
/// <param name="Guard">By whom; <see langword="null"/> for a placeholder, which becomes what it stood for.</param>
internal readonly record struct TextEdit(int Start, int Length, string? Replacement, Finding Finding, GuardConfig? Guard)
{
    /// <summary>Behind its last unit.</summary>
    public int End => Start + Length;

    /// <summary>A text with edits; <see langword="null"/> where none changes it.</summary>
    public static string? Apply(string text, List<TextEdit> edits)
    {
        StringBuilder? changed = null;
        var at = 0;
        foreach (var edit in edits)
        {
            if (edit.Replacement is not { } replacement)
                continue;
            changed ??= new StringBuilder(text.Length + 16);
            changed.Append(text, at, edit.Start - at).Append(replacement);
            at = edit.End;
        }

        return changed?.Append(text, at, text.Length - at).ToString();
    }
}
