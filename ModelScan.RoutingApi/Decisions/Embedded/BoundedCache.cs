using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace ModelScan.RoutingApi.Decisions.Embedded;

/// <summary>
/// A cache of bounded cost that roughly keeps what was used last: two generations, of which the older is dropped when the
/// younger has grown to half of the bound; whatever is found in the older moves to the younger. Reading takes no lock.
/// Values must depend on their keys alone, because two threads may both make and add the same one.
/// </summary>
internal sealed class BoundedCache<TKey, TValue>
    where TKey : notnull
    where TValue : notnull
{
    private readonly int _generationCost;
    private readonly Lock _turning = new();
    private volatile Generation _young = new();
    private volatile Generation _old = new();

    /// <summary>Makes a cache that holds values of at most <paramref name="maxCost"/> in total.</summary>
    public BoundedCache(int maxCost) => _generationCost = Math.Max(1, maxCost / 2);

    /// <summary>Number of values held, some perhaps twice.</summary>
    public int Count => _young.Values.Count + _old.Values.Count;

    /// <summary>Finds a value and marks it as used.</summary>
    public bool TryGet(TKey key, [NotNullWhen(true)] out TValue? value)
    {
        if (_young.Values.TryGetValue(key, out var entry))
        {
            value = entry.Value;
            return true;
        }

        if (_old.Values.TryGetValue(key, out entry))
        {
            Add(key, entry.Value, entry.Cost);
            value = entry.Value;
            return true;
        }

        value = default;
        return false;
    }

    /// <summary>Adds a value. One that alone costs more than a generation may hold is not kept.</summary>
    public void Add(TKey key, TValue value, int cost = 1)
    {
        if (cost > _generationCost)
            return;
        while (true)
        {
            // A full generation is turned by one of those who find it full; the next attempt finds room in the new one.
            var young = _young;
            if (Interlocked.Add(ref young.Cost, cost) <= _generationCost)
            {
                young.Values[key] = new Entry(value, cost);
                return;
            }

            lock (_turning)
            {
                if (ReferenceEquals(_young, young))
                    (_old, _young) = (young, new Generation());
            }
        }
    }

    private sealed class Generation
    {
        public int Cost;

        public ConcurrentDictionary<TKey, Entry> Values { get; } = new();
    }

    private readonly record struct Entry(TValue Value, int Cost);
}
