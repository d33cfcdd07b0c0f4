using System.Runtime.InteropServices;
using ModelScan.RoutingApi.Configuration;

namespace ModelScan.RoutingApi.Decisions.Sessions;

/// <summary>
/// Keeps bindings in this process: at most so many, the least recently used one makes room. One lock guards the table
/// and the order of use; it is held for a lookup and the swap of a few references (well under a microsecond), so that even at
/// a gateway's full load it is free nearly always, and eviction stays exact.
/// </summary>
public sealed class MemorySessionStore : ISessionStore
{
    /// <summary>How often expired bindings are removed that nobody has asked for since.</summary>
    public static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(300);

    private readonly TimeProvider _time;
    private readonly SessionMetrics _metrics;
    private readonly ITimer _sweep;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, LinkedListNode<Entry>> _entries = new(StringComparer.Ordinal);
    private readonly LinkedList<Entry> _byUse = new();
    private int _maxEntries;

    /// <summary>Begins empty.</summary>
    /// <param name="maxEntries">Capacity, at least 1.</param>
    /// <param name="time">The clock by which bindings expire.</param>
    /// <param name="metrics">Counts writes.</param>
    public MemorySessionStore(int maxEntries, TimeProvider time, SessionMetrics metrics)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxEntries, 1);
        _maxEntries = maxEntries;
        _time = time;
        _metrics = metrics;
        _sweep = time.CreateTimer(static store => ((MemorySessionStore)store!).Sweep(), this, SweepInterval, SweepInterval);
    }

    /// <summary>As a kind of store.</summary>
    internal static SessionStoreType Type { get; } = new(
        SessionStoreKind.Memory, static _ => null, static (config, services) => new MemorySessionStore(Math.Max(1, config.MaxEntries), services.Time, services.Metrics));

    /// <summary>How many bindings are kept, expired ones included until the next sweep.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _entries.Count;
        }
    }

    /// <summary>Changes the capacity; when it shrinks, the least recently used bindings go.</summary>
    public void Resize(int maxEntries)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxEntries, 1);
        lock (_lock)
        {
            _maxEntries = maxEntries;
            while (_entries.Count > maxEntries)
                Remove(_byUse.Last!);
        }
    }

    /// <inheritdoc/>
    public void Reconfigure(SessionConfig config) => Resize(Math.Max(1, config.MaxEntries));

    /// <inheritdoc/>
    public ValueTask<SessionRead> GetAsync(string storeKey, CancellationToken cancellationToken)
    {
        var now = _time.GetTimestamp();
        lock (_lock)
        {
            if (!_entries.TryGetValue(storeKey, out var node))
                return ValueTask.FromResult(SessionRead.Miss);
            if (IsExpired(node.Value, now))
            {
                Remove(node);
                return ValueTask.FromResult(SessionRead.Miss);
            }

            MoveToFront(node);
            return ValueTask.FromResult(SessionRead.Hit(node.Value.Binding));
        }
    }

    /// <inheritdoc/>
    public void Set(string storeKey, SessionBinding binding, TimeSpan ttl)
    {
        var now = _time.GetTimestamp();
        lock (_lock)
        {
            ref var node = ref CollectionsMarshal.GetValueRefOrAddDefault(_entries, storeKey, out var exists);
            if (exists)
            {
                // Under the key that it has had from the beginning: a new string each time would outlive two collections.
                node!.Value = new Entry(node.Value.StoreKey, binding, now, ttl);
                MoveToFront(node);
            }
            else
            {
                node = _byUse.AddFirst(new Entry(storeKey, binding, now, ttl));
                if (_entries.Count > _maxEntries)
                    Remove(_byUse.Last!);
            }
        }

        _metrics.Write(stored: true);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _sweep.DisposeAsync();

    private void Sweep()
    {
        var now = _time.GetTimestamp();
        lock (_lock)
        {
            var node = _byUse.First;
            while (node is not null)
            {
                var next = node.Next;
                if (IsExpired(node.Value, now))
                    Remove(node);
                node = next;
            }
        }
    }

    private bool IsExpired(in Entry entry, long now) => _time.GetElapsedTime(entry.StoredAt, now) >= entry.Ttl;

    private void MoveToFront(LinkedListNode<Entry> node)
    {
        if (ReferenceEquals(_byUse.First, node))
            return;
        _byUse.Remove(node);
        _byUse.AddFirst(node);
    }

    private void Remove(LinkedListNode<Entry> node)
    {
        _byUse.Remove(node);
        _entries.Remove(node.Value.StoreKey);
    }

    private readonly record struct Entry(string StoreKey, SessionBinding Binding, long StoredAt, TimeSpan Ttl);
}
