namespace ModelScan.RoutingApi.Governance.Limits;

/// <summary>What was counted for a limit since the gateway started, whatever configurations it has stood in. Thread-safe.</summary>
/// <param name="scale">Units of what the configuration counts in.</param>
internal sealed class LimitTotal(long scale)
{
    private long _units;

    /// <summary>So much, in what the configuration counts in.</summary>
    public double Amount => (double)Volatile.Read(ref _units) / scale;

    /// <summary>So many units more.</summary>
    public void Add(long units) => Interlocked.Add(ref _units, units);
}
