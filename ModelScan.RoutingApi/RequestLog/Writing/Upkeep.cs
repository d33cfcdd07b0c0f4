using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.RequestLog.Blocks;
using ModelScan.RoutingApi.RequestLog.Records;
using ModelScan.RoutingApi.RequestLog.Stores;

namespace ModelScan.RoutingApi.RequestLog.Writing;

/// <summary>
/// Keeps a store small: sixteen blocks of a size become one, so that a gateway with little to do does not leave a block for every request, and
/// no record is encoded more than three times; blocks that are too old, or for which there is no room, go. In small steps, between which
/// records are written. Not thread-safe.
/// </summary>
/// <param name="encoder">Makes blocks; nobody else's meanwhile.</param>
/// <param name="writer">Which gateway this is.</param>
/// <param name="time">The clock.</param>
/// <param name="isUnreadable">Told once of each block that cannot be read; it stays as it is.</param>
internal sealed class Upkeep(BlockEncoder encoder, long writer, TimeProvider time, Action<BlockPlace, Exception>? isUnreadable = null)
{
    private const int MergedAtOnce = 16;
    private const int RemovedAtOnce = 8;

    private static readonly TimeSpan Abandoned = TimeSpan.FromMinutes(10);

    // Where what goes makes a store no smaller, nothing more goes in a hurry.
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(25);

    private readonly BlockView _view = new();
    private readonly HashSet<BlockPlace> _unreadable = [];
    private int _smallWrites;
    private DateTimeOffset _restsUntil;
    private long _sizeBefore = long.MaxValue;
    private bool _hasOldBodies;

    /// <summary>Whether enough small blocks have been written that some can be merged.</summary>
    public bool IsDue => _smallWrites >= MergedAtOnce;

    /// <summary>A block has been written for good.</summary>
    public void Wrote(int records)
    {
        if (records < RecordBlock.MaxRecords / 2)
            _smallWrites++;
    }

    /// <summary>Takes a step.</summary>
    /// <returns>Whether there is more to do.</returns>
    /// <exception cref="RequestStoreException">The store cannot be changed at this moment.</exception>
    public async ValueTask<bool> RunAsync(IRequestStore store, RequestLogConfig config, CancellationToken cancellationToken)
    {
        var isMerged = await MergeAsync(store, cancellationToken);
        if (!isMerged)
            _smallWrites = 0;
        return isMerged | await MakeRoomAsync(store, config, cancellationToken);
    }

    /// <summary>Takes a step that needs no room and no encoder: it may be what a store that is full waits for.</summary>
    /// <returns>Whether there is more to do.</returns>
    /// <exception cref="RequestStoreException">The store cannot be changed at this moment.</exception>
    public async ValueTask<bool> MakeRoomAsync(IRequestStore store, RequestLogConfig config, CancellationToken cancellationToken) =>
        await RemoveOldAsync(store, config, cancellationToken) | await store.ShrinkAsync(cancellationToken);

    // Blocks of a gateway that is still at work are its own to merge.
    private async ValueTask<bool> MergeAsync(IRequestStore store, CancellationToken cancellationToken)
    {
        await using var reader = await store.ReadAsync(cancellationToken);
        var abandoned = RequestId.FirstAt(time.GetUtcNow() - Abandoned);
        var mergeable = (await reader.BlocksAsync(null, null, cancellationToken))
            .Where(block => block.Count < RecordBlock.MaxRecords / 2 && !_unreadable.Contains(block) && (block.Writer == writer || block.Last < abandoned))
            .GroupBy(block => (int)Math.Log(block.Count, MergedAtOnce))
            .FirstOrDefault(level => level.Count() >= MergedAtOnce);
        if (mergeable is null)
            return false;
        var records = new List<RequestRecord>();
        var merged = new List<BlockPlace>();
        foreach (var block in mergeable.OrderBy(block => block.First).Take(MergedAtOnce))
        {
            if (records.Count + block.Count > RecordBlock.MaxRecords)
                break;
            if (!TryRead(block, await reader.IndexAsync(block, cancellationToken), await reader.DetailAsync(block, cancellationToken), records))
                return true; // without this one there may be sixteen others
            merged.Add(block);
        }

        await reader.DisposeAsync();
        var whole = encoder.Encode(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(records));
        await store.WriteAsync(new StoreChange { Writer = writer, Add = [whole], Remove = merged }, cancellationToken);
        return true;
    }

    // Damaged, or of a later version: what cannot be read must neither go nor keep others from going.
    private bool TryRead(BlockPlace block, byte[] index, byte[] detail, List<RequestRecord> records)
    {
        try
        {
            _view.Load(index);
            _view.LoadDetail(detail);
            for (var row = 0; row < _view.Count; row++)
                records.Add(_view.Record(row));
            return true;
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            _unreadable.Add(block);
            isUnreadable?.Invoke(block, exception);
            return false;
        }
    }

    private async ValueTask<bool> RemoveOldAsync(IRequestStore store, RequestLogConfig config, CancellationToken cancellationToken)
    {
        var size = await store.SizeAsync(cancellationToken);

        // Bodies go more slowly than blocks: no further block has to go for those that its forerunners have left behind.
        var now = time.GetUtcNow();
        var isTooLarge = size > config.MaxBytes && !_hasOldBodies && now >= _restsUntil;
        if (isTooLarge && size >= _sizeBefore)
            (_restsUntil, isTooLarge) = (now + Rest, false);
        _sizeBefore = isTooLarge ? size : long.MaxValue;
        var tooOld = RequestId.FirstAt(now - config.MaxAge);
        BlockPlace[] removed;
        RequestId? kept;
        await using (var reader = await store.ReadAsync(cancellationToken))
        {
            var blocks = await reader.BlocksAsync(null, null, cancellationToken);
            removed = [.. blocks.Where(block => isTooLarge || block.Last < tooOld).TakeLast(RemovedAtOnce)];
            kept = blocks.Count > removed.Length ? blocks.Except(removed).Min(block => block.First) : removed.Length > 0 ? removed.Max(block => block.Last).Next() : tooOld;
        }

        // A body stays as long as its record does.
        var result = await store.WriteAsync(new StoreChange { Writer = writer, Remove = removed, RemoveBodiesBefore = kept }, cancellationToken);
        _hasOldBodies = result.OldBodies >= StoreChange.MaxBodiesBefore;
        return _hasOldBodies || removed.Length == RemovedAtOnce || (isTooLarge && removed.Length > 0);
    }
}
