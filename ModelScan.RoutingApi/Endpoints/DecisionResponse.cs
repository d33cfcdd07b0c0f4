using ModelScan.RoutingApi.Decisions;
using ModelScan.RoutingApi.Decisions.Sessions;

namespace ModelScan.RoutingApi.Endpoints;

/// <summary>
/// The answer of the decision endpoints, in Plano's form: <c>models</c> (<c>["none"]</c> when nothing matched), <c>route</c>,
/// <c>trace_id</c>, <c>session_id</c> (only with a session), <c>pinned</c>, <c>switched</c>; and <c>explanation</c> when asked for.
/// </summary>
internal static class DecisionResponse
{
    private const string NoModel = "none";

    public static string FirstModel(RouteDecision decision) => decision.Models.Count > 0 ? decision.Models[0] : NoModel;

    public static void Write(Utf8JsonWriter writer, RouteDecision decision, string traceId, DateTimeOffset now, string configHash)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("models");
        foreach (var model in decision.Models)
            writer.WriteStringValue(model);
        if (decision.Models.Count == 0)
            writer.WriteStringValue(NoModel);
        writer.WriteEndArray();
        writer.WriteString("route", decision.Route);
        writer.WriteString("trace_id", traceId);
        if (decision.SessionId is not null)
            writer.WriteString("session_id", decision.SessionId);
        writer.WriteBoolean("pinned", decision.Pinned);
        writer.WriteBoolean("switched", decision.Switched);
        if (decision.Explanation is { } explanation)
        {
            writer.WriteStartObject("explanation");
            writer.WriteString("decided_by", decision.DecidedBy);
            writer.WriteString("routes_from", explanation.RoutesFrom);
            writer.WriteString("config_hash", configHash);
            writer.WriteString("at", now);
            WriteClassification(writer, explanation.Classification);
            WriteRanking(writer, explanation.Ranking);
            WriteSession(writer, explanation.Session);
            WriteTexts(writer, "notes", [.. explanation.Notes, .. explanation.Classification?.Notes ?? []]);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    private static void WriteClassification(Utf8JsonWriter writer, RouteClassification? classification)
    {
        if (classification is null)
        {
            writer.WriteNull("classification");
            return;
        }

        writer.WriteStartObject("classification");
        writer.WriteString("classifier", classification.Classifier);
        writer.WriteString("route", classification.Route);
        WriteNumber(writer, "probability", classification.Probability);
        WriteNumber(writer, "none_probability", classification.NoneProbability);
        WriteNumber(writer, "against_none", classification.AgainstNone);
        WriteNumber(writer, "threshold", classification.Threshold);
        WriteNumber(writer, "margin", classification.Margin);
        writer.WriteStartArray("scores");
        foreach (var score in classification.Scores)
        {
            writer.WriteStartObject();
            writer.WriteString("route", score.Route);
            WriteNumber(writer, "score", score.Score);
            WriteNumber(writer, "cosine", score.Cosine);
            WriteNumber(writer, "probability", score.Probability);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteRanking(Utf8JsonWriter writer, IReadOnlyList<RankedModel> ranking)
    {
        writer.WriteStartArray("ranking");
        foreach (var model in ranking)
        {
            writer.WriteStartObject();
            writer.WriteString("model", model.Model);
            WriteNumber(writer, "input_usd_per_million", model.Price?.InputPerMillion);
            WriteNumber(writer, "output_usd_per_million", model.Price?.OutputPerMillion);
            WriteNumber(writer, "latency_seconds", model.LatencySeconds);
            WriteNumber(writer, "data_age_seconds", model.Age?.TotalSeconds);
            writer.WriteString("reason", model.Reason);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteSession(Utf8JsonWriter writer, SessionOutcome? session)
    {
        if (session is null)
        {
            writer.WriteNull("session");
            return;
        }

        writer.WriteStartObject("session");
        writer.WriteString("reason", session.Reason.ToWireName());
        writer.WriteBoolean("follows_router", session.FollowsRouter);
        writer.WriteString("anchor_model", session.Binding?.AnchorModel);
        WriteNumber(writer, "switches", session.Binding?.Switches);
        WriteNumber(writer, "baseline_usd", session.Binding?.BaselineUsd);
        WriteNumber(writer, "switch_spend_usd", session.Binding?.SwitchSpendUsd);
        WriteNumber(writer, "switch_cost_usd", session.SwitchCostUsd);
        WriteNumber(writer, "ceiling_usd", session.CeilingUsd);
        writer.WriteString("counterfactual_route", session.Counterfactual?.Route);
        writer.WriteString("counterfactual_model", session.Counterfactual?.Model);
        writer.WriteEndObject();
    }

    private static void WriteTexts(Utf8JsonWriter writer, string name, IEnumerable<string> texts)
    {
        writer.WriteStartArray(name);
        foreach (var text in texts)
            writer.WriteStringValue(text);
        writer.WriteEndArray();
    }

    // Six digits are more than any of these numbers is worth.
    private static void WriteNumber(Utf8JsonWriter writer, string name, double? value)
    {
        if (value is { } number && double.IsFinite(number))
            writer.WriteNumber(name, Math.Round(number, 6));
        else
            writer.WriteNull(name);
    }
}
