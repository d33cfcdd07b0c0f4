namespace ModelScan.RoutingApi.Decisions.Embedded;

/// <summary>From the odds of the newest message to the answer.</summary>
internal static class RouteVerdict
{
    /// <summary>
    /// Whether a route is taken rather than none: its probability against none reaches the threshold, and its own bound, where it has one,
    /// lets it. (Asking half of all probability instead loses right decisions: where two routes share it, the better one is still more
    /// likely than none.)
    /// </summary>
    public static bool IsTaken(CompiledRoutes routes, RouteOdds odds, int place, double threshold) =>
        odds.AgainstNone(place) >= threshold && (BoundOf(routes, place) is not { } bound || odds.Probability(place) >= bound);

    /// <summary>The answer.</summary>
    public static RouteClassification Of(ClassificationRequest request, CompiledRoutes routes, ConversationWalk walk, int leftOut, double threshold, string classifier)
    {
        var odds = walk.Odds;
        var notes = new List<string>();
        var (best, chosen) = (odds.Best, walk.Chosen);
        var pinned = routes.PlaceOf(request.PinnedRoute);
        if (pinned >= 0 && chosen >= 0 && pinned != chosen
            && odds.Probability(chosen) - odds.Probability(pinned) < EmbeddedRouteClassifier.SwitchMargin
            && IsTaken(routes, odds, pinned, threshold))
        {
            best = chosen = pinned;
            notes.Add($"Kept {request.PinnedRoute}: {NameOf(routes, odds.Best)} is not more probable by {EmbeddedRouteClassifier.SwitchMargin}.");
        }

        if (leftOut > 0)
            notes.Add($"{leftOut} older user messages do not count.");
        if (walk.SaysTooLittle)
            notes.Add("The message comes close to no route.");
        if (walk.Extent == MessageExtent.Beginning)
            notes.Add($"Of the newest message only the first {walk.MaxPieces} word pieces count.");
        if (walk.Extent == MessageExtent.ClosingAndBeginning)
            notes.Add($"The newest message is long: its last paragraph and its beginning count, {walk.MaxPieces} word pieces together.");
        var isLeft = chosen == DecisionRule.None && routes.Leftover >= 0;
        if (isLeft)
            notes.Add($"No other route fits: {routes.Set.Routes[routes.Leftover].Name} takes what is left.");
        var next = NextOf(odds, best);
        return new RouteClassification(chosen >= 0 ? NameOf(routes, chosen) : isLeft ? routes.Set.Routes[routes.Leftover].Name : null, classifier)
        {
            Probability = odds.Probability(best),
            NoneProbability = odds.NoneProbability,
            AgainstNone = odds.AgainstNone(best),
            Threshold = threshold,
            Margin = next < 0 ? null : odds.Probability(best) - odds.Probability(next),
            RunnerUp = next < 0 ? null : NameOf(routes, next),
            Notes = notes,
            Scores = request.Explain ? ScoresOf(routes, walk) : [],
        };
    }

    private static string NameOf(CompiledRoutes routes, int place) => routes.Set.Routes[routes.Compared[place]].Name;

    private static double? BoundOf(CompiledRoutes routes, int place) => routes.Set.Routes[routes.Compared[place]].Threshold;

    private static int NextOf(RouteOdds odds, int best)
    {
        var next = -1;
        for (var i = 0; i < odds.Utility.Length; i++)
        {
            if (i != best && (next < 0 || odds.Utility[i] > odds.Utility[next]))
                next = i;
        }

        return next;
    }

    // In the order in which the routes are declared; the one for what is left has the probability of none.
    private static RouteScore[] ScoresOf(CompiledRoutes routes, ConversationWalk walk)
    {
        var scores = new RouteScore[routes.Set.Routes.Count];
        for (var i = 0; i < routes.Compared.Length; i++)
        {
            scores[routes.Compared[i]] = new RouteScore(NameOf(routes, i), walk.Odds.Utility[i]) { Cosine = walk.Cosine[i], Probability = walk.Odds.Probability(i) };
        }

        if (routes.Leftover >= 0)
            scores[routes.Leftover] = new RouteScore(routes.Set.Routes[routes.Leftover].Name, walk.Odds.None) { Probability = walk.Odds.NoneProbability };
        return scores;
    }
}
