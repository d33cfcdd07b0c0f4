namespace ModelScan.RoutingApi.ConversationState;

/// <summary>
/// Keeps responses in this process. One lock guards the table and the order of use; it is held for lookups and the swap of references.
/// What is too much goes at once, so that memory is bounded at every moment.
/// </summary>
/// <param name="maxResponses">Most responses.</param>
/// <param name="maxSize">Most bytes.</param>
/// <param name="mostTurns">Most turns of a conversation that are followed.</param>
internal sealed class MemoryResponseStore(int maxResponses, long maxSize, int mostTurns) : IResponseStore
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(string Owner, string Id), LinkedListNode<Entry>> _entries = [];
    private readonly Dictionary<(string Owner, string Id), string> _responsesOfItems = [];

    // The one that rested longest first.
    private readonly LinkedList<Entry> _byUse = new();
    private (int Responses, long Size) _most = (maxResponses, maxSize);
    private long _size;

    private sealed record Entry(StoredResponse Response, DateTimeOffset Expiry);

    /// <inheritdoc/>
    public string Name => "memory";

    /// <inheritdoc/>
    public bool IsImmediate => true;

    /// <summary>How many responses there are.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _entries.Count;
        }
    }

    /// <inheritdoc/>
    public ValueTask<StoredConversation> ReadAsync(string owner, string id, DateTimeOffset now, CancellationToken cancellationToken)
    {
        lock (_lock)
            return new(StoredConversation.Of(id, each => Find(owner, each, now), mostTurns));
    }

    /// <inheritdoc/>
    public ValueTask<StoredResponse?> FindAsync(string owner, string id, DateTimeOffset now, CancellationToken cancellationToken)
    {
        lock (_lock)
            return new(Find(owner, id, now));
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyDictionary<string, StoredResponse>> FindItemsAsync(string owner, IReadOnlyCollection<string> itemIds, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, StoredResponse>(StringComparer.Ordinal);
        lock (_lock)
        {
            foreach (var id in itemIds)
            {
                if (_responsesOfItems.TryGetValue((owner, id), out var response) && Find(owner, response, now) is { } turn)
                    found[id] = turn;
            }
        }

        return new(found);
    }

    /// <inheritdoc/>
    public ValueTask WriteAsync(IReadOnlyList<StoredResponse> responses, DateTimeOffset expiry, CancellationToken cancellationToken)
    {
        Write(responses, expiry);
        return ValueTask.CompletedTask;
    }

    /// <summary>Writes responses, and refreshes the conversations that they go on.</summary>
    public void Write(IReadOnlyList<StoredResponse> responses, DateTimeOffset expiry)
    {
        lock (_lock)
        {
            foreach (var response in responses)
            {
                Remove(response.Owner, response.Id);
                Refresh(response, expiry);
                _entries[(response.Owner, response.Id)] = _byUse.AddLast(new Entry(response, expiry));
                foreach (var item in response.ItemIds)
                    _responsesOfItems[(response.Owner, item)] = response.Id;
                _size += response.Size;
            }

            Bound();
        }
    }

    /// <inheritdoc/>
    public ValueTask<bool> DeleteAsync(string owner, string id, CancellationToken cancellationToken)
    {
        lock (_lock)
            return new(Remove(owner, id));
    }

    /// <inheritdoc/>
    public ValueTask<int> PruneAsync(DateTimeOffset now, int maxResponses, long maxSize, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            _most = (maxResponses, maxSize);
            var before = _entries.Count;
            while (_byUse.First is { } oldest && oldest.Value.Expiry <= now)
                Remove(oldest.Value.Response.Owner, oldest.Value.Response.Id);
            Bound();
            return new(before - _entries.Count);
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    // The turns before it, the first one first, so that a conversation loses its end last.
    private void Refresh(StoredResponse response, DateTimeOffset expiry)
    {
        var earlier = new List<LinkedListNode<Entry>>();
        for (var previous = response.PreviousId; previous is not null && earlier.Count < mostTurns && _entries.TryGetValue((response.Owner, previous), out var node); previous = node.Value.Response.PreviousId)
            earlier.Add(node);
        for (var i = earlier.Count - 1; i >= 0; i--)
        {
            var node = earlier[i];
            _byUse.Remove(node);
            node.Value = node.Value with { Expiry = expiry };
            _byUse.AddLast(node);
        }
    }

    private StoredResponse? Find(string owner, string id, DateTimeOffset now) =>
        _entries.TryGetValue((owner, id), out var node) && node.Value.Expiry > now ? node.Value.Response : null;

    private bool Remove(string owner, string id)
    {
        if (!_entries.Remove((owner, id), out var node))
            return false;
        _byUse.Remove(node);
        foreach (var item in node.Value.Response.ItemIds)
        {
            if (_responsesOfItems.TryGetValue((owner, item), out var response) && response == id)
                _responsesOfItems.Remove((owner, item));
        }

        _size -= node.Value.Response.Size;
        return true;
    }

    private void Bound()
    {
        while ((_entries.Count > _most.Responses || _size > _most.Size) && _byUse.First is { } oldest)
            Remove(oldest.Value.Response.Owner, oldest.Value.Response.Id);
    }
}
