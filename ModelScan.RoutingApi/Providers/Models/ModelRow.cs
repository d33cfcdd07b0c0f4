using ModelScan.RoutingApi.Capabilities;

namespace ModelScan.RoutingApi.Providers.Models;

/// <summary>
/// What the models.dev catalogue says of one model at one provider; <see langword="null"/> for what it does not say. Two spellings of
/// the same: the feed's own, and one object a line with the limits and modalities at the top.
/// </summary>
public sealed record ModelRow
{
    /// <summary>Nothing known.</summary>
    public static ModelRow Empty { get; } = new();

    /// <summary><c>provider/model</c> in the catalogue; empty for a row that is nobody's.</summary>
    public string Id { get; init; } = "";

    /// <summary>When it came out, as <c>yyyy-MM-dd</c> or <c>yyyy-MM</c>.</summary>
    public string ReleaseDate { get; init; } = "";

    public int? Context { get; init; }

    public int? Input { get; init; }

    public int? Output { get; init; }

    public Modalities? In { get; init; }

    public Modalities? Out { get; init; }

    public bool? Reasoning { get; init; }

    /// <summary>How it can be told to think; <see langword="null"/> where the catalogue has no list of ways.</summary>
    public ReasoningSupport? Ways { get; init; }

    /// <summary>In which field thoughts have to come back; empty where they have to in one that is not named.</summary>
    public string? ReturnField { get; init; }

    public bool? ToolCall { get; init; }

    public bool? StructuredOutput { get; init; }

    public bool? Temperature { get; init; }

    public ModelStatus Status { get; init; }

    /// <summary>USD for a million tokens read.</summary>
    public double? InputCost { get; init; }

    /// <summary>USD for a million tokens written.</summary>
    public double? OutputCost { get; init; }

    /// <summary>Reads a model's object. What is odd counts as not said.</summary>
    public static ModelRow Read(JsonElement model)
    {
        var limit = Member(model, "limit") ?? model;
        var modalities = Member(model, "modalities");
        var cost = Member(model, "cost");
        return new ModelRow
        {
            ReleaseDate = Member(model, "release_date") is { ValueKind: JsonValueKind.String } date ? date.GetString()! : "",
            Context = Tokens(limit, "context"),
            Input = Tokens(limit, "input"),
            Output = Tokens(limit, "output"),
            In = ReadModalities(Member(modalities, "input") ?? Member(model, "in")),
            Out = ReadModalities(Member(modalities, "output") ?? Member(model, "out")),
            Reasoning = Flag(model, "reasoning"),
            Ways = ReadWays(Member(model, "reasoning_options")),
            ReturnField = Member(model, "interleaved") switch
            {
                { ValueKind: JsonValueKind.True } => "",
                { ValueKind: JsonValueKind.Object } interleaved => Member(interleaved, "field") is { ValueKind: JsonValueKind.String } field ? field.GetString() : "",
                _ => null,
            },
            ToolCall = Flag(model, "tool_call"),
            StructuredOutput = Flag(model, "structured_output"),
            Temperature = Flag(model, "temperature"),
            InputCost = Cost(cost, "input"),
            OutputCost = Cost(cost, "output"),
            Status = Member(model, "status") is { ValueKind: JsonValueKind.String } status && Enum.TryParse<ModelStatus>(status.GetString(), ignoreCase: true, out var known) ? known : ModelStatus.Current,
        };
    }

    /// <summary>This row, and where it says nothing, what <paramref name="other"/> says of the same model elsewhere.</summary>
    public ModelRow Or(ModelRow other) => this with
    {
        Context = Context ?? other.Context,
        Input = Input ?? other.Input,
        Output = Output ?? other.Output,
        In = In ?? other.In,
        Out = Out ?? other.Out,
        Reasoning = Reasoning ?? other.Reasoning,
        Ways = Ways ?? other.Ways,
        ReturnField = ReturnField ?? other.ReturnField,
        ToolCall = ToolCall ?? other.ToolCall,
        StructuredOutput = StructuredOutput ?? other.StructuredOutput,
        Temperature = Temperature ?? other.Temperature,
    };

