namespace ModelScan.RoutingApi.Decisions.Lexical;

/// <summary>
/// BM25 (Robertson and Zaragoza, 2009) over a set of routes, each a short document of its name, description and examples.
/// The inverse document frequency is divided by that of a term which only one route has, so a score counts shared words
/// (about 1 for each word said once and by one route alone) and means the same in a set of two routes and in one of fifty.
/// </summary>
internal sealed class LexicalIndex
{
    private const double Saturation = 1.2;
    private const double LengthWeight = 0.3;

    /// <summary>A word of the name tells as much as two of the description.</summary>
    private const int NameWeight = 2;

    private readonly Dictionary<string, List<Posting>> _postings = new(StringComparer.Ordinal);
    private readonly int _routes;

    /// <summary>Reads the routes, in time proportional to their text.</summary>
    public LexicalIndex(RouteSet routes)
    {
        _routes = routes.Routes.Count;
        var documents = routes.Routes.Select(CountTerms).ToArray();
        var lengths = documents.Select(document => (double)document.Values.Sum()).ToArray();
        var averageLength = Math.Max(1, lengths.Average());

        for (var route = 0; route < documents.Length; route++)
        {
            foreach (var (term, count) in documents[route])
            {
                if (!_postings.TryGetValue(term, out var postings))
                    _postings[term] = postings = [];
                postings.Add(new Posting(route, Saturated(count, lengths[route] / averageLength)));
            }
        }
    }

    /// <summary>Scores every route, in declaration order: the sum of the shared terms' weights times the query's own.</summary>
    public double[] Score(IReadOnlyDictionary<string, double> query)
    {
        var scores = new double[_routes];
        foreach (var (term, weight) in query)
        {
            if (!_postings.TryGetValue(term, out var postings))
                continue;
            var rarity = InverseFrequency(postings.Count) / InverseFrequency(1);
            foreach (var posting in postings)
                scores[posting.Route] += weight * rarity * posting.Weight;
        }

        return scores;
    }

    private static Dictionary<string, int> CountTerms(ClassifiableRoute route)
    {
        var terms = new List<string>();
        for (var i = 0; i < NameWeight; i++)
            LexicalTerms.AddTo(terms, route.Name);
        LexicalTerms.AddTo(terms, route.Description);
        foreach (var example in route.Examples)
            LexicalTerms.AddTo(terms, example);
        return terms.CountBy(term => term, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal);
    }

    private static double Saturated(int count, double relativeLength) =>
        count * (Saturation + 1) / (count + (Saturation * (1 - LengthWeight + (LengthWeight * relativeLength))));

    private double InverseFrequency(int holders) => Math.Log(1 + ((_routes - holders + 0.5) / (holders + 0.5)));

    private readonly record struct Posting(int Route, double Weight);
}
