namespace ModelScan.RoutingApi.Routing.Attempts;

/// <summary>What went wrong, as far as asking the same provider again is concerned.</summary>
internal enum AttemptFailureKind
{
    /// <summary>Nothing that goes away by itself soon: too slow, unreadable, not sent at all.</summary>
    Other,

    /// <summary>The provider answered with a status that says it did not do what was asked.</summary>
    Status,

    /// <summary>There was no connection, or it broke before anything of the answer reached the client.</summary>
    Connection,
}
