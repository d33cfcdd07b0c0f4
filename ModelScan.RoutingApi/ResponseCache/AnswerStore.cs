using ModelScan.RoutingApi.Configuration;

namespace ModelScan.RoutingApi.ResponseCache;

/// <summary>
/// Keeps answers in this process, bounded in bytes and in age. One lock guards the table and the order of use; it is held for lookups and the swap
/// of references. What is too much goes at once, those that were not asked for the longest first.
/// </summary>
internal sealed class AnswerStore(TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, LinkedListNode<(string Key, CachedAnswer Answer)>> _entries = new(StringComparer.Ordinal);
    private readonly LinkedList<(string Key, CachedAnswer Answer)> _byUse = new();
    private long _size;

    /// <summary>How many there are.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _entries.Count;
        }
    }

    /// <summary>How many bytes they take.</summary>
    public long Size
    {
        get
        {
            lock (_lock)
                return _size;
        }
    }

    /// <summary>The answer of a key; <see langword="null"/> where there is none, or it is too old.</summary>
    /// <param name="key">The key.</param>
    /// <param name="maxAge">How old it may be.</param>
    public CachedAnswer? Find(string key, TimeSpan maxAge)
    {
        lock (_lock)
        {
            if (!_entries.TryGetValue(key, out var node) || time.GetUtcNow() - node.Value.Answer.Created > maxAge)
                return null;
            _byUse.Remove(node);
            _byUse.AddLast(node);
            return node.Value.Answer;
        }
    }

    /// <summary>Keeps an answer.</summary>
    public void Add(string key, CachedAnswer answer, ResponseCacheConfig config)
    {
        lock (_lock)
        {
            Remove(key);
            _entries[key] = _byUse.AddLast((key, answer));
            _size += answer.Size;
            while (_byUse.First is { } oldest && (_size > config.MaxSize || time.GetUtcNow() - oldest.Value.Answer.Created > config.MaxAge))
                Remove(oldest.Value.Key);
        }
    }

    /// <summary>Forgets all.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _entries.Clear();
            _byUse.Clear();
            _size = 0;
        }
    }

    private void Remove(string key)
    {
        if (!_entries.Remove(key, out var node))
            return;
        _byUse.Remove(node);
        _size -= node.Value.Answer.Size;
    }
}
