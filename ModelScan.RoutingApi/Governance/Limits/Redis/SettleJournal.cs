using System.Collections.Concurrent;

namespace ModelScan.RoutingApi.Governance.Limits.Redis;

/// <summary>What was used while the store did not answer, to be counted when it is back. Bounded: beyond that the oldest is lost, which is counted. Thread-safe.</summary>
internal sealed class SettleJournal
{
    /// <summary>Most entries.</summary>
    public const int Most = 50_000;

    private readonly ConcurrentQueue<Entry> _entries = new();
    private int _count;
    private long _lost;

    /// <summary>Entries that wait.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Entries that were given up.</summary>
    public long Lost => Volatile.Read(ref _lost);

    /// <summary>Notes what was used.</summary>
    public void Add(Entry entry)
    {
        _entries.Enqueue(entry);
        if (Interlocked.Increment(ref _count) > Most && TryTake(out _))
            Interlocked.Increment(ref _lost);
    }

    /// <summary>Takes the oldest entry.</summary>
    public bool TryTake(out Entry entry)
    {
        if (!_entries.TryDequeue(out entry!))
            return false;
        Interlocked.Decrement(ref _count);
        return true;
    }

    /// <summary>A request that is over and not counted.</summary>
    /// <param name="Lease">Names it.</param>
    /// <param name="Held">What was set aside for it.</param>
    /// <param name="Used">What it used.</param>
    public sealed record Entry(string Lease, HeldClaim[] Held, long[] Used);
}
