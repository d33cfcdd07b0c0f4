using System.Collections.Frozen;
using ModelScan.RoutingApi.Capabilities;
using ModelScan.RoutingApi.Configuration;

namespace ModelScan.RoutingApi.Providers;

/// <summary>Puts what a configuration says of a model (<c>capabilities</c>) over what is known of it.</summary>
internal static class StatedCapabilities
{
    /// <summary>Whatever is stated counts; the rest stays.</summary>
    public static ModelCapabilities Apply(ModelCapabilitiesConfig stated, ModelCapabilities known) => known with
    {
        ContextTokens = stated.Context ?? known.ContextTokens,
        MaxInputTokens = stated.Input ?? known.MaxInputTokens,
        MaxOutputTokens = stated.Output ?? known.MaxOutputTokens,
        TokenLimitField = stated.OutputField ?? known.TokenLimitField,
        MaxTools = stated.MaxTools ?? known.MaxTools,
        Input = stated.In.Count > 0 ? ModalitiesOf(stated.In) : known.Input,
        Output = stated.Out.Count > 0 ? ModalitiesOf(stated.Out) : known.Output,
        ToolCalls = stated.Tools ?? known.ToolCalls,
        ParallelToolCalls = stated.ParallelTools ?? known.ParallelToolCalls,
        Sampling = stated.Sampling ?? known.Sampling,
        DeveloperRole = stated.DeveloperRole ?? known.DeveloperRole,
        OneSystemMessage = stated.OneSystemMessage ?? known.OneSystemMessage,
        StructuredOutput = stated.StructuredOutput switch
        {
            "schema" => StructuredOutput.JsonSchema,
            "json" => StructuredOutput.JsonMode,
            "none" => StructuredOutput.None,
            _ => known.StructuredOutput,
        },
        Formats = stated.Formats.Count > 0 ? [.. stated.Formats.Select(FormatOf)] : known.Formats,
        RefusedFields = stated.RefusedFields.Count > 0 ? known.RefusedFields.Concat(stated.RefusedFields).ToFrozenSet() : known.RefusedFields,
        Reasoning = stated.Reasoning is { } reasoning ? Apply(reasoning, known.Reasoning) : known.Reasoning,
    };

    private static ReasoningSupport Apply(ModelReasoningConfig stated, ReasoningSupport known)
    {
        if (stated.IsThere == false)
            return ReasoningSupport.None;
        var efforts = Efforts.Unset;
        foreach (var word in stated.Efforts)
            efforts |= EffortWords.Parse(word);
        return known with
        {
            Thinks = true,
            Efforts = stated.Efforts.Count > 0 ? efforts : known.Efforts,
            Budget = stated.MinBudget is null && stated.MaxBudget is null ? stated.Efforts.Count > 0 ? null : known.Budget : new TokenBudget(stated.MinBudget ?? 0, stated.MaxBudget),
            IsAdaptive = stated.Adaptive ?? known.IsAdaptive,
            CanBeOff = stated.CanBeOff ?? known.CanBeOff,
            ReturnField = stated.ReturnField ?? known.ReturnField,
        };
    }

    private static Modalities ModalitiesOf(IReadOnlyList<string> names)
    {
        var modalities = Modalities.None;
        foreach (var name in names)
            modalities |= Enum.Parse<Modalities>(name, ignoreCase: true);
        return modalities;
    }

    private static ApiFormat FormatOf(string name) => ApiFormats.ByName(name) ?? throw new ArgumentException($"'{name}' is no format", nameof(name));
}
