namespace ModelScan.RoutingApi.Capabilities;

/// <summary>By which vocabulary a model's tokens can be counted here.</summary>
public enum TokenVocabulary
{
    /// <summary>None that is here: they are estimated.</summary>
    None,

    /// <summary>OpenAI's since gpt-4o.</summary>
    O200kBase,
}
