using ModelScan.RoutingApi.RequestLog.Blocks;
using ModelScan.RoutingApi.RequestLog.Records;

namespace ModelScan.RoutingApi.RequestLog.Stores;

/// <summary>Where blocks of records, and what was said, are kept. One writer at a time calls <see cref="WriteAsync"/>; readers are as many as like.</summary>
internal interface IRequestStore : IAsyncDisposable
{
    /// <summary>What kind it is: <c>sqlite</c>, <c>postgres</c>.</summary>
    string Name { get; }

    /// <summary>Where it is, for people; without secrets.</summary>
    string Place { get; }

    /// <summary>Makes it ready: creates what is missing, and brings an older schema up to date. Nothing is lost where that fails.</summary>
    /// <exception cref="RequestStoreException">It cannot be used; the message says why.</exception>
    ValueTask OpenAsync(CancellationToken cancellationToken);

    /// <summary>Changes it, whole or not at all.</summary>
    /// <returns>What came of it.</returns>
    /// <exception cref="RequestStoreException">It could not be changed; trying again later may help.</exception>
    ValueTask<StoreChangeResult> WriteAsync(StoreChange change, CancellationToken cancellationToken);

    /// <summary>Begins to read what is there at this moment; later changes are not seen. Not for longer than a moment: space is not reused meanwhile.</summary>
    /// <exception cref="RequestStoreException">It cannot be read.</exception>
    ValueTask<IStoreReader> ReadAsync(CancellationToken cancellationToken);

    /// <summary>Bytes that it takes.</summary>
    /// <exception cref="RequestStoreException">It cannot be read.</exception>
    ValueTask<long> SizeAsync(CancellationToken cancellationToken);

    /// <summary>Gives back a little of the space that nothing lies in any more.</summary>
    /// <returns>Whether there is more to give back.</returns>
    /// <exception cref="RequestStoreException">It cannot be written.</exception>
    ValueTask<bool> ShrinkAsync(CancellationToken cancellationToken);
}

/// <summary>What a store holds at one moment.</summary>
internal interface IStoreReader : IAsyncDisposable
{
    /// <summary>The blocks that may hold records of a time, those with the latest last.</summary>
    /// <param name="from">The first id that counts; <see langword="null"/> for all.</param>
    /// <param name="to">The first id that no longer counts; <see langword="null"/> for all.</param>
    /// <param name="cancellationToken">Gives up.</param>
    ValueTask<IReadOnlyList<BlockPlace>> BlocksAsync(RequestId? from, RequestId? to, CancellationToken cancellationToken);

    /// <summary>A block's columns.</summary>
    ValueTask<byte[]> IndexAsync(BlockPlace block, CancellationToken cancellationToken);

    /// <summary>The rest of a block.</summary>
    ValueTask<byte[]> DetailAsync(BlockPlace block, CancellationToken cancellationToken);

    /// <summary>What was said in a request; <see langword="null"/> where that is not kept.</summary>
    ValueTask<RequestBody?> BodyAsync(RequestId id, CancellationToken cancellationToken);

    /// <summary>Verdicts on requests within bounds, both included; in no order.</summary>
    ValueTask<IReadOnlyList<RouteFeedback>> FeedbackAsync(RequestId first, RequestId last, CancellationToken cancellationToken);
}

/// <summary>A block in a store.</summary>
/// <param name="Number">Its number in the store.</param>
/// <param name="Writer">Which gateway wrote it.</param>
/// <param name="First">The smallest id in it.</param>
/// <param name="Last">The largest id in it.</param>
/// <param name="Count">How many records.</param>
internal sealed record BlockPlace(long Number, long Writer, RequestId First, RequestId Last, int Count);

/// <summary>A change of a store, made whole or not at all.</summary>
internal sealed record StoreChange
{
    /// <summary>Which gateway writes.</summary>
    public long Writer { get; init; }

    /// <summary>Blocks that come.</summary>
    public IReadOnlyList<RecordBlock> Add { get; init; } = [];

    /// <summary>Blocks that go. One that is gone already fails the change: somebody else has put its records elsewhere.</summary>
    public IReadOnlyList<BlockPlace> Remove { get; init; } = [];

    /// <summary>What was said in requests.</summary>
    public IReadOnlyList<RequestBody> AddBodies { get; init; } = [];

    /// <summary>Requests whose bodies and verdicts go.</summary>
    public IReadOnlyList<RequestId> RemoveBodies { get; init; } = [];

    /// <summary>Bodies and verdicts of requests before this one go, too, at most <see cref="MaxBodiesBefore"/> at a time.</summary>
    public RequestId? RemoveBodiesBefore { get; init; }

    /// <summary>Bodies that go at a time.</summary>
    public const int MaxBodiesBefore = 1000;

    /// <summary>Verdicts; a later one on the same request replaces an earlier one.</summary>
    public IReadOnlyList<RouteFeedback> Feedback { get; init; } = [];
}

/// <summary>What came of a change.</summary>
/// <param name="Added">Where the blocks of <see cref="StoreChange.Add"/> lie, in their order.</param>
/// <param name="OldBodies">How many bodies went because of <see cref="StoreChange.RemoveBodiesBefore"/>.</param>
internal readonly record struct StoreChangeResult(IReadOnlyList<BlockPlace> Added, int OldBodies);

/// <summary>A store cannot do what is asked of it at this moment.</summary>
internal sealed class RequestStoreException : Exception
{
    public RequestStoreException()
    {
    }

    public RequestStoreException(string message)
        : base(message)
    {
    }

    public RequestStoreException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Whether another gateway has changed what was to be changed, so that it has to be looked at anew.</summary>
    public bool IsConflict { get; init; }
}
