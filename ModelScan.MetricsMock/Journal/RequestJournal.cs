namespace ModelScan.MetricsMock.Journal;

/// <summary>
/// The last requests that reached the mock's providers, so that a test can say what a gateway sent. The oldest go first once
/// there are more than <see cref="MaxRequests"/> of them or their bodies exceed <see cref="MaxBodyBytes"/> together.
/// </summary>
internal sealed class RequestJournal(TimeProvider time)
{
    public const int MaxRequests = 500;
    public const long MaxBodyBytes = 64 << 20;

    private readonly Lock _lock = new();
    private readonly LinkedList<ReceivedRequest> _requests = new();
    private long _lastSequence;
    private long _bodyBytes;

    /// <summary>The requests kept, oldest first.</summary>
    public IReadOnlyList<ReceivedRequest> Requests
    {
        get
        {
            lock (_lock)
                return [.. _requests];
        }
    }

    /// <summary>Enters a request and gives it its number.</summary>
    public ReceivedRequest Enter(HttpRequest request, ReadOnlyMemory<byte> body)
    {
        var headers = request.Headers.ToDictionary(header => header.Key.ToLowerInvariant(), header => header.Value.ToString(), StringComparer.Ordinal);
        lock (_lock)
        {
            var received = new ReceivedRequest(++_lastSequence, time.GetUtcNow(), request.Method, request.Path + request.QueryString, headers, body);
            _requests.AddLast(received);
            _bodyBytes += body.Length;
            while (_requests.Count > MaxRequests || (_bodyBytes > MaxBodyBytes && _requests.Count > 1))
            {
                _bodyBytes -= _requests.First!.Value.Body.Length;
                _requests.RemoveFirst();
            }

            return received;
        }
    }

    /// <summary>Notes how a request ended; nothing happens if it is no longer kept.</summary>
    public void Close(ReceivedRequest received, int status, bool clientLeft)
    {
        lock (_lock)
        {
            for (var node = _requests.Last; node is not null; node = node.Previous)
            {
                if (node.Value.Sequence == received.Sequence)
                {
                    node.Value = node.Value with { Status = status, ClientLeft = clientLeft };
                    return;
                }
            }
        }
    }

    /// <summary>Forgets all requests.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _requests.Clear();
            _bodyBytes = 0;
        }
    }
}
