using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using ModelScan.RoutingApi.RequestLog.Records;
using ModelScan.RoutingApi.RequestLog.Writing;
using ModelScan.RoutingApi.Telemetry;

namespace ModelScan.Tests.RequestLog;

/// <summary>Where the store is behind, bodies are given up first, then records, and both are counted.</summary>
public sealed class QueueTests
{
    [Fact]
    public void FullQueue_ShedsBodiesThenRecords()
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var meters = new RequestLogMeters(services.GetRequiredService<IMeterFactory>());
        var queue = new RecordQueue(meters);
        var record = SampleRecords.Draw(1)[0] with { HasBody = true };
        for (var i = 0; i < RecordQueue.Capacity + 5; i++)
            queue.Add(record, new RequestBody(record.Id) { Request = "short" });
        Assert.Equal(RecordQueue.Capacity, queue.Count);
        Assert.Equal((5, (RecordQueue.Capacity / 2) + 5), (meters.ShedRecords, meters.ShedBodies));

        var (records, bodies) = Taken(queue);
        Assert.Equal((RecordQueue.Capacity, RecordQueue.Capacity / 2), (records.Count, bodies.Count));
        Assert.Equal(bodies.Count, records.Count(kept => kept.HasBody));
        Assert.Equal(0, queue.Count);
    }

    [Fact]
    public void LargeBodies_AreShedByTheirMemory()
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var meters = new RequestLogMeters(services.GetRequiredService<IMeterFactory>());
        var queue = new RecordQueue(meters);
        var record = SampleRecords.Draw(1)[0];
        var large = new RequestBody(record.Id) { Request = new string('a', 1 << 20) };
        for (var i = 0; i < 10; i++)
            queue.Add(record, large);
        Assert.Equal((0, 7), (meters.ShedRecords, meters.ShedBodies)); // two bytes a letter: three of them fit into 8 MB
        var (records, bodies) = Taken(queue);
        Assert.Equal((10, 3), (records.Count, bodies.Count));

        // What has been taken leaves room.
        queue.Add(record, large);
        Assert.Equal(7, meters.ShedBodies);
    }

    private static (List<RequestRecord> Records, List<RequestBody> Bodies) Taken(RecordQueue queue)
    {
        var (records, bodies) = (new List<RequestRecord>(), new List<RequestBody>());
        while (queue.TryTake(out var record, out var body))
        {
            records.Add(record);
            if (body is not null)
                bodies.Add(body);
        }

        return (records, bodies);
    }
}
