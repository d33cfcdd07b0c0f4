namespace ModelScan.RoutingApi.Routing.Attempts;

/// <summary>What else can be done if an attempt fails, by which it is decided what the client gets as an answer.</summary>
internal enum AttemptTerms
{
    /// <summary>Nothing: the provider's own errors are the answer, and a request that cannot be said to this provider is wrong.</summary>
    Last,

    /// <summary>The same one can be asked again.</summary>
    Repeatable,

    /// <summary>Somebody else can be asked.</summary>
    OneOfSeveral,
}
