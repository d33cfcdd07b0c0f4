using System.Buffers;
using System.Collections.Frozen;

namespace ModelScan.RoutingApi.Decisions.Embedded.Lexical;

/// <summary>
/// The words of a set of routes, ready to be matched with prompts: BM25 over the route texts (S. Robertson, H. Zaragoza,
/// "The Probabilistic Relevance Framework: BM25 and Beyond", 2009), where each distinct word of the prompt counts once.
/// Immutable.
/// </summary>
internal sealed class RouteLexicon
{
    /// <summary>Characters of a prompt that are looked at.</summary>
    public const int MaxPromptCharacters = 2_000;

    private readonly FrozenSet<string> _stopWords;
    private readonly Dictionary<string, Term> _terms = [];

    /// <summary>Counts the words of <paramref name="routeTexts"/>.</summary>
    public RouteLexicon(IReadOnlyList<string> routeTexts, FrozenSet<string> stopWords, LexicalCalibration calibration)
    {
        _stopWords = stopWords;
        var lengths = new int[routeTexts.Count];
        var counts = new Dictionary<string, Dictionary<int, int>>();
        for (var route = 0; route < routeTexts.Count; route++)
        {
            var reader = new TermReader(routeTexts[route], stopWords, new char[routeTexts[route].Length]);
            while (reader.Next(out var span))
            {
                var term = span.ToString();
                if (!counts.TryGetValue(term, out var perRoute))
                    counts.Add(term, perRoute = []);
                perRoute[route] = perRoute.GetValueOrDefault(route) + 1;
                lengths[route]++;
            }
        }

        var total = lengths.Sum();
        var average = total == 0 ? 1.0 : (double)total / lengths.Length;
        foreach (var (term, perRoute) in counts)
        {
            var rarity = calibration.WordWeight
                * Math.Log(1 + (lengths.Length - perRoute.Count + 0.5) / (perRoute.Count + 0.5) + calibration.IdfOffset);
            var postings = perRoute.Select(p => new Posting(
                p.Key,
                rarity * p.Value * (calibration.K1 + 1)
                    / (p.Value + calibration.K1 * (1 - calibration.B + calibration.B * lengths[p.Key] / average))));
            _terms.Add(term, new Term(_terms.Count, [.. postings]));
        }
    }

    /// <summary>Writes the lexical score of every route, uncapped; 0 where no word is shared.</summary>
    public void Score(ReadOnlySpan<char> prompt, Span<double> scores)
    {
        scores.Clear();
        if (_terms.Count == 0)
            return;
        if (prompt.Length > MaxPromptCharacters)
            prompt = prompt[..MaxPromptCharacters];
        var seen = ArrayPool<bool>.Shared.Rent(_terms.Count);
        seen.AsSpan(0, _terms.Count).Clear();
        Span<char> memory = stackalloc char[MaxPromptCharacters];
        var reader = new TermReader(prompt, _stopWords, memory);
        var lookup = _terms.GetAlternateLookup<ReadOnlySpan<char>>();
        while (reader.Next(out var span))
        {
            if (!lookup.TryGetValue(span, out var term) || seen[term.Index])
                continue;
            seen[term.Index] = true;
            foreach (var posting in term.Postings)
                scores[posting.Route] += posting.Score;
        }

        ArrayPool<bool>.Shared.Return(seen);
    }

    private sealed record Term(int Index, Posting[] Postings);

    private readonly record struct Posting(int Route, double Score);
}
