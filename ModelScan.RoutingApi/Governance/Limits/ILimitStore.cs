namespace ModelScan.RoutingApi.Governance.Limits;

/// <summary>What a request asks of one limit.</summary>
/// <param name="Limit">The limit.</param>
/// <param name="Subject">Whose use it is.</param>
/// <param name="Amount">What is to be set aside, in units.</param>
internal readonly record struct LimitClaim(Limit Limit, string Subject, long Amount);

/// <summary>How far a limit is used.</summary>
/// <param name="Used">What has been used in the window, in units.</param>
/// <param name="Held">What is set aside in it, in units.</param>
/// <param name="Reset">When something of it becomes free at the earliest.</param>
internal readonly record struct LimitUse(long Used, long Held, DateTimeOffset Reset);

/// <summary>What a store says to claims.</summary>
/// <param name="Refused">The place of the claim that does not fit; -1 where all do, <see cref="Unavailable"/> where nobody can say.</param>
/// <param name="Held">What was set aside, in the order of the claims; empty where nothing was.</param>
/// <param name="Uses">How far each limit is used, that of the claims included where they fit.</param>
internal readonly record struct ReserveAnswer(int Refused, HeldClaim[] Held, LimitUse[] Uses)
{
    /// <summary>The store does not answer, and the configuration wants nothing to pass then.</summary>
    public const int Unavailable = -2;
}

/// <summary>What has been set aside.</summary>
/// <param name="Claim">What was asked for.</param>
/// <param name="Window">The window that it is for, by its id: it is counted there, whenever it is settled.</param>
/// <param name="WindowEnd">When that window ends.</param>
/// <param name="IsLocal">Whether it is set aside in this process, because the store that gateways share did not answer.</param>
/// <param name="Place">Where the store counts it, so that it need not look for that again; the store's own affair.</param>
internal readonly record struct HeldClaim(LimitClaim Claim, long Window, DateTimeOffset WindowEnd, bool IsLocal = false, object? Place = null);

/// <summary>What is known of the use of one subject of a limit.</summary>
/// <param name="Limit">The limit's <see cref="Limit.StoreName"/>.</param>
/// <param name="Subject">The subject.</param>
/// <param name="Use">How far it is used.</param>
internal readonly record struct SubjectUse(string Limit, string Subject, LimitUse Use);

/// <summary>Counts what has been used. Thread-safe.</summary>
internal interface ILimitStore : IAsyncDisposable
{
    /// <summary>Whether it looks at the names of leases; where it does not, any will do.</summary>
    bool NamesLeases { get; }

    /// <summary>Sets amounts aside: all of them, or none where one does not fit. The same lease once more changes what it holds to these.</summary>
    /// <param name="lease">Names the request.</param>
    /// <param name="claims">What is asked for; of a limit that is not hard the amount is 0.</param>
    /// <param name="before">What the lease holds already, which the claims take the place of.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    ValueTask<ReserveAnswer> ReserveAsync(string lease, LimitClaim[] claims, HeldClaim[] before, CancellationToken cancellationToken);

    /// <summary>Counts what was used, and gives back what was set aside. Once for each lease: again does nothing.</summary>
    /// <param name="lease">Names the request.</param>
    /// <param name="held">What was set aside.</param>
    /// <param name="used">What was used, in the order of <paramref name="held"/>.</param>
    ValueTask SettleAsync(string lease, HeldClaim[] held, long[] used);

    /// <summary>Keeps what is set aside from coming back by itself.</summary>
    ValueTask RenewAsync(string lease, HeldClaim[] held);

    /// <summary>How far limits are used, asked of nobody: as it is, or where it is counted elsewhere as it was last heard.</summary>
    LimitUse Peek(Limit limit, string subject);

    /// <summary>How far limits are used, as it is now.</summary>
    ValueTask<LimitUse[]> ReadAsync(LimitClaim[] claims, CancellationToken cancellationToken);

    /// <summary>Why limits are not counted where they should be; <see langword="null"/> while they are.</summary>
    string? Problem { get; }

    /// <summary>The subjects of a limit of which this gateway knows, those that have used most first.</summary>
    IReadOnlyList<SubjectUse> Subjects(Limit limit, int most);
}
