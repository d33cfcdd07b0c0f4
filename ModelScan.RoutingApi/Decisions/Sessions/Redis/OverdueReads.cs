using StackExchange.Redis;

namespace ModelScan.RoutingApi.Decisions.Sessions.Redis;

/// <summary>
/// The reads that nobody waits for any more. A server answers in order, so until such a read is answered or given up, nothing behind it is,
/// and there is no use in waiting for that.
/// </summary>
/// <remarks>
/// The nodes of a cluster are apart from each other: one that is stuck must not take the others' sessions along. Which node a command
/// ends at is not known beforehand (a node may send it on), but its hash slot is, and a node's slots lie together.
/// </remarks>
internal sealed class OverdueReads
{
    private const int SlotsTogether = 64;

    private readonly Task?[] _latest = new Task?[16384 / SlotsTogether];

    /// <summary>Whether a command for <paramref name="key"/> would have to wait behind one that is overdue.</summary>
    public bool Hold(IDatabase database, RedisKey key) => Volatile.Read(ref _latest[IndexOf(database, key)]) is { IsCompleted: false };

    /// <summary>Remembers a read that is overdue.</summary>
    public void Add(IDatabase database, RedisKey key, Task read) => Volatile.Write(ref _latest[IndexOf(database, key)], read);

    // There are no slots (-1) where there is one server.
    private static int IndexOf(IDatabase database, RedisKey key) => Math.Max(0, database.Multiplexer.GetHashSlot(key)) / SlotsTogether;
}
