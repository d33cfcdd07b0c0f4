namespace ModelScan.RoutingApi.Decisions.Embedded;

/// <summary>
/// From cosines to utilities. With K routes compared, s(r) the cosine of the message with a route, s2(r) that of the message and its
/// predecessor as one text, and a the prior of the message:
/// <code>
/// first:  U(r)    = k s(r)
///         U(none) = c + b ln K + prior a
/// later:  U(r)    = new s(r) + context s2(r) + [r was chosen before] (stay + stayShort short + stayAsked asked)
///         U(none) = c + b ln K + prior a     + [none was before]     (noneStay + noneStayShort short)
/// </code>
/// The newest message counts most, with its predecessor it explains references, and the shorter it is the more the previous route holds;
/// after a question of the assistant it is probably an answer.
/// </summary>
internal sealed class DecisionRule(DecisionCalibration calibration)
{
    /// <summary>The route of a message that got none.</summary>
    public const int None = -1;

    /// <summary>Of a conversation's first message.</summary>
    public RouteOdds First(ReadOnlySpan<double> cosine, double prior)
    {
        var (k, single) = (calibration.Single.K, calibration.Single);
        var utility = new double[cosine.Length];
        for (var i = 0; i < utility.Length; i++)
            utility[i] = k * cosine[i];
        return new RouteOdds(utility, single.C + single.B * Math.Log(utility.Length) + single.Prior * prior);
    }

    /// <summary>Of a later one.</summary>
    public RouteOdds Later(ReadOnlySpan<double> cosine, ReadOnlySpan<double> context, double prior, in FollowUp message)
    {
        var rule = calibration.Dialogue;
        var utility = new double[cosine.Length];
        for (var i = 0; i < utility.Length; i++)
            utility[i] = rule.New * cosine[i] + rule.Context * context[i];
        var shortness = Math.Max(0, 1 - message.Pieces / rule.ShortPieces);
        var none = rule.C + rule.B * Math.Log(utility.Length) + rule.Prior * prior;
        if (message.Previous == None)
            none += rule.NoneStay + rule.NoneStayShort * shortness;
        else
            utility[message.Previous] += rule.Stay + rule.StayShort * shortness + (message.AnswersQuestion ? rule.StayAsked : 0);
        return new RouteOdds(utility, none);
    }
}

/// <summary>What the rule knows of a message besides its meaning.</summary>
/// <param name="Pieces">Its length in pieces.</param>
/// <param name="Previous">The route of the message before, or <see cref="DecisionRule.None"/>.</param>
/// <param name="AnswersQuestion">Whether the assistant asked something directly before.</param>
internal readonly record struct FollowUp(int Pieces, int Previous, bool AnswersQuestion);
