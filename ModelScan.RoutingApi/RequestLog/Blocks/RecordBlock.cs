using ModelScan.RoutingApi.RequestLog.Records;

namespace ModelScan.RoutingApi.RequestLog.Blocks;

/// <summary>Records as a store keeps them: many in one piece, so that storing one costs a fraction of a row.</summary>
/// <param name="First">The smallest id.</param>
/// <param name="Last">The largest id.</param>
/// <param name="Count">How many records.</param>
/// <param name="Index">The columns (<see cref="BlockView"/>): what lists, filters and aggregates read.</param>
/// <param name="Detail">The rest (<see cref="DetailCodec"/>): what one record whole and exports read.</param>
internal sealed record RecordBlock(RequestId First, RequestId Last, int Count, ReadOnlyMemory<byte> Index, ReadOnlyMemory<byte> Detail)
{
    /// <summary>Most records in one block. More would make one record dearer to read, fewer make all dearer to search.</summary>
    public const int MaxRecords = 4096;

    /// <summary>Which format the bytes are in.</summary>
    public const byte Version = 1;
}
