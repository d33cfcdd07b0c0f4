using System.Text;
using ModelScan.RoutingApi.Capabilities;
using ModelScan.RoutingApi.Dialects.Canonical;
using ModelScan.RoutingApi.Dialects.Fitting;
using ModelScan.RoutingApi.Dialects.Translation;

namespace ModelScan.RoutingApi.InPlace;

/// <summary>What a Messages request that keeps its format says about thinking, where several members have to go together.</summary>
/// <remarks>
/// <code>
/// max_tokens above the model's       thinking.budget_tokens stays below what it is lowered to
/// thinking: {type: adaptive}         a budget, as in a translation, or nothing, where the model does not think as it sees fit
/// output_config.effort               the nearest that the model knows; nothing where it goes by a budget alone
/// context_management.edits           none of thoughts (clear_thinking_…) where there will be no thoughts
/// </code>
/// </remarks>
internal static class ThinkingRules
{
    private const string EditOfThoughts = "clear_thinking_";

    /// <summary>No edits of thoughts, which are refused where a request does not think.</summary>
    public static MemberRule NoEditsOfThoughts { get; } = new("context_management", WithoutEditsOfThoughts) { ReportedAs = "context_management.edits" };

    /// <summary>What has to go with a member that is left out.</summary>
    public static IReadOnlyList<MemberRule> GoingWith(string member) => member == "thinking" ? [NoEditsOfThoughts] : [];

    /// <summary>The rules for one request.</summary>
    public static IReadOnlyList<MemberRule> For(ApiFormat format, ReadOnlyMemory<byte> body, ModelCapabilities capabilities)
    {
        if (format != ApiFormat.Messages || !MayHaveAny(body.Span, capabilities))
            return [];
        try
        {
            return For(Members.Of(body), capabilities);
        }
        catch (InvalidRequestException)
        {
            // What is not understood is its provider's to judge.
            return [];
        }
    }

    private static bool MayHaveAny(ReadOnlySpan<byte> body, ModelCapabilities capabilities) =>
        (capabilities.MaxOutputTokens is not null && body.IndexOf("\"budget_tokens\""u8) >= 0)
        || (capabilities.Reasoning.IsControlled && (body.IndexOf("\"effort\""u8) >= 0 || (!capabilities.AdaptiveThinking && body.IndexOf("\"adaptive\""u8) >= 0)));

    private static List<MemberRule> For(Members members, ModelCapabilities capabilities)
    {
        var rules = new List<MemberRule>();
        var effort = members.Config.IsEmpty || !capabilities.Reasoning.IsControlled ? null : RequestDocument.Read(members.Config, config => config.FindText("effort"));
        var isBudgeted = false;
        if (!members.Thinking.IsEmpty && NewBudget(members, effort, capabilities) is { IsChanged: true, Budget: var budget })
        {
            isBudgeted = budget is not null;
            rules.Add(new MemberRule("thinking", thinking => budget is { } tokens ? WithBudget(thinking, tokens) : (ReadOnlyMemory<byte>?)null));
            if (budget is null)
                rules.Add(NoEditsOfThoughts);
        }

        if (effort is not null && NearestEffort(effort, capabilities) is var nearest && nearest != effort)
            rules.Add(new MemberRule("output_config", config => WithEffort(config, nearest)) { ReportedAs = "output_config.effort", IsReported = nearest is not null || !isBudgeted });
        return rules;
    }

    // No budget where it cannot think.
    private static (bool IsChanged, int? Budget) NewBudget(Members members, string? effort, ModelCapabilities capabilities)
    {
        var most = capabilities.MaxOutputTokens ?? int.MaxValue;
        int? limit = members.Limit is { } asked ? (int)Math.Min(asked, most) : null;
        return RequestDocument.Read(members.Thinking, thinking =>
        {
            switch (thinking.GetText("type"))
            {
                case "adaptive" when capabilities.Reasoning is { IsControlled: true, IsAdaptive: false }:
                    if (capabilities.Reasoning.Budget is null)
                        return (true, null);
                    var wish = new ReasoningWish { Thinks = true, Effort = effort };
                    return (true, ReasoningFit.ByBudget(wish, capabilities, CanThink(members), limit, new Losses()).Budget);
                case "enabled" when members.Limit > most && !InPlaceRules.ThinksOnlyAsItSeesFit(capabilities) && thinking.Find("budget_tokens")?.Count(1) is { } budget && budget >= limit:
                    return (true, ReasoningFit.BudgetWithin(budget, limit, capabilities));
                default:
                    return (false, (int?)null);
            }
        });
    }

    // As in a translation: not where a call is forced, nor where the last turn's calls came of no thought.
    private static bool CanThink(Members members) =>
        (members.Choice.IsEmpty || RequestDocument.Read(members.Choice, choice => choice.FindText("type")) is not ("any" or "tool"))
        && members.LastTwo() is var (previous, last) && !CallsWithoutThought(previous) && !CallsWithoutThought(last);

