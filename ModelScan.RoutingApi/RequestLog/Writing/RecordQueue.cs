using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using ModelScan.RoutingApi.RequestLog.Records;
using ModelScan.RoutingApi.Telemetry;

namespace ModelScan.RoutingApi.RequestLog.Writing;

/// <summary>
/// Records that wait to be written. Adding one never waits: where the store is behind, bodies are given up first, then records, and both are
/// counted. Thread-safe; one thread takes.
/// </summary>
internal sealed class RecordQueue(RequestLogMeters meters)
{
    /// <summary>Most records that wait.</summary>
    public const int Capacity = 4 * Blocks.RecordBlock.MaxRecords;

    /// <summary>Most memory that waiting bodies take, in bytes.</summary>
    public const long BodyCapacity = 8L << 20;

    private readonly ConcurrentQueue<(RequestRecord Record, RequestBody? Body)> _entries = new();
    private int _count;
    private long _bodyBytes;

    /// <summary>How many records wait.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Adds a record.</summary>
    /// <returns>How many wait now; 0 where there was no room for it.</returns>
    public int Add(RequestRecord record, RequestBody? body)
    {
        var count = Interlocked.Increment(ref _count);
        if (count > Capacity)
        {
            Interlocked.Decrement(ref _count);
            meters.Shed(1);
            if (body is not null)
                meters.ShedBody();
            return 0;
        }

        if (body is not null && (count > Capacity / 2 || Interlocked.Add(ref _bodyBytes, body.Size) > BodyCapacity))
        {
            if (count <= Capacity / 2)
                Interlocked.Add(ref _bodyBytes, -body.Size);
            meters.ShedBody();
            (record, body) = (record with { HasBody = false, HasInput = false }, null);
        }

        _entries.Enqueue((record, body));
        return count;
    }

    /// <summary>Takes the oldest record.</summary>
    /// <param name="record">It.</param>
    /// <param name="body">What was said; <see langword="null"/> where that is not kept.</param>
    /// <returns>Whether there was one.</returns>
    public bool TryTake([MaybeNullWhen(false)] out RequestRecord record, out RequestBody? body)
    {
        var isTaken = _entries.TryDequeue(out var entry);
        (record, body) = entry;
        if (!isTaken)
            return false;
        Interlocked.Decrement(ref _count);
        if (body is not null)
            Interlocked.Add(ref _bodyBytes, -body.Size);
        return true;
    }
}
