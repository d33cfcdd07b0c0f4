using System.Diagnostics.CodeAnalysis;

namespace ModelScan.RoutingApi.Resources;

/// <summary>
/// Hands things to threads that have nothing else to do, in the order in which they came. Thread-safe.
/// </summary>
/// <remarks>
/// Our own because <see cref="System.Collections.Concurrent.BlockingCollection{T}"/> asks dozens of times before it waits, and gives the core
/// up in between (<c>sched_yield</c>): on a single core that is a turn for whoever computes there, up to four milliseconds in which no request
/// gets on.
/// </remarks>
/// <param name="capacity">Things that may wait.</param>
internal sealed class BlockingQueue<T>(int capacity)
{
    private readonly Queue<T> _items = new();
    private readonly object _gate = new(); // a Lock has no Wait
    private bool _isClosed;

    /// <summary>Things that wait.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
                return _items.Count;
        }
    }

    /// <summary>Whether nothing is added any more.</summary>
    public bool IsClosed
    {
        get
        {
            lock (_gate)
                return _isClosed;
        }
    }

    /// <summary>Adds something; never waits.</summary>
    /// <returns>Whether there was room.</returns>
    /// <exception cref="InvalidOperationException">The queue is closed.</exception>
    public bool TryAdd(T item)
    {
        lock (_gate)
        {
            if (_isClosed)
                throw new InvalidOperationException("nothing is taken any more");
            if (_items.Count >= capacity)
                return false;
            _items.Enqueue(item);
            Monitor.Pulse(_gate);
            return true;
        }
    }

    /// <summary>Takes what came first; waits for it.</summary>
    /// <returns>Whether there was something: not once the queue is closed and empty.</returns>
    public bool TryTake([MaybeNullWhen(false)] out T item)
    {
        lock (_gate)
        {
            while (_items.Count == 0 && !_isClosed)
                Monitor.Wait(_gate);
            return _items.TryDequeue(out item);
        }
    }

    /// <summary>Takes what came first; never waits.</summary>
    /// <returns>Whether there was something.</returns>
    public bool TryTakeAtOnce([MaybeNullWhen(false)] out T item)
    {
        lock (_gate)
            return _items.TryDequeue(out item);
    }

    /// <summary>Takes nothing more; what is there can still be taken.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
            Monitor.PulseAll(_gate);
        }
    }
}
