namespace ModelScan.RoutingApi.Plano;

/// <summary>
/// How soon a failed container is tried again: <c>unit × n</c> before the n-th restart in a window, and at a slower pace once the
/// restarts are used up, until it has been healthy for a whole window. Used by one loop.
/// </summary>
/// <param name="maxRestarts">Restarts in one window.</param>
/// <param name="window">For how long a restart counts.</param>
/// <param name="unit">Pause before the first restart.</param>
/// <param name="slowPace">Pause while degraded.</param>
/// <param name="time">The clock.</param>
/// <param name="random">Spreads pauses by a fifth in both directions, so that gateways that failed together do not come back together.</param>
internal sealed class RestartBudget(int maxRestarts, TimeSpan window, TimeSpan unit, TimeSpan slowPace, TimeProvider time, Random random)
{
    private readonly Queue<DateTimeOffset> _restarts = new();

    /// <summary>Restarts that count.</summary>
    public int Restarts => _restarts.Count;

    /// <summary>Whether the restarts are used up.</summary>
    public bool IsDegraded { get; private set; }

    /// <summary>Counts a failure, and says how long to wait before the next try.</summary>
    /// <param name="isLasting">Whether quick restarts are of no use.</param>
    public TimeSpan Spend(bool isLasting)
    {
        var now = time.GetUtcNow();
        while (!IsDegraded && _restarts.TryPeek(out var oldest) && now - oldest >= window)
            _restarts.Dequeue();
        IsDegraded |= isLasting || _restarts.Count >= maxRestarts;
        if (!IsDegraded)
            _restarts.Enqueue(now);
        var pause = IsDegraded ? slowPace : unit * _restarts.Count;
        return pause * (0.8 + (0.4 * random.NextDouble()));
    }

    /// <summary>Forgets all restarts when the container has been healthy for a whole window.</summary>
    /// <param name="healthyFor">For how long it has been healthy.</param>
    public void Replenish(TimeSpan healthyFor)
    {
        if (healthyFor < window)
            return;
        _restarts.Clear();
        IsDegraded = false;
    }
}
