using System.Text;
using ModelScan.WebConsole.Api;

namespace ModelScan.WebConsole.Parts;

/// <summary>What became of a request, in sentences.</summary>
public static class RequestSentence
{
    /// <summary>Tells it: what was asked for, what was decided and why, what came of it, and what it cost.</summary>
    public static string Of(RequestEntry request)
    {
        var text = new StringBuilder();
        text.Append(request.RequestModel is { } asked ? $"Asked for {asked}." : "Asked for no particular model.");
        Decision(text, request);
        Outcome(text, request);
        Cost(text, request);
        return text.ToString();
    }

    /// <summary>How the route that came second stands.</summary>
    public static string NextOf(RequestEntry request, double confidence, double margin) =>
        request.RunnerUp is { } next ? $"next: {next} {Units.Probability(confidence - margin)}" : $"{Units.Probability(margin)} before the next";

    private static void Decision(StringBuilder text, RequestEntry request)
    {
        if (request.Route is { } route)
        {
            text.Append(" Route ").Append(route);
            if (request.Confidence is { } confidence)
            {
                text.Append(" (").Append(Units.Probability(confidence));
                if (request.Margin is { } margin)
                    text.Append(", ").Append(NextOf(request, confidence, margin));
                text.Append(')');
            }

            text.Append('.');
        }
        else if (request.DecidedBy is not null || request.Mode == "policy")
        {
            text.Append(" No route matched.");
        }

        if (request.Model is { } model)
        {
            text.Append(' ').Append(model).Append(request.OperationName == "decide" ? " would be asked" : " was chosen");
            if (request.Why.Length > 0)
                text.Append(request.Why.StartsWith("after ", StringComparison.Ordinal) ? " " : ": ").Append(request.Why);
            if (request.Candidates.FirstOrDefault(candidate => candidate.Model != model && !candidate.PassedOver && !request.Attempts.Any(attempt => attempt.Model == candidate.Model)) is { } second)
                text.Append("; ").Append(second.Model).Append(" second");
            text.Append('.');
        }

        if (request.FallbackReason is { } fallback)
            text.Append(" The mode in force could not answer (").Append(fallback).Append("), so direct mode did.");
        if (request.Switched)
            text.Append(request.SwitchCostUsd is { } cost ? $" Its session moved to another model, which costs {Units.Usd(cost)}." : " Its session moved to another model.");
        else if (request.Pinned)
            text.Append(" Its session stayed with its model.");
    }

    private static void Outcome(StringBuilder text, RequestEntry request)
    {
        var retries = request.Attempts.Count - 1;
        var failed = request.Attempts.Where((_, i) => i < retries).Select(attempt => $"{(attempt.Status > 0 ? $"{attempt.Status}" : attempt.Outcome)}, {Units.Duration(attempt.DurationMs)}");
        var after = retries > 0 ? $" after {Units.Several(retries, "retry", "retries")} ({string.Join("; ", failed)})" : "";
        text.Append(request switch
        {
            { OperationName: "decide" } => $" Decided in {Units.Duration(request.DurationMs)}; nobody was asked.",
            { State: "completed" } => $" Answered{after} in {Units.Duration(request.DurationMs)}{FirstByte(request)}.",
            { State: "aborted" } => $" The client left after {Units.Duration(request.DurationMs)}{after}.",
            { State: "refused" } => $" Refused with {request.Status}{Reason(request)}.",
            _ => $" Failed with {request.Status}{after}{Reason(request)}.",
        });
    }

    private static void Cost(StringBuilder text, RequestEntry request)
    {
        switch (request.Cost)
        {
            case { State: "priced", TotalUsd: { } total }:
                text.Append(' ').Append(Units.Usd(total));
                if (request.Cost.SavedUsd is { } saved && request.Cost.RequestedUsd is not null && Math.Abs(saved) > 1e-12)
                    text.Append(", ").Append(Units.Usd(Math.Abs(saved))).Append(saved > 0 ? " less" : " more").Append(" than the model asked for");
                text.Append('.');
                break;
            case { State: "no_price" }:
                text.Append(" What it cost is not known.");
                break;
        }
    }

    private static string FirstByte(RequestEntry request) => request.TimeToFirstChunkMs is { } first && request.Stream ? $", the first byte after {Units.Duration(first)}" : "";

    private static string Reason(RequestEntry request) => (request.ErrorMessage ?? request.ErrorType) is { } reason ? $": {reason.TrimEnd('.')}" : "";
}
