using ModelScan.RoutingApi.Capabilities;

namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>What a translation goes by.</summary>
/// <param name="ClientModel">The model as the client named it; answers carry this name.</param>
/// <param name="ProviderModel">The model as the provider knows it.</param>
/// <param name="Capabilities">What that model can take.</param>
/// <param name="Time">Clock for timestamps that the client's format has and the provider's lacks.</param>
/// <param name="NewId">Makes the random part of an id: 24 letters and digits.</param>
public sealed record TranslationContext(string ClientModel, string ProviderModel, ModelCapabilities Capabilities, TimeProvider Time, Func<string> NewId)
{
    /// <summary>The provider's name, put before what it says in errors; empty to leave it out.</summary>
    public string ProviderName { get; init; } = "";

    /// <summary>Names of the provider's trials that the client takes part in (<c>anthropic-beta</c>).</summary>
    public IReadOnlyList<string> Betas { get; init; } = [];

    /// <summary>Whether the request is one of <c>/v1/responses/compact</c>: the answer is written in that endpoint's form.</summary>
    public bool IsCompaction { get; init; }

    /// <summary>Whether the answer is kept, as the client asked (Responses: <c>store</c>).</summary>
    public bool IsKept { get; init; }

    /// <summary>The response that the client goes on from, which its answer repeats (Responses); <see langword="null"/> for none.</summary>
    public string? PreviousResponseId { get; init; }
}