    /// <summary>This row without numbers of tokens, which depend on who serves a model: limits, and budgets to think with.</summary>
    public ModelRow WithoutLimits() => this with { Context = null, Input = null, Output = null, Ways = Ways is null ? null : Ways with { Budget = null } };

    /// <summary>What it makes of <paramref name="known"/>, which is what the provider takes of any model.</summary>
    public ModelCapabilities ApplyTo(ModelCapabilities known) => known with
    {
        ContextTokens = Context ?? known.ContextTokens,
        MaxInputTokens = Input ?? known.MaxInputTokens,
        MaxOutputTokens = Output ?? known.MaxOutputTokens,
        Input = In is { } modalities ? known.Input & modalities : known.Input,
        Output = Out ?? known.Output,
        Reasoning = ReasoningOf(known.Reasoning),
        ToolCalls = ToolCall ?? known.ToolCalls,
        StructuredOutput = StructuredOutput switch
        {
            true => Capabilities.StructuredOutput.JsonSchema,
            false => Capabilities.StructuredOutput.JsonMode,
            _ => known.StructuredOutput,
        },
        Sampling = Temperature ?? known.Sampling,
        Status = Status,
    };

    private ReasoningSupport ReasoningOf(ReasoningSupport known)
    {
        var returnField = ReturnField is null ? known.ReturnField : ReturnField.Length > 0 ? ReturnField : known.ReturnField ?? ReasoningSupport.ContentField;
        if (Reasoning == false)
            return ReasoningSupport.None with { ReturnField = returnField };
        var ways = Ways ?? known;
        return ways with { Thinks = Reasoning ?? known.Thinks, ReturnField = returnField };
    }

    // [{"type":"effort","values":["low","high"]},{"type":"budget_tokens","min":1024,"max":32768},{"type":"toggle"}]
    private static ReasoningSupport? ReadWays(JsonElement? options)
    {
        if (options is not { ValueKind: JsonValueKind.Array } list)
            return null;
        var efforts = Efforts.Unset;
        TokenBudget? budget = null;
        var hasSwitch = false;
        foreach (var option in list.EnumerateArray())
        {
            switch (Member(option, "type")?.ToString())
            {
                case "effort" when Member(option, "values") is { ValueKind: JsonValueKind.Array } values:
                    foreach (var value in values.EnumerateArray())
                        efforts |= EffortWords.Parse(value.ToString());
                    break;
                case "budget_tokens":
                    budget = new TokenBudget(Tokens(option, "min") ?? 0, Tokens(option, "max"));
                    break;
                case "toggle":
                    hasSwitch = true;
                    break;
                default:
                    break; // a way that came up later
            }
        }

        var canBeOff = hasSwitch || efforts.HasFlag(Efforts.None) || budget is { Min: 0 };
        return new ReasoningSupport { Efforts = efforts, Budget = budget, HasSwitch = hasSwitch, CanBeOff = canBeOff, IsOnByDefault = !canBeOff };
    }

    private static Modalities? ReadModalities(JsonElement? names)
    {
        if (names is not { ValueKind: JsonValueKind.Array } list)
            return null;
        var modalities = Modalities.None;
        foreach (var name in list.EnumerateArray())
            modalities |= Enum.TryParse<Modalities>(name.ToString(), ignoreCase: true, out var known) ? known : Modalities.None;
        return modalities;
    }

    private static bool? Flag(JsonElement model, string name) => Member(model, name)?.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => null,
    };

    private static double? Cost(JsonElement? cost, string name) =>
        Member(cost, name) is { ValueKind: JsonValueKind.Number } number && number.TryGetDouble(out var usd) && usd >= 0 ? usd : null;

    private static int? Tokens(JsonElement model, string name) =>
        Member(model, name) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out var tokens) && tokens > 0 ? tokens : null;

    private static JsonElement? Member(JsonElement? element, string name) =>
        element is { ValueKind: JsonValueKind.Object } model && model.TryGetProperty(name, out var member) ? member : null;
}
