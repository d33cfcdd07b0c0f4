using System.Collections.Concurrent;
using ModelScan.RoutingApi.Conversations;
using ModelScan.RoutingApi.Decisions;
using ModelScan.RoutingApi.Decisions.Embedded.Encoder;
using ModelScan.RoutingApi.Decisions.Sessions;
using ModelScan.RoutingApi.ModelMetrics;
using ModelScan.RoutingApi.Providers;
using ModelScan.RoutingApi.Providers.Catalogue;
using ModelScan.RoutingApi.RequestLog.Reading;
using ModelScan.RoutingApi.RequestLog.Records;
using ModelScan.RoutingApi.Routing.Records;
using ModelScan.RoutingApi.UsageReports;

namespace ModelScan.RoutingApi.Routing.Redecisions;

/// <summary>
/// Decides requests of the log once more, under another policy and without asking anybody:
/// <list type="number">
/// <item>what a session holds, it holds; the requests of one session are decided in the order in which they came;</item>
/// <item>the classifier reads what it read then, where that is on record;</item>
/// <item>candidates are ranked by prices and latencies as they are now, and the session has its say;</item>
/// <item>the same tokens are priced for the model that would have answered.</item>
/// </list>
/// Rules for agents and what a model cannot take are left out: both need the request itself.
/// </summary>
internal sealed class Redecider(ModelMetricsSnapshot prices, DecisionVectors vectors, Random random)
{
    /// <summary>Most records of one question.</summary>
    public const int MaxRecords = 10_000;

    // Output differs from model to model; a model that thinks may write half as much again.
    private const double HighOutput = 1.5;
    private const double CacheReadDiscount = 0.1;

    // While one is encoded, others wait, so that no core does, and others are read and decided.
    private const int AtOnceOnACore = 16;
    private const int MostAtOnce = EncoderQueue.Capacity / 4;

    private readonly ConcurrentDictionary<(string Input, string? Pinned), Task<RouteClassification>> _classified = new();

    /// <summary>Decides.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="details">Records with what decisions were made on; in no order.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<Redecision>> DecideAsync(PolicyUnderTest policy, IReadOnlyList<RequestDetail> details, CancellationToken cancellationToken)
    {
        var decided = new ConcurrentBag<Redecision>();
        var sessions = details.OrderBy(detail => detail.Record.Id).GroupBy(detail => detail.Record.Session ?? detail.Record.Id.ToString(), StringComparer.Ordinal);
        await Parallel.ForEachAsync(sessions, new ParallelOptions { MaxDegreeOfParallelism = Math.Min(MostAtOnce, AtOnceOnACore * Environment.ProcessorCount), CancellationToken = cancellationToken }, async (session, token) =>
        {
            SessionBinding? binding = null;
            foreach (var detail in session)
            {
                var (decision, next) = await DecideAsync(policy, detail, binding, token);
                binding = next;
                decided.Add(decision);
            }
        });
        return [.. decided.OrderBy(decision => decision.Record.Id)];
    }

    private async ValueTask<(Redecision Decision, SessionBinding? Binding)> DecideAsync(PolicyUnderTest policy, RequestDetail detail, SessionBinding? binding, CancellationToken cancellationToken)
    {
        var record = detail.Record;
        if (record.Operation is not ("chat" or "decide"))
            return (Redecision.Impossible(record, "nothing is decided for this operation"), binding);
        var config = policy.Decisions.Config;
        var requested = policy.Decisions.ResolveAlias(record.RequestModel);
        var terms = record.Session is { } id ? SessionTerms.Of(new SessionKey(id, id, record.SessionIsExplicit, null), config.Session, config.PromptCaching, config.Session.Budget) : null;
        var turn = new SessionTurn(binding, record.Id.Time.ToUnixTimeSeconds(), requested, null);
        var held = terms is null ? null : SessionDecision.Held(turn, terms);
        var messages = DecisionInput.Read(detail.Body?.Input);
        var route = held?.Route;
        if (held is null && !policy.Decisions.Routes.IsEmpty)
        {
            if (messages.Count == 0)
                return (Redecision.Impossible(record, "what the decision was made on is not on record (request_log.decision_inputs)"), binding);
            var pinned = terms is not null && turn.IsLive(terms.Window) ? turn.Binding!.RouteName : null;
            var classified = _classified.GetOrAdd((detail.Body!.Input!, pinned), key => ClassifyAsync(policy, key.Input, messages, pinned, cancellationToken)).WaitAsync(cancellationToken);
            var classification = await classified;
            if (!Thread.CurrentThread.IsThreadPoolThread)
                await Task.Yield(); // there are thousands: the rest of them is not for the thread of the encoder's answers
            if (classification.HasFailed)
                return (Redecision.Impossible(record, "the classifier failed"), binding);
            route = classification.Route;
        }

        var found = policy.Decisions.Routes.Find(route)?.Config;
        var first = found is null ? held?.Model : ModelRanker.Rank(found.Models, found.Prefer, prices, random)[0];
        SessionOutcome? outcome = null;
        if (terms is not null)
        {
            outcome = SessionDecision.Decide(turn, first is null ? null : new SessionChoice(first, found?.Name), terms, prices.PriceOf, () => ContextOf(record));
            binding = outcome.Binding ?? binding;
        }

        var chosen = outcome?.Choice?.Model ?? first ?? requested;
        var target = chosen is not null ? policy.Models.Find(chosen) : policy.Models.Default;
        if (target is null)
            return (Redecision.Impossible(record, chosen is null ? "the request names no model, and there is no default" : "the model that the request names is not configured"), binding);
        var (low, high) = CostOf(record, target, config.Session.Budget?.CacheReadDiscount ?? CacheReadDiscount);
        return (new Redecision(record)
        {
            Route = outcome?.Choice is { } choice ? choice.Route : found?.Name,
            Model = target.Name,
            CostLow = low,
            CostHigh = high,
            Switched = outcome is { Switched: true },
            SwitchCost = outcome is { Switched: true, SwitchCostUsd: { } cost } ? cost : null,
        }, binding);
    }

