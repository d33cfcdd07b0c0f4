namespace ModelScan.RoutingApi.ConversationState;

/// <summary>
/// The latest turns on one connection, kept or not (<c>store: false</c>): a client that stays connected goes on from them. Bounded; the oldest go
/// first. Thread-safe.
/// </summary>
/// <param name="maxSize">Most bytes.</param>
internal sealed class ConnectionTurns(long maxSize)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, StoredResponse> _turns = new(StringComparer.Ordinal);
    private readonly Queue<StoredResponse> _order = new();
    private long _size;

    public StoredResponse? Find(string id)
    {
        lock (_lock)
            return _turns.GetValueOrDefault(id);
    }

    /// <summary>The turn that an item is of.</summary>
    public StoredResponse? FindItem(string itemId)
    {
        lock (_lock)
            return _turns.Values.FirstOrDefault(turn => turn.ItemIds.Contains(itemId));
    }

    /// <summary>Forgets a turn: one that went on from it was refused, and the client begins anew.</summary>
    public void Remove(string id)
    {
        lock (_lock)
            _turns.Remove(id);
    }

    public void Add(StoredResponse turn)
    {
        lock (_lock)
        {
            _turns[turn.Id] = turn;
            _order.Enqueue(turn);
            _size += turn.Size;
            while (_size > maxSize && _order.TryDequeue(out var oldest))
            {
                _size -= oldest.Size;
                if (_turns.TryGetValue(oldest.Id, out var latest) && ReferenceEquals(latest, oldest))
                    _turns.Remove(oldest.Id);
            }
        }
    }
}
