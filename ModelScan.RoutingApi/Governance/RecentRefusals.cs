namespace ModelScan.RoutingApi.Governance;

/// <summary>A request that was refused, or would have been.</summary>
/// <param name="Time">When.</param>
/// <param name="Key">The key's id; <see langword="null"/> for none.</param>
/// <param name="Limit">The limit, or what else was missing: <c>invalid_api_key</c>, <c>model_not_allowed</c>.</param>
/// <param name="Model">The model that it was about; <see langword="null"/> for none.</param>
/// <param name="IsShadow">Whether it was told and not done.</param>
internal sealed record RefusalRecord(DateTimeOffset Time, string? Key, string Limit, string? Model, bool IsShadow);

/// <summary>The last refusals, for people who look. Thread-safe.</summary>
internal sealed class RecentRefusals
{
    private const int Kept = 100;
    private readonly Queue<RefusalRecord> _last = new();
    private readonly Lock _gate = new();

    /// <summary>The last ones, the latest first.</summary>
    public IReadOnlyList<RefusalRecord> Last
    {
        get
        {
            lock (_gate)
                return [.. _last.Reverse()];
        }
    }

    /// <summary>Notes one.</summary>
    public void Add(RefusalRecord refusal)
    {
        lock (_gate)
        {
            if (_last.Count == Kept)
                _last.Dequeue();
            _last.Enqueue(refusal);
        }
    }
}