    private async Task<RouteClassification> ClassifyAsync(PolicyUnderTest policy, string input, IReadOnlyList<ConversationMessage> messages, string? pinned, CancellationToken cancellationToken)
    {
        try
        {
            await vectors.BringBackAsync(input, messages, cancellationToken);
            return await policy.Decisions.Classifier.ClassifyAsync(new ClassificationRequest(policy.Decisions.Routes.Set, messages, pinned), cancellationToken);
        }
        catch (RouteClassificationException)
        {
            return new RouteClassification(null, policy.Decisions.Classifier.Name) { HasFailed = true };
        }
    }

    // Records from before that was on them have the provider's usual way.
    private static bool CacheIsBeside(RequestRecord record) => record.Usage is { CacheIsBeside: true } || record.Provider is { } name && ProviderCatalogue.Find(name) is { Native: [var format, ..] } && format.CountsCacheApart();

    private static long ContextOf(RequestRecord record) => record.Usage is { } usage ? usage.Input + usage.CacheWrite : 0;

    // The model that answered then is charged what it was; another one for the same input and as much output, or half as much again.
    private (double? Low, double? High) CostOf(RequestRecord record, ModelTarget target, double discount)
    {
        if (record.Cost.State == CostState.Priced && target.Name == record.Model)
            return (record.Cost.Total, record.Cost.Total);
        if (record.Usage is not { } usage || !(prices.TryGetPrice(target.Name, out var price) || prices.TryGetPrice(target.Config.Name, out price)))
            return (null, null);
        return (CostOf(usage, 1), CostOf(usage, HighOutput));

        double CostOf(TokenUsage tokens, double output) => RequestCost.Of(
            price, new BilledTokens(tokens.Input, (long)(tokens.Output * output), tokens.CacheRead, tokens.CacheWrite, PromptIncludesCacheRead: !CacheIsBeside(record)), discount).TotalUsd;
    }
}

/// <summary>What another policy would have done with a request.</summary>
/// <param name="Record">The request.</param>
internal sealed record Redecision(RequestRecord Record)
{
    /// <summary>Why it cannot be said; <see langword="null"/> where it can.</summary>
    public string? Problem { get; init; }

    public string? Route { get; init; }

    public string? Model { get; init; }

    /// <summary>USD, where the answer is as long as it was; <see langword="null"/> where tokens or prices are not known.</summary>
    public double? CostLow { get; init; }

    /// <summary>USD, where another model's answer is half as long again.</summary>
    public double? CostHigh { get; init; }

    /// <summary>Whether a session would have moved to another model.</summary>
    public bool Switched { get; init; }

    /// <summary>USD that this switch costs, because what its provider has cached is of no use any more.</summary>
    public double? SwitchCost { get; init; }

    /// <summary>Whether another model would have answered.</summary>
    public bool ChangesModel => Problem is null && Model != Record.Model;

    /// <summary>Whether another route would have been taken.</summary>
    public bool ChangesRoute => Problem is null && Route != Record.Route;

    public static Redecision Impossible(RequestRecord record, string problem) => new(record) { Problem = problem };
}
