using ModelScan.RoutingApi.Capabilities;
using ModelScan.RoutingApi.Dialects.Canonical;
using ModelScan.RoutingApi.Dialects.Translation;

namespace ModelScan.RoutingApi.Dialects.Fitting;

/// <summary>What a provider's format knows of tools.</summary>
[Flags]
internal enum ToolFeatures
{
    None = 0,

    /// <summary>Tools that take text.</summary>
    Custom = 1,

    /// <summary>A search of the web as a tool, whatever the model.</summary>
    WebSearch = 2,

    /// <summary>A choice among some of the tools.</summary>
    Allowed = 4,
}

/// <summary>The tools that a model is offered, and the choice among them.</summary>
internal sealed class ToolFit
{
    private readonly List<Tool> _tools = [];

    private ToolFit(ToolNaming naming) => Naming = naming;

    public IReadOnlyList<Tool> Tools => _tools;

    public ToolNaming Naming { get; }

    /// <summary><see cref="ToolMode.Unset"/> where nothing is to be said.</summary>
    public ToolMode Mode { get; private set; }

    /// <summary>The tool that has to be called, of <see cref="ToolMode.One"/>.</summary>
    public Tool? Chosen { get; private set; }

    /// <summary>Whether calls may come at once; <see langword="null"/> where nothing is to be said.</summary>
    public bool? IsParallel { get; private set; }

    /// <summary>Whether the model is made to call a tool.</summary>
    public bool IsForced => Mode is ToolMode.Any or ToolMode.One;

    /// <summary>Fits the tools of a request to a model.</summary>
    /// <param name="request">The request.</param>
    /// <param name="context">Tells what the model takes, and what its provider is called.</param>
    /// <param name="features">What the provider's format knows of tools.</param>
    /// <param name="losses">Takes note of tools that the provider does not have.</param>
    /// <exception cref="InvalidRequestException">There are too many, or one that has to be called is not there.</exception>
    public static ToolFit Of(Request request, TranslationContext context, ToolFeatures features, Losses losses)
    {
        var capabilities = context.Capabilities;
        var wanted = request.Tools;
        var fit = new ToolFit(new ToolNaming(wanted, capabilities.MaxToolNameLength));
        foreach (var tool in wanted.Tools)
        {
            var isThere = tool.Kind switch
            {
                ToolKind.Hosted => false,
                ToolKind.WebSearch => capabilities.WebSearch || (features & ToolFeatures.WebSearch) != ToolFeatures.None,
                _ => true,
            };
            if (!isThere)
                losses.Drop(tool.Place);
            else if ((features & ToolFeatures.Allowed) != ToolFeatures.None || wanted.Allows(tool))
                fit.Add(tool, losses);
        }

        if (capabilities.MaxTools is { } most && fit._tools.Count > most)
            throw InvalidRequestException.Unfit("tools", $"{(context.ProviderName.Length > 0 ? context.ProviderName : "the provider")} takes at most {most} tools; the request has {fit._tools.Count}");
        fit.Choose(wanted, losses);
        fit.ReadParallel(wanted, capabilities, losses);
        return fit;
    }

    private void Add(Tool tool, Losses losses)
    {
        _tools.Add(tool);
        foreach (var place in tool.Unsaid)
            losses.Drop(place);
    }

    private void Choose(ToolSet wanted, Losses losses)
    {
        if (wanted.Mode == ToolMode.One)
        {
            Chosen = _tools.Find(tool => tool.Name == wanted.Chosen && (wanted.ChosenNamespace is null || tool.Namespace == wanted.ChosenNamespace));
            if (Chosen is null)
                throw wanted.ChosenField!.Value.Refuse("names no tool of the request that the provider has");
        }

        if (wanted.Mode == ToolMode.Unset)
            return;
        if (_tools.Count > 0)
            Mode = wanted.Mode;
        else if (wanted.Mode == ToolMode.Any && wanted.Tools.Count > 0 && wanted.ChoiceField is { } field)
            throw field.Refuse("requires a tool, and there is none that the provider's model can call");
        else
            losses.Drop("tool_choice");
    }

    private void ReadParallel(ToolSet wanted, ModelCapabilities capabilities, Losses losses)
    {
        if (wanted.IsParallel is not { } parallel)
            return;
        if (_tools.Count > 0 && capabilities.ParallelToolCalls)
            IsParallel = parallel;
        else if (_tools.Count == 0 || !parallel)
            losses.Drop(wanted.ParallelPlace);
    }
}
