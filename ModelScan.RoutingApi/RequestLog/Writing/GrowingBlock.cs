using ModelScan.RoutingApi.RequestLog.Blocks;
using ModelScan.RoutingApi.RequestLog.Records;
using ModelScan.RoutingApi.RequestLog.Stores;

namespace ModelScan.RoutingApi.RequestLog.Writing;

/// <summary>
/// The block that records are added to. What comes in the next seconds is written along with what has been written already, in its place, so that
/// a gateway with little to do leaves a block for every few seconds: merging them later means to read and say each record anew, which costs
/// three times as much. Not thread-safe.
/// </summary>
/// <param name="encoder">Makes the bytes; nobody else's until <see cref="Settle"/>.</param>
/// <param name="writer">Which gateway writes.</param>
internal sealed class GrowingBlock(BlockEncoder encoder, long writer)
{
    // A record is written two and a half times on average.
    private const int MostWrites = 4;

    // Three quarters of a block: what comes while it is being written, a tenth of a second's records at the highest rates, must not be more than the rest.
    private const int Enough = RecordBlock.MaxRecords / 4 * 3;

    private RecordBlock? _unwritten;
    private BlockPlace? _place;
    private int _written;
    private int _writes;

    /// <summary>Records that no store has yet.</summary>
    public int Waiting => encoder.Count - _written;

    /// <summary>Whether no other record has room.</summary>
    public bool IsFull => encoder.Count == RecordBlock.MaxRecords;

    /// <summary>Whether so much waits that it is written at once: whoever kills the process takes a block of records with it at most.</summary>
    public bool HasEnough => IsFull || Waiting >= Enough;

    /// <summary>Whether it could not be written: until it has been, nothing may be added.</summary>
    public bool HasFailed => _unwritten is not null;

    /// <summary>Whether it should be left as it lies in the store.</summary>
    public bool IsGrown => _writes >= MostWrites || encoder.Count + (encoder.Count / Math.Max(1, _writes)) > RecordBlock.MaxRecords;

    /// <summary>Adds a record; there must be room.</summary>
    public void Add(RequestRecord record) => encoder.Add(record);

    /// <summary>Adds a record if there is room, nothing has failed, and none of its texts has to be redacted first.</summary>
    /// <returns>Whether it has been added.</returns>
    public bool TryAddAtOnce(RequestRecord record) => !IsFull && !HasFailed && encoder.TryAddAtOnce(record);

    /// <summary>Writes what waits, at least one record.</summary>
    /// <param name="store">Where to.</param>
    /// <param name="bodies">What was said in them.</param>
    /// <returns>The block as it lies in the store now, and how many of its records lay there before. Its bytes are good until a record is added.</returns>
    /// <exception cref="RequestStoreException">It could not be written; the next call tries it again as it was.</exception>
    public async ValueTask<(RecordBlock Block, int Before)> WriteAsync(IRequestStore store, IReadOnlyList<RequestBody> bodies)
    {
        _unwritten ??= encoder.Finish();
        try
        {
            await PutAsync(store, bodies);
        }
        catch (RequestStoreException exception) when (exception.IsConflict && _place is not null)
        {
            if (await FindAsync(store, _unwritten) is { } place)
            {
                // The store had kept it without having said so.
                _place = place;
            }
            else
            {
                // Some of its records were deleted or merged, or the store is another one: they are no longer this block's matter.
                LeaveWritten(_unwritten);
                await PutAsync(store, bodies);
            }
        }

        var (block, before) = (_unwritten, _written);
        (_unwritten, _written) = (null, block.Count);
        _writes++;
        return (block, before);
    }

    /// <summary>Leaves what has been written as it is, and gives up what has not; the next record begins another block.</summary>
    /// <returns>How many records are in the store.</returns>
    public int Settle()
    {
        var written = _written;
        encoder.Clear();
        (_unwritten, _place, _written, _writes) = (null, null, 0, 0);
        return written;
    }

    private async ValueTask PutAsync(IRequestStore store, IReadOnlyList<RequestBody> bodies)
    {
        var change = new StoreChange { Writer = writer, Add = [_unwritten!], Remove = _place is { } before ? [before] : [], AddBodies = bodies };
        _place = (await store.WriteAsync(change, CancellationToken.None)).Added[0];
    }

    private async ValueTask<BlockPlace?> FindAsync(IRequestStore store, RecordBlock block)
    {
        await using var reader = await store.ReadAsync(CancellationToken.None);
        return (await reader.BlocksAsync(block.First, block.Last.Next(), CancellationToken.None))
            .FirstOrDefault(place => place.Writer == writer && place.First == block.First && place.Last == block.Last && place.Count == block.Count);
    }

    private void LeaveWritten(RecordBlock block)
    {
        var view = new BlockView();
        view.Load(block.Index);
        view.LoadDetail(block.Detail);
        var waiting = Enumerable.Range(_written, block.Count - _written).Select(view.Record).ToArray();
        Settle();
        foreach (var record in waiting)
            encoder.Add(record);
        _unwritten = encoder.Finish();
    }
}
