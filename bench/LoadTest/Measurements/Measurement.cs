using LoadTest.Load;

namespace LoadTest.Measurements;

/// <summary>One load and what it did to the measured program.</summary>
/// <param name="Load">What the client saw.</param>
/// <param name="CpuUsPerRequest">CPU µs per request; NaN where no program was between client and upstream.</param>
/// <param name="AllocatedPerRequest">Managed bytes allocated per request; NaN likewise.</param>
internal readonly record struct RequestMeasurement(WrkResult Load, double CpuUsPerRequest, double AllocatedPerRequest);

/// <summary>Many streams at once and what they did to the measured program.</summary>
/// <param name="Report">What the client saw.</param>
/// <param name="CpuUsPerEvent">CPU µs per event.</param>
/// <param name="ResidentBytes">Memory while the streams ran.</param>
internal readonly record struct StreamMeasurement(StreamReport Report, double CpuUsPerEvent, long ResidentBytes);

/// <summary>Everything measured of one target; null where it was not measured.</summary>
/// <param name="Name">The target.</param>
internal sealed record TargetMeasurement(string Name)
{
    /// <summary>Why there is nothing, if there is nothing.</summary>
    public string? NotMeasured { get; init; }

    /// <summary>As many small requests as possible.</summary>
    public RequestMeasurement? Saturated { get; init; }

    /// <summary>As many requests of 32 KB, answered with 32 KB, as possible.</summary>
    public RequestMeasurement? SaturatedLarge { get; init; }

    /// <summary>Small requests at <see cref="Plan.ModerateRate"/>.</summary>
    public RequestMeasurement? Moderate { get; init; }

    /// <summary>100 streams of 44 events per second each.</summary>
    public StreamMeasurement? FewStreams { get; init; }

    /// <summary>Very many streams of two events per second each.</summary>
    public StreamMeasurement? ManyStreams { get; init; }

    /// <summary>Memory before the first request, in bytes.</summary>
    public long? IdleResidentBytes { get; init; }

    /// <summary>Memory after the requests and before the streams, in bytes.</summary>
    public long? LoadedResidentBytes { get; init; }
}
