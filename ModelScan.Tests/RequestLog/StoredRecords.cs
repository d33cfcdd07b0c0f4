using ModelScan.RoutingApi.RequestLog.Blocks;
using ModelScan.RoutingApi.RequestLog.Records;
using ModelScan.RoutingApi.RequestLog.Stores;

namespace ModelScan.Tests.RequestLog;

/// <summary>What lies in a store.</summary>
internal static class StoredRecords
{
    /// <summary>The blocks, and the ids of all records in them, each as often as it is there.</summary>
    public static async Task<(IReadOnlyList<BlockPlace> Blocks, List<RequestId> Ids)> ReadAsync(IRequestStore store)
    {
        await using var reader = await store.ReadAsync(default);
        var blocks = await reader.BlocksAsync(null, null, default);
        var (view, ids) = (new BlockView(), new List<RequestId>());
        foreach (var block in blocks)
        {
            view.Load(await reader.IndexAsync(block, default));
            view.LoadDetail(await reader.DetailAsync(block, default));
            ids.AddRange(Enumerable.Range(0, view.Count).Select(row => view.Record(row).Id));
        }

        return (blocks, ids);
    }
}
