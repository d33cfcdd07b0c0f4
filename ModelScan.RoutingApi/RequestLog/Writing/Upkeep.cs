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
internal sealed class Upkeep(BlockEncoder encoder, long writer, TimeProvider time)
{
    private const int MergedAtOnce = 16;
    private const int RemovedAtOnce = 8;

    private static readonly TimeSpan Abandoned = TimeSpan.FromMinutes(10);

    private readonly BlockView _view = new();
    private int _smallWrites;

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
        return isMerged | await RemoveOldAsync(store, config, cancellationToken) | await store.ShrinkAsync(cancellationToken);
    }

    // Blocks of a gateway that is still at work are its own to merge.
    private async ValueTask<bool> MergeAsync(IRequestStore store, CancellationToken cancellationToken)
    {
        await using var reader = await store.ReadAsync(cancellationToken);
        var abandoned = RequestId.FirstAt(time.GetUtcNow() - Abandoned);
        var mergeable = (await reader.BlocksAsync(null, null, cancellationToken))
            .Where(block => block.Count < RecordBlock.MaxRecords / 2 && (block.Writer == writer || block.Last < abandoned))
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
            _view.Load(await reader.IndexAsync(block, cancellationToken));
            _view.LoadDetail(await reader.DetailAsync(block, cancellationToken));
            for (var row = 0; row < _view.Count; row++)
                records.Add(_view.Record(row));
            merged.Add(block);
        }

        await reader.DisposeAsync();
        var whole = encoder.Encode(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(records));
        await store.WriteAsync(new StoreChange { Writer = writer, Add = [whole], Remove = merged }, cancellationToken);
        return true;
    }

    private async ValueTask<bool> RemoveOldAsync(IRequestStore store, RequestLogConfig config, CancellationToken cancellationToken)
    {
        var tooOld = RequestId.FirstAt(time.GetUtcNow() - config.MaxAge);
        var isTooLarge = await store.SizeAsync(cancellationToken) > config.MaxBytes;
        BlockPlace[] removed;
        RequestId? kept;
        await using (var reader = await store.ReadAsync(cancellationToken))
        {
            var blocks = await reader.BlocksAsync(null, null, cancellationToken);
            removed = [.. blocks.Where(block => isTooLarge || block.Last < tooOld).TakeLast(RemovedAtOnce)];
            kept = blocks.Count > removed.Length ? blocks.Except(removed).Min(block => block.First) : null;
        }

        // A body stays as long as its record does.
        var result = await store.WriteAsync(new StoreChange { Writer = writer, Remove = removed, RemoveBodiesBefore = kept ?? tooOld }, cancellationToken);
        return removed.Length == RemovedAtOnce || result.OldBodies >= StoreChange.MaxBodiesBefore || (isTooLarge && removed.Length > 0);
    }
}
