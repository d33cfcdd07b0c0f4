using ModelScan.RoutingApi.Capabilities;
using ModelScan.RoutingApi.Dialects.Canonical;

namespace ModelScan.RoutingApi.Dialects.Fitting;

/// <summary>How a model is told to think: by an effort, by a budget of tokens, as it sees fit, or not at all.</summary>
internal sealed record ReasoningFit
{
    private const int LeastBudget = 1024;

    /// <summary>What is left to the answer of a limit that thoughts count against: a quarter.</summary>
    private const long Thoughts = 3;
    private const long Whole = 4;

    /// <summary>The effort in the model's words; <see langword="null"/> where none is to be said.</summary>
    public string? Effort { get; init; }

    /// <summary>Tokens to think with; <see langword="null"/> where none are to be said.</summary>
    public int? Budget { get; init; }

    /// <summary>Whether the model is to think as long as it sees fit.</summary>
    public bool IsAdaptive { get; init; }

    /// <summary>Whether it is to be told not to think.</summary>
    public bool IsOff { get; init; }

    /// <summary>Whether it is made to think.</summary>
    public bool Thinks => Budget is not null || IsAdaptive;

    /// <summary>For models that go by an effort (OpenAI's formats, and what follows them).</summary>
    public static ReasoningFit ByEffort(ReasoningWish wish, ModelCapabilities capabilities, Losses losses)
    {
        if (!capabilities.ReasoningEffort)
        {
            if (wish.Effort is not null && wish.Effort != "none")
                losses.Drop(wish.EffortPlace);
            if (wish is { Thinks: true, IsImplied: false })
                losses.Drop(wish.Place);
            return new ReasoningFit();
        }

        var wanted = wish.Effort ?? wish.Budget switch
        {
            null => wish.IsOff && (capabilities.Reasoning.Efforts & Efforts.None) != Efforts.Unset ? "none" : null,
            <= 4096 => "low",
            <= 12288 => "medium",
            _ => "high",
        };
        return wanted is null ? new ReasoningFit() : new ReasoningFit { Effort = Nearest(wanted, wish, capabilities, losses) };
    }

    /// <summary>For Anthropic's models and those that are told in the same way.</summary>
    /// <param name="wish">The wish.</param>
    /// <param name="capabilities">What the model can do.</param>
    /// <param name="canThink">Whether the conversation allows it: no tool is forced, and the calls that it ends in came of thoughts.</param>
    /// <param name="limit">The limit that the client set.</param>
    /// <param name="losses">Takes note.</param>
    public static ReasoningFit ByBudget(ReasoningWish wish, ModelCapabilities capabilities, bool canThink, int? limit, Losses losses)
    {
        if (wish.IsOff || wish.Effort == "none")
            return Off(wish, capabilities, losses);
        if (!wish.IsAsked)
            return new ReasoningFit();
        if (!capabilities.ReasoningEffort || !canThink)
        {
            losses.Drop(wish.Effort is null ? wish.Place : wish.EffortPlace);
            return new ReasoningFit();
        }

        if (capabilities.AdaptiveThinking)
            return new ReasoningFit { IsAdaptive = true, Effort = Nearest(wish.Effort ?? EffortOf(wish.Budget), wish, capabilities, losses) };
        if (BudgetWithin(wish.Budget ?? BudgetOf(wish.Effort), limit, capabilities) is { } budget)
            return new ReasoningFit { Budget = budget };
        losses.Drop(wish.Effort is null ? wish.Place : wish.EffortPlace);
        return new ReasoningFit();
    }

    /// <summary>A budget that leaves room for the answer; <see langword="null"/> where the limit is too low for any.</summary>
    public static int? BudgetWithin(int wanted, int? limit, ModelCapabilities capabilities)
    {
        if (limit is <= LeastBudget)
            return null;
        var most = (limit ?? capabilities.MaxOutputTokens ?? int.MaxValue) * Thoughts / Whole;
        return (int)Math.Max(LeastBudget, Math.Min(wanted, most));
    }

    /// <summary>Tokens for an effort, where the model goes by a budget.</summary>
    public static int BudgetOf(string? effort) => effort switch
    {
        "minimal" or "low" => 2048,
        null or "medium" => 8192,
        "high" => 16384,
        _ => 32000,
    };

    private static string EffortOf(int? budget) => budget switch
    {
        null => "medium",
        <= 4096 => "low",
        <= 12288 => "medium",
        _ => "high",
    };

    private static ReasoningFit Off(ReasoningWish wish, ModelCapabilities capabilities, Losses losses)
    {
        if (!capabilities.Reasoning.IsOnByDefault)
            return new ReasoningFit();
        if (capabilities.Reasoning.CanBeOff)
            return new ReasoningFit { IsOff = true };
        losses.Drop(wish.Effort is null ? wish.Place : wish.EffortPlace);
        return new ReasoningFit();
    }

    private static string? Nearest(string wanted, ReasoningWish wish, ModelCapabilities capabilities, Losses losses)
    {
        var nearest = capabilities.Reasoning.Efforts.Nearest(EffortWords.Parse(wanted)).Word();
        if (nearest.Length == 0)
            return null;
        if (wish.Effort is not null && nearest != wanted)
            losses.Change(wish.EffortPlace);
        return nearest;
    }
}
