using ModelScan.RoutingApi.Resources;

namespace ModelScan.RoutingApi.Pipeline;

/// <summary>
/// The memory that a request's body lies in, and its one owner. It goes back to where it came from once: early, when everybody who
/// needed it has read it, or at the end; or never, when a connection may still be reading it.
/// </summary>
internal abstract class RequestMemory : IDisposable
{
    private bool _isAbandoned;
    private bool _isReleased;
    private IDisposable? _kept;

    /// <summary>A request without a body.</summary>
    public static RequestMemory None => new Unpooled(default, null);

    /// <summary>The bytes; empty once they have been released.</summary>
    public ReadOnlyMemory<byte> Bytes => _isReleased ? default : Held;

    /// <summary>The bytes, while they are held.</summary>
    protected abstract ReadOnlyMemory<byte> Held { get; }

    /// <summary>Whether the memory is left to the garbage collector.</summary>
    public bool IsAbandoned => _isAbandoned;

    /// <summary>Bytes that nobody has to give back.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="lease">What they take of the memory of the process; given back by whoever took it.</param>
    public static RequestMemory Of(ReadOnlyMemory<byte> bytes, MemoryLease? lease = null) => new Unpooled(bytes, lease);

    /// <summary>Takes care of what was made of the bytes: it is disposed together with them.</summary>
    public T Keep<T>(T made)
        where T : IDisposable
    {
        _kept = made;
        return made;
    }

    /// <summary>Leaves the memory to the garbage collector, because somebody may still be reading it, so that nobody else's bytes can end up there.</summary>
    public void Abandon() => _isAbandoned = true;

    /// <summary>Gives the memory back, unless it has been abandoned; the bytes are not to be read afterwards.</summary>
    public void Dispose()
    {
        if (_isReleased)
            return;
        if (_isAbandoned)
        {
            Leave();
            return;
        }

        _isReleased = true;
        _kept?.Dispose();
        GiveBack();
    }

    /// <summary>Makes room for <paramref name="length"/> bytes in all, where what is made of the request is longer than its body.</summary>
    /// <exception cref="MemoryBudgetException">There is none.</exception>
    public virtual void Reserve(long length)
    {
        // Whoever holds the gateway as a library has the memory for what it asks.
    }

    /// <summary>The request is over, and its memory left to the garbage collector; may be called more than once.</summary>
    protected virtual void Leave()
    {
        // Nobody counts it.
    }

    /// <summary>Gives the memory back; called at most once.</summary>
    protected abstract void GiveBack();

    private sealed class Unpooled(ReadOnlyMemory<byte> bytes, MemoryLease? lease) : RequestMemory
    {
        protected override ReadOnlyMemory<byte> Held => bytes;

        public override void Reserve(long length) => lease?.Reserve(length);

        protected override void GiveBack()
        {
            // Nobody wants it.
        }
    }
}
