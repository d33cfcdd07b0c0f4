namespace ModelScan.RoutingApi.ConversationState;

/// <summary>
/// Responses on their way to the store: the next turn finds them here at once, whatever the store is doing. Bounded by bytes; beyond that
/// a response is not taken. Thread-safe.
/// </summary>
internal sealed class WaitingResponses(long maxSize)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(string Owner, string Id), StoredResponse> _byId = [];
    private readonly LinkedList<StoredResponse> _order = new();
    private readonly Dictionary<StoredResponse, LinkedListNode<StoredResponse>> _places = new(ReferenceEqualityComparer.Instance);
    private long _size;

    /// <summary>Takes a response in, unless there are too many already.</summary>
    public bool TryAdd(StoredResponse response)
    {
        lock (_lock)
        {
            if (_size + response.Size > maxSize)
                return false;
            _byId[(response.Owner, response.Id)] = response;
            _places[response] = _order.AddLast(response);
            _size += response.Size;
            return true;
        }
    }

    /// <summary>A response that is not with the store yet.</summary>
    public StoredResponse? Find(string owner, string id)
    {
        lock (_lock)
            return _byId.GetValueOrDefault((owner, id));
    }

    /// <summary>The latest response with an item that is not with the store yet.</summary>
    public StoredResponse? FindItem(string owner, string itemId)
    {
        lock (_lock)
        {
            for (var node = _order.Last; node is not null; node = node.Previous)
            {
                if (node.Value.Owner == owner && node.Value.ItemIds.Contains(itemId))
                    return node.Value;
            }
        }

        return null;
    }

    /// <summary>The next ones to be written, the oldest first; they stay until <see cref="Remove"/>.</summary>
    public IReadOnlyList<StoredResponse> Next(int most)
    {
        lock (_lock)
            return [.. _order.Take(most)];
    }

    /// <summary>Forgets some: they are with the store, or given up.</summary>
    /// <returns>Those that somebody deleted meanwhile.</returns>
    public IReadOnlyList<StoredResponse> Remove(IReadOnlyList<StoredResponse> responses)
    {
        lock (_lock)
            return [.. responses.Where(response => !TryRemove(response))];
    }

    /// <summary>Takes out one that somebody deletes before it was written.</summary>
    /// <returns>Whether it was there.</returns>
    public bool Delete(string owner, string id)
    {
        lock (_lock)
            return _byId.TryGetValue((owner, id), out var response) && TryRemove(response);
    }

    private bool TryRemove(StoredResponse response)
    {
        if (!_places.Remove(response, out var place))
            return false;
        _order.Remove(place);
        _size -= response.Size;
        if (_byId.TryGetValue((response.Owner, response.Id), out var latest) && ReferenceEquals(latest, response))
            _byId.Remove((response.Owner, response.Id));
        return true;
    }
}
