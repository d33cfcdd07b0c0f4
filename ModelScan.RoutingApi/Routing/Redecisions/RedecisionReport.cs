using ModelScan.RoutingApi.RequestLog.Records;

namespace ModelScan.RoutingApi.Routing.Redecisions;

/// <summary>What another policy would have changed, in sum and request by request.</summary>
/// <param name="decisions">The re-decisions, the oldest first.</param>
/// <param name="notes">What a person should know of the policy.</param>
internal sealed class RedecisionReport(IReadOnlyList<Redecision> decisions, IReadOnlyList<string> notes)
{
    private const int MostChanges = 50;
    private const int MostPairs = 200;

    private readonly Redecision[] _decided = [.. decisions.Where(decision => decision.Problem is null)];

    /// <summary>How many requests were to be decided.</summary>
    public int Records => decisions.Count;

    public int Undecidable => Records - _decided.Length;

    public int OtherModels => _decided.Count(decision => decision.ChangesModel);

    public int OtherRoutes => _decided.Count(decision => decision.ChangesRoute);

    /// <summary>USD then, of those requests whose cost is known then and now.</summary>
    public double CostBefore => Priced.Sum(decision => decision.Record.Cost.Total);

    /// <summary>USD now, where answers are as long as they were.</summary>
    public double CostLow => Priced.Sum(decision => decision.CostLow!.Value);

    /// <summary>USD now, where other models' answers are half as long again.</summary>
    public double CostHigh => Priced.Sum(decision => decision.CostHigh!.Value);

    public int SwitchesBefore => _decided.Count(decision => decision.Record.Switched);

    public int SwitchesAfter => _decided.Count(decision => decision.Switched);

    public double SwitchCost => _decided.Sum(decision => decision.SwitchCost ?? 0);

    private IEnumerable<Redecision> Priced => _decided.Where(decision => decision is { CostLow: not null, Record.Cost.State: CostState.Priced });

    /// <summary>Why requests could not be decided, and how many.</summary>
    public IEnumerable<(string Reason, int Requests)> Problems =>
        decisions.Where(decision => decision.Problem is not null).GroupBy(decision => decision.Problem!).Select(group => (group.Key, group.Count())).OrderByDescending(group => group.Item2);

    /// <summary>From which route to which, and how many.</summary>
    public IEnumerable<(string? From, string? To, int Requests)> Routes => Pairs(decision => (decision.Record.Route, decision.Route));

    /// <summary>From which model to which, and how many.</summary>
    public IEnumerable<(string? From, string? To, int Requests)> Models => Pairs(decision => (decision.Record.Model, decision.Model));

    /// <summary>Requests of which another model would have cost the most more or less; those without a price last.</summary>
    public IEnumerable<Redecision> Changes => _decided.Where(decision => decision.ChangesModel || decision.ChangesRoute)
        .OrderByDescending(decision => Math.Abs((decision.CostLow ?? 0) - decision.Record.Cost.Total)).ThenBy(decision => decision.Record.Id).Take(MostChanges);

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteNumber("records", Records);
        json.WriteNumber("decided", _decided.Length);
        json.WriteNumber("other_models", OtherModels);
        json.WriteNumber("other_routes", OtherRoutes);
        json.WriteStartObject("cost");
        json.WriteNumber("requests", Priced.Count());
        WriteUsd(json, "before_usd", CostBefore);
        WriteUsd(json, "after_low_usd", CostLow);
        WriteUsd(json, "after_high_usd", CostHigh);
        json.WriteString("means", "low: answers as long as they were; high: those of another model half as long again");
        json.WriteEndObject();
        json.WriteStartObject("switches");
        json.WriteNumber("before", SwitchesBefore);
        json.WriteNumber("after", SwitchesAfter);
        WriteUsd(json, "cost_usd", SwitchCost);
        json.WriteEndObject();
        WritePairs(json, "routes", Routes);
        WritePairs(json, "models", Models);
        json.WriteStartArray("undecidable");
        foreach (var (reason, requests) in Problems)
        {
            json.WriteStartObject();
            json.WriteString("reason", reason);
            json.WriteNumber("requests", requests);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("changes");
        foreach (var change in Changes)
            WriteChange(json, change);
        json.WriteEndArray();
        json.WriteStartArray("notes");
        foreach (var note in notes)
            json.WriteStringValue(note);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private IEnumerable<(string? From, string? To, int Requests)> Pairs(Func<Redecision, (string? From, string? To)> pair) =>
        _decided.GroupBy(pair).Select(group => (group.Key.From, group.Key.To, Requests: group.Count())).OrderByDescending(group => group.Requests).Take(MostPairs);

    private static void WritePairs(Utf8JsonWriter json, string name, IEnumerable<(string? From, string? To, int Requests)> pairs)
    {
        json.WriteStartArray(name);
        foreach (var (from, to, requests) in pairs)
        {
            json.WriteStartObject();
            json.WriteString("from", from);
            json.WriteString("to", to);
            json.WriteNumber("requests", requests);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteChange(Utf8JsonWriter json, Redecision change)
    {
        json.WriteStartObject();
        json.WriteString("id", change.Record.Id.ToString());
        json.WriteString("route_before", change.Record.Route);
        json.WriteString("route_after", change.Route);
        json.WriteString("model_before", change.Record.Model);
        json.WriteString("model_after", change.Model);
        if (change.Record.Cost.State == CostState.Priced)
            WriteUsd(json, "cost_before_usd", change.Record.Cost.Total);
        if (change is { CostLow: { } low, CostHigh: { } high })
        {
            WriteUsd(json, "cost_after_low_usd", low);
            WriteUsd(json, "cost_after_high_usd", high);
        }

        json.WriteEndObject();
    }

    private static void WriteUsd(Utf8JsonWriter json, string name, double usd) => json.WriteNumber(name, Math.Round((decimal)usd, 12));
}
