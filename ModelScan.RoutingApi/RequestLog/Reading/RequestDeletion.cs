using ModelScan.RoutingApi.RequestLog.Blocks;
using ModelScan.RoutingApi.RequestLog.Filters;
using ModelScan.RoutingApi.RequestLog.Records;
using ModelScan.RoutingApi.RequestLog.Stores;

namespace ModelScan.RoutingApi.RequestLog.Reading;

/// <summary>Takes records out of a block: what stays is written as a new one in its place.</summary>
internal static class RequestDeletion
{
    /// <summary>Deletes the records of one block that are meant.</summary>
    /// <returns>How many went; 0 where the block is gone: its records lie in another one, which is looked at in its turn.</returns>
    public static async ValueTask<int> DeleteAsync(IRequestStore store, BlockPlace block, RequestFilter filter, long writer, Func<string, string> redact, CancellationToken cancellationToken)
    {
        var (deleted, kept) = (new List<RequestId>(), new List<RequestRecord>());
        await using (var reader = await store.ReadAsync(cancellationToken))
        {
            if (!(await reader.BlocksAsync(filter.From, filter.To, cancellationToken)).Contains(block))
                return 0;
            var (view, state) = (new BlockView(), new FilterState(filter));
            view.Load(await reader.IndexAsync(block, cancellationToken));
            view.LoadDetail(await reader.DetailAsync(block, cancellationToken));
            state.Begin(view);
            for (var row = 0; row < view.Count; row++)
            {
                if (state.Matches(view, row))
                    deleted.Add(view.Id(row));
                else
                    kept.Add(view.Record(row));
            }
        }

        if (deleted.Count == 0)
            return 0;
        using var encoder = new BlockEncoder(redact);
        RecordBlock[] rest = kept.Count == 0 ? [] : [encoder.Encode(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(kept))];
        await store.WriteAsync(new StoreChange { Writer = writer, Remove = [block], Add = rest, RemoveBodies = deleted }, cancellationToken);
        return deleted.Count;
    }
}
