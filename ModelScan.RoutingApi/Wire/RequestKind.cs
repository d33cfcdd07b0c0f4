namespace ModelScan.RoutingApi.Wire;

/// <summary>What a client wants to have.</summary>
public enum RequestKind
{
    /// <summary>A model's answer.</summary>
    Answer,

    /// <summary>The number of tokens of a request.</summary>
    TokenCount,

    /// <summary>Which models should answer.</summary>
    Decision,

    /// <summary>A conversation made shorter (Responses).</summary>
    Compaction,

    /// <summary>The list of models.</summary>
    ModelList,

    /// <summary>Something beside the answers of models, which passes to a provider as it is.</summary>
    Door,
}