    private static bool CallsWithoutThought(ReadOnlyMemory<byte> message) => !message.IsEmpty && RequestDocument.Read(message, turn =>
        turn.FindText("role") == "assistant"
        && turn.Find("content") is { IsArray: true } content
        && content.Items().ToList() is [var first, ..] blocks
        && blocks.Exists(block => block.FindText("type") == "tool_use")
        && !IsThought(first));

    // A sealed one is another provider's, and does not get to this one.
    private static bool IsThought(RequestField block) => block.FindText("type") switch
    {
        "thinking" => block.FindText("signature") is { } signature && !SealedReasoning.IsOne(signature),
        "redacted_thinking" => block.FindText("data") is { } data && !SealedReasoning.IsOne(data),
        _ => false,
    };

    private static string? NearestEffort(string effort, ModelCapabilities capabilities)
    {
        if (capabilities.Reasoning.Efforts == Efforts.Unset)
            return capabilities.AdaptiveThinking ? effort : null;
        var nearest = capabilities.Reasoning.Efforts.Nearest(EffortWords.Parse(effort)).Word();
        return nearest.Length == 0 ? effort : nearest;
    }

    private static ReadOnlyMemory<byte> WithBudget(ReadOnlyMemory<byte> thinking, int budget) => InPlaceJson.Change(thinking, (root, json) =>
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "enabled"u8);
        json.WriteNumber("budget_tokens"u8, budget);
        foreach (var (name, field) in root.Fields())
        {
            if (name is not ("type" or "budget_tokens"))
                field.CopyRaw(json, name);
        }

        json.WriteEndObject();
        return true;
    });

    private static ReadOnlyMemory<byte>? WithEffort(ReadOnlyMemory<byte> config, string? effort) => OrNothing(InPlaceJson.Change(config, (root, json) =>
    {
        InPlaceJson.Replace(json, root, ["effort"], effort is null ? null : inner => inner.WriteStringValue(effort));
        return true;
    }));

    private static ReadOnlyMemory<byte>? WithoutEditsOfThoughts(ReadOnlyMemory<byte> context) => context.Span.IndexOf(Encoding.UTF8.GetBytes(EditOfThoughts)) < 0 ? context : OrNothing(InPlaceJson.Change(context, static (root, json) =>
    {
        var kept = root.Get("edits").Items().ToList().FindAll(edit => edit.FindText("type")?.StartsWith(EditOfThoughts, StringComparison.Ordinal) != true);
        InPlaceJson.Replace(json, root, ["edits"], kept.Count == 0 ? null : inner =>
        {
            inner.WriteStartArray();
            foreach (var edit in kept)
                InPlaceJson.Copy(inner, edit);
            inner.WriteEndArray();
        });
        return true;
    }));

    private static ReadOnlyMemory<byte>? OrNothing(ReadOnlyMemory<byte> value) => value.Span.SequenceEqual("{}"u8) ? (ReadOnlyMemory<byte>?)null : value;

    // The members that have to do with it, as written, and of the messages the last two.
    private sealed class Members
    {
        private ReadOnlyMemory<byte> _messages;

        public ReadOnlyMemory<byte> Thinking { get; private set; }

        public ReadOnlyMemory<byte> Config { get; private set; }

        public ReadOnlyMemory<byte> Choice { get; private set; }

        public long? Limit { get; private set; }

        public static Members Of(ReadOnlyMemory<byte> body)
        {
            var found = new Members();
            var members = new BodyMembers(body.Span);
            while (members.Read())
            {
                var value = body[members.ValueStart..members.ValueEnd];
                if (value.Span.SequenceEqual("null"u8))
                    continue;
                if (members.NameIs("thinking"u8))
                    found.Thinking = value;
                else if (members.NameIs("output_config"u8))
                    found.Config = value;
                else if (members.NameIs("tool_choice"u8))
                    found.Choice = value;
                else if (members.NameIs("max_tokens"u8))
                    found.Limit = InPlaceRules.Utf8Number(value.Span);
                else if (members.NameIs("messages"u8))
                    found._messages = value;
            }

            return found;
        }

        public (ReadOnlyMemory<byte> Previous, ReadOnlyMemory<byte> Last) LastTwo()
        {
            var (previous, last) = (default(ReadOnlyMemory<byte>), default(ReadOnlyMemory<byte>));
            var scan = new JsonScan(_messages.Span);
            if (_messages.IsEmpty || !scan.EntersArray())
                return (previous, last);
            while (scan.NextItem())
            {
                var start = scan.At;
                scan.Skip();
                (previous, last) = (last, _messages[start..scan.At]);
            }

            return (previous, last);
        }
    }
}
