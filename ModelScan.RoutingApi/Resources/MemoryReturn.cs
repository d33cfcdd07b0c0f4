namespace ModelScan.RoutingApi.Resources;

/// <summary>
/// Gives memory back to the machine after large bodies. The garbage collector does so when it collects, and it collects when somebody allocates:
/// a gateway that has nothing to do keeps what its last large answers took. So when large pieces have been given back, and little is under
/// way, everything is collected once, and once more when what other pools hold has aged.
/// </summary>
/// <param name="budget">Tells what has been given back.</param>
/// <param name="time">The clock.</param>
internal sealed class MemoryReturn(MemoryBudget budget, TimeProvider time) : BackgroundService
{
    /// <summary>How often is looked.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    /// <summary>For how long the pool of .NET keeps what nobody has asked for.</summary>
    private static readonly TimeSpan Aging = TimeSpan.FromSeconds(70);

    // Fewer bytes are not worth a collection of everything, which takes some tens of milliseconds.
    private const long WorthIt = 32 << 20;

    private long _collectedAt;
    private DateTimeOffset? _again;

    /// <summary>Collects if that is worth it.</summary>
    /// <param name="now">The time.</param>
    /// <returns>Whether it was.</returns>
    public bool Look(DateTimeOffset now)
    {
        var released = budget.Released;
        if (budget.InFlight > WorthIt)
            return false;
        if (released - _collectedAt >= WorthIt)
            _again = now + Aging;
        else if (_again is { } then && now >= then)
            _again = null;
        else
            return false;
        _collectedAt = released;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return true;
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                Look(time.GetUtcNow());
        }
        catch (OperationCanceledException)
        {
            // The gateway ends.
        }
    }
}
