using ModelScan.RoutingApi.Configuration;

namespace ModelScan.RoutingApi.Decisions.RouterModels;

/// <summary>Which prompt a router model was trained on.</summary>
public enum RouterPromptStyle
{
    /// <summary>By the model's name: <see cref="ArchRouter"/> where it contains <c>arch-router</c>, else <see cref="Orchestrator"/>.</summary>
    Auto,

    /// <summary>Plano-Orchestrator: answers with a list of route names.</summary>
    Orchestrator,

    /// <summary>Arch-Router (1.5B): answers with one route name, or <c>other</c>.</summary>
    ArchRouter,
}

/// <summary>Where the router model is and how it is asked.</summary>
/// <param name="Endpoint">Base URL of an OpenAI-compatible server, absolute http(s), with or without <c>/v1</c>.</param>
public sealed record RouterModelOptions(Uri Endpoint)
{
    /// <summary>Model id as the endpoint knows it.</summary>
    public string Model { get; init; } = "Plano-Orchestrator";

    /// <summary>Sent as <c>Authorization: Bearer</c> when set. A secret.</summary>
    public string? ApiKey { get; init; }

    /// <summary>The prompt to send.</summary>
    public RouterPromptStyle PromptStyle { get; init; }

    /// <summary>Value of <c>x-arch-llm-provider-hint</c>, by which a Plano egress listener finds the provider.</summary>
    public string ProviderHint { get; init; } = "plano-orchestrator";

    /// <summary>How long an answer may take in all, 1 ms to 5 min; the request waits for it.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Estimated tokens of prompt and conversation together, at least 1; <see langword="null"/> for what the model can take: 8192,
    /// or 2048 with <see cref="RouterPromptStyle.ArchRouter"/>.
    /// </summary>
    public int? ContextLengthTokens { get; init; }

    /// <summary>Whether a decision is kept for conversations that reduce to the same prompt, and asked for once by concurrent ones.</summary>
    public bool CacheDecisions { get; init; } = true;

    /// <summary>Decisions kept at most, at least 1.</summary>
    public int CacheEntries { get; init; } = 1000;

    /// <summary>How long a decision is kept, more than zero.</summary>
    public TimeSpan CacheAge { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Those of a configuration.</summary>
    internal static RouterModelOptions Of(RouterModelConfig config)
    {
        var options = new RouterModelOptions(config.BaseUrl)
        {
            Model = config.Model,
            ApiKey = config.ApiKey,
            PromptStyle = config.PromptStyle switch
            {
                "orchestrator" => RouterPromptStyle.Orchestrator,
                "arch_router" => RouterPromptStyle.ArchRouter,
                _ => RouterPromptStyle.Auto,
            },
            Timeout = config.Timeout,
            ContextLengthTokens = config.ContextLength,
            CacheDecisions = config.CacheEntries > 0,
            CacheEntries = Math.Max(1, config.CacheEntries),
            CacheAge = config.CacheAge,
        };
        return config.ProviderName is { } name && IsHeaderValue(name) ? options with { ProviderHint = name } : options;
    }

    /// <summary>Names endpoint and model; leaves the key out, so that options can be logged.</summary>
    public override string ToString() => $"{Model} at {Endpoint.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped)}";

    /// <summary>Throws unless every value is within its range.</summary>
    /// <exception cref="ArgumentException">A value is not.</exception>
    internal void Validate()
    {
        if (!Endpoint.IsAbsoluteUri || Endpoint.Scheme is not ("http" or "https"))
            throw new ArgumentException("The router model's endpoint must be an absolute http or https URL.");
        if (Model.Length == 0 || Model.EndsWith('/'))
            throw new ArgumentException("The router model needs a model id.");
        if (!IsHeaderValue(ProviderHint) || (ApiKey is not null && !IsHeaderValue(ApiKey)))
            throw new ArgumentException("The router model's key and provider hint must be printable ASCII without spaces.");
        ArgumentOutOfRangeException.ThrowIfLessThan(Timeout, TimeSpan.FromMilliseconds(1));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Timeout, TimeSpan.FromMinutes(5));
        ArgumentOutOfRangeException.ThrowIfLessThan(ContextLengthTokens ?? 1, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(CacheEntries, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(CacheAge, TimeSpan.Zero);
    }

    private static bool IsHeaderValue(string value) => value.Length > 0 && value.All(c => c is > ' ' and <= '~');
}
