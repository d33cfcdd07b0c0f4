using System.Diagnostics.Metrics;

namespace ModelScan.RoutingApi.Telemetry;

/// <summary>What is measured of the log of requests.</summary>
internal sealed class RequestLogMeters
{
    private readonly Counter<long> _written;
    private readonly Counter<long> _shed;
    private readonly Counter<long> _failures;
    private long _records;
    private long _bodies;

    /// <summary>Creates the instruments.</summary>
    /// <param name="meters">Makes meters.</param>
    public RequestLogMeters(IMeterFactory meters)
    {
        var meter = meters.Create(GatewayMeter.Name);
        _written = meter.CreateCounter<long>(TelemetryNames.RequestLogWritten, "{record}", "Records of requests that were written.");
        _shed = meter.CreateCounter<long>(TelemetryNames.RequestLogShed, "{record}", "Records of requests, and bodies, that were not written because the store was behind or not there.");
        _failures = meter.CreateCounter<long>(TelemetryNames.RequestLogFailures, "{failure}", "Writes to the store of records that failed; they are tried again.");
        meter.CreateObservableGauge(TelemetryNames.RequestLogQueue, () => Waiting(), "{record}", "Records of requests that wait to be written.");
    }

    /// <summary>Tells how many records wait.</summary>
    public Func<int> Waiting { get; set; } = static () => 0;

    /// <summary>Records that were not written.</summary>
    public long ShedRecords => Interlocked.Read(ref _records);

    /// <summary>Bodies that were not written.</summary>
    public long ShedBodies => Interlocked.Read(ref _bodies);

    public void Wrote(int records) => _written.Add(records);

    public void Failed() => _failures.Add(1);

    /// <summary>Records were given up.</summary>
    public void Shed(int records)
    {
        Interlocked.Add(ref _records, records);
        _shed.Add(records, new KeyValuePair<string, object?>("what", "record"));
    }

    /// <summary>A body was given up.</summary>
    public void ShedBody()
    {
        Interlocked.Increment(ref _bodies);
        _shed.Add(1, new KeyValuePair<string, object?>("what", "body"));
    }
}
