using System.Text.RegularExpressions;

namespace ModelScan.RoutingApi.Guards.Detection;

/// <summary>Finds what a configuration denies, in time proportional to the text, whatever it holds.</summary>
internal sealed class DenyDetector : ITextDetector
{
    /// <summary>What it is called.</summary>
    public const string Kind = "denied";

    private readonly Regex[] _patterns;

    /// <summary>Compiles patterns.</summary>
    /// <param name="patterns">Regular expressions without look-around and references back.</param>
    public DenyDetector(IReadOnlyList<string> patterns) => _patterns = [.. patterns.Select(pattern => new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant))];

    /// <inheritdoc/>
    public void Find(ReadOnlySpan<char> text, List<Finding> findings)
    {
        foreach (var pattern in _patterns)
        {
            foreach (var match in pattern.EnumerateMatches(text))
            {
                if (match.Length > 0)
                    findings.Add(new Finding(match.Index, match.Length, Kind));
            }
        }
    }
}
