using System.Buffers.Binary;
using System.Security.Cryptography;

namespace ModelScan.RoutingApi.Decisions.RouterModels;

/// <summary>
/// Remembers answers by a hash of the request that led to them; no prompt is kept. Bounded in number (the one unused for longest
/// goes first) and in age. Thread-safe: a lock around two look-ups, next to a call over the network.
/// </summary>
internal sealed class RecentDecisions(int capacity, TimeSpan age, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<UInt128, LinkedListNode<Entry>> _entries = [];
    private readonly LinkedList<Entry> _byUse = [];

    /// <summary>The key of a request body: it holds model, routes and conversation, and nothing else decides the answer.</summary>
    public static UInt128 KeyOf(ReadOnlySpan<byte> body)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(body, hash);
        return BinaryPrimitives.ReadUInt128LittleEndian(hash);
    }

    /// <summary>Finds an answer that is young enough.</summary>
    public RouterAnswer? Find(UInt128 key)
    {
        lock (_gate)
        {
            if (!_entries.TryGetValue(key, out var node))
                return null;
            _byUse.Remove(node);
            if (time.GetElapsedTime(node.Value.Added) >= age)
            {
                _entries.Remove(key);
                return null;
            }

            _byUse.AddLast(node);
            return node.Value.Answer;
        }
    }

    /// <summary>Keeps an answer; its age counts from now.</summary>
    public void Keep(UInt128 key, RouterAnswer answer)
    {
        lock (_gate)
        {
            if (_entries.Remove(key, out var previous))
                _byUse.Remove(previous);
            else if (_entries.Count >= capacity)
                DropLeastRecentlyUsed();
            _entries[key] = _byUse.AddLast(new Entry(key, answer, time.GetTimestamp()));
        }
    }

    private void DropLeastRecentlyUsed()
    {
        _entries.Remove(_byUse.First!.Value.Key);
        _byUse.RemoveFirst();
    }

    private readonly record struct Entry(UInt128 Key, RouterAnswer Answer, long Added);
}
