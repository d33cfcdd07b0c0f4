using LoadTest.Load;
using LoadTest.Processes;

namespace LoadTest.Measurements;

/// <summary>What is measured.</summary>
/// <param name="Name">Its name in the results.</param>
/// <param name="Server">Where it listens.</param>
/// <param name="Kind">What it is sent.</param>
/// <param name="Process">The program between client and upstream; <see langword="null"/> when there is none.</param>
internal sealed record Target(string Name, Uri Server, RequestKind Kind, PinnedProcess? Process)
{
    /// <summary>The body of a small request.</summary>
    public string Body { get; init; } = Kind.Small;

    /// <summary>Requests per second of the measurement below saturation.</summary>
    public int Rate { get; init; } = Plan.ModerateRate;

    /// <summary>Whether it is measured with very many streams, too.</summary>
    public bool TakesManyStreams { get; init; } = Process is not null;

    /// <summary>Whether it is one more process of a target, which only small requests are sent to: they add to what is measured of that target.</summary>
    public bool IsTwin { get; private init; }

    /// <summary>What has been measured so far.</summary>
    public TargetMeasurement Measured { get; } = new(Name) { IdleResidentBytes = Process?.ResidentBytes };

    /// <summary>One more process of the same.</summary>
    public Target Twin(Uri server, PinnedProcess process) => this with { Server = server, Process = process, IsTwin = true, TakesManyStreams = false };
}
