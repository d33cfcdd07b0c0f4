using LoadTest.Load;
using LoadTest.Processes;

namespace LoadTest.Measurements;

/// <summary>One load and what it did to the measured program.</summary>
/// <param name="Load">What the client saw.</param>
/// <param name="CpuUsPerRequest">CPU µs per request; NaN where no program was between client and upstream.</param>
/// <param name="AllocatedPerRequest">Managed bytes allocated per request; NaN likewise.</param>
internal readonly record struct RequestMeasurement(LoadResult Load, double CpuUsPerRequest, double AllocatedPerRequest)
{
    /// <summary>Puts a load on and looks at the measured program before and after.</summary>
    /// <param name="process">The program; <see langword="null"/> where there is none.</param>
    /// <param name="load">The load.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<RequestMeasurement> TakeAsync(PinnedProcess? process, Func<Task<LoadResult>> load, CancellationToken cancellationToken)
    {
        var before = process is null ? default : await process.UseAsync(cancellationToken);
        var result = await load();
        if (process is null)
            return new RequestMeasurement(result, double.NaN, double.NaN);
        var after = await process.UseAsync(cancellationToken);
        var requests = Math.Max(1, result.Requests);
        return new RequestMeasurement(
            result, (after.Cpu - before.Cpu).TotalMicroseconds / requests, (double)(after.AllocatedBytes - before.AllocatedBytes) / requests);
    }
}

/// <summary>Many streams at once and what they did to the measured program.</summary>
/// <param name="Report">What the client saw.</param>
/// <param name="CpuUsPerEvent">CPU µs per event.</param>
/// <param name="ResidentBytes">Memory while the streams ran.</param>
internal readonly record struct StreamMeasurement(StreamReport Report, double CpuUsPerEvent, long ResidentBytes);

/// <summary>Everything measured of one target; null where it was not measured, or not yet.</summary>
/// <param name="name">The target.</param>
internal sealed class TargetMeasurement(string name)
{
    private readonly List<RequestMeasurement> _saturated = [];
    private readonly List<RequestMeasurement> _moderate = [];
    private readonly List<long> _residentBytes = [];

    public string Name => name;

    /// <summary>Why there is nothing, if there is nothing.</summary>
    public string? NotMeasured { get; set; }

    /// <summary>As many small requests as possible.</summary>
    public RequestMeasurement? Saturated => OfRounds(_saturated);

    /// <summary>As many requests of 32 KB, answered with 32 KB, as possible.</summary>
    public RequestMeasurement? SaturatedLarge { get; set; }

    /// <summary>Small requests at <see cref="Plan.ModerateRate"/>.</summary>
    public RequestMeasurement? Moderate => OfRounds(_moderate);

    /// <summary>Streams that send little, for the time to their first event.</summary>
    public StreamMeasurement? FirstEvents { get; set; }

    /// <summary>100 streams of 45 events per second each.</summary>
    public StreamMeasurement? FewStreams { get; set; }

    /// <summary>Very many streams of two events per second each.</summary>
    public StreamMeasurement? ManyStreams { get; set; }

    /// <summary>Memory before the first request, in bytes.</summary>
    public long? IdleResidentBytes { get; init; }

    /// <summary>Memory after the requests and before the streams, in bytes: the median of the target's processes.</summary>
    public long? LoadedResidentBytes => _residentBytes.Count == 0 ? null : _residentBytes.Order().ElementAt(_residentBytes.Count / 2);

    /// <summary>Adds a round at saturation.</summary>
    public void AddSaturated(RequestMeasurement round) => _saturated.Add(round);

    /// <summary>Adds a round at <see cref="Plan.ModerateRate"/>.</summary>
    public void AddModerate(RequestMeasurement round) => _moderate.Add(round);

    /// <summary>Adds the memory of one of the target's processes.</summary>
    public void AddResidentBytes(long bytes) => _residentBytes.Add(bytes);

    // Others on the machine make a round dearer and never cheaper: the round at the lower quartile of CPU time tells what the program costs.
    // Delays are medians of the rounds.
    private static RequestMeasurement? OfRounds(List<RequestMeasurement> rounds)
    {
        if (rounds.Count == 0)
            return null;
        var quiet = rounds.OrderBy(round => double.IsNaN(round.CpuUsPerRequest) ? -round.Load.PerSecond : round.CpuUsPerRequest).ElementAt(rounds.Count / 4);
        return quiet with
        {
            Load = quiet.Load with { P50 = Median(load => load.P50), P99 = Median(load => load.P99), Failures = rounds.Sum(round => round.Load.Failures) },
        };

        TimeSpan Median(Func<LoadResult, TimeSpan> of) => rounds.Select(round => of(round.Load)).Order().ElementAt(rounds.Count / 2);
    }
}
