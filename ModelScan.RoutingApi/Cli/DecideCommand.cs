using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Conversations;
using ModelScan.RoutingApi.Decisions;
using ModelScan.RoutingApi.Decisions.Sessions;
using ModelScan.RoutingApi.Endpoints;
using ModelScan.RoutingApi.Pipeline;
using ModelScan.RoutingApi.Routing.Modes;

namespace ModelScan.RoutingApi.Cli;

/// <summary><c>decide PROMPT</c>: which models should answer a prompt, without a server and without asking them.</summary>
internal static class DecideCommand
{
    public static Command Create(CommandOutput output)
    {
        var prompt = new Argument<string[]>("PROMPT") { Description = "What a user says, as the first turn of a conversation.", Arity = ArgumentArity.OneOrMore };
        var config = new ConfigOption();
        var explain = new Option<bool>("--explain") { Description = "Shows every route's cosine and utility, and every candidate's price and latency." };
        var json = new Option<bool>("--json") { Description = "Answers as POST /routing/v1/chat/completions does." };
        var command = new Command("decide", "Says which models should answer a prompt, best first, and why. Needs no server and asks no model.") { prompt, config, explain, json };
        command.SetAction(async (result, cancellationToken) =>
        {
            await using var routing = await RoutingWithoutServer.StartAsync(config.Settings(result), cancellationToken);
            var text = string.Join(' ', result.GetRequiredValue(prompt));
            var details = result.GetValue(explain);
            var decision = await DecideAsync(routing, text, details || !result.GetValue(json), cancellationToken);
            if (result.GetValue(json))
                WriteJson(output, routing, decision);
            else
                Write(output, routing.Snapshot, decision, details);
            return ExitCode.Success;
        });
        return command;
    }

    private static ValueTask<RouteDecision> DecideAsync(RoutingWithoutServer routing, string prompt, bool explain, CancellationToken cancellationToken)
    {
        var facts = new RequestFacts(null, [new ConversationMessage(ConversationRole.User, prompt)], []);
        return routing.Services.GetRequiredService<DecisionEngine>().DecideAsync(
            routing.Snapshot.Decisions, new DecisionRequest(facts, null, null, new SessionHeaders(), explain), cancellationToken);
    }

    private static void WriteJson(CommandOutput output, RoutingWithoutServer routing, RouteDecision decision)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, WireJson.Options))
        {
            var time = routing.Services.GetRequiredService<TimeProvider>();
            DecisionResponse.Write(writer, decision, ActivityTraceId.CreateRandom().ToHexString(), time.GetUtcNow(), routing.Snapshot.Loaded.Hash);
        }

        output.Out.WriteLine(System.Text.Encoding.UTF8.GetString(buffer.ToArray()));
    }

    private static void Write(CommandOutput output, GatewaySnapshot snapshot, RouteDecision decision, bool details)
    {
        output.Line("route: ", decision.Route ?? "none");
        output.Line("models: ", decision.Models.Count > 0 ? string.Join(", ", decision.Models) : WithoutRoute(snapshot.Config));
        output.Line("decided by: ", decision.DecidedBy);
        if (snapshot.Config.Mode != RoutingMode.Policy)
            output.Line("note: ", $"routing.mode is {RoutingModes.NameOf(snapshot.Config.Mode)}; this is what policy mode would decide");
        if (decision.Explanation is not { } explanation)
            return;
        if (explanation.Classification is { Scores.Count: > 0 } classification)
            ProbabilityBars.Write(output, classification, details);
        if (details && explanation.Ranking.Count > 0)
        {
            output.Table(
                ["model", "USD/M in", "USD/M out", "latency s", "why here"],
                explanation.Ranking.Select(model => (string[])[model.Model, Number(model.Price?.InputPerMillion), Number(model.Price?.OutputPerMillion), Number(model.LatencySeconds), model.Reason]));
        }

        foreach (var note in explanation.Notes.Concat(explanation.Classification?.Notes ?? []))
            output.Line("note: ", note);
    }

    private static string WithoutRoute(RoutingConfig config) =>
        config.Providers.FirstOrDefault(provider => provider.IsDefault) is { } otherwise
            ? $"none (the model that a request names answers, else {otherwise.Name})"
            : "none (the model that a request names answers)";

    private static string Number(double? value) => value is { } number ? number.ToString("0.####", CultureInfo.InvariantCulture) : "-";
}
