namespace LoadTest.ColdStart;

/// <summary>One start, up to the first 200 of <c>/health</c>.</summary>
/// <param name="Elapsed">Time since the process was started.</param>
/// <param name="Cpu">Time that it spent on a CPU.</param>
internal readonly record struct Start(TimeSpan Elapsed, TimeSpan Cpu);

/// <summary>A moment under load.</summary>
/// <param name="Elapsed">Time since the load began.</param>
/// <param name="Answers">Answers so far.</param>
/// <param name="Cpu">Time that the gateway spent on a CPU, since it was started.</param>
internal readonly record struct Moment(TimeSpan Elapsed, long Answers, TimeSpan Cpu);

/// <summary>What was seen of one variant.</summary>
internal sealed record Observation(Variant Variant)
{
    public List<Start> Starts { get; } = [];

    /// <summary>For each round, the moments of every second.</summary>
    public List<IReadOnlyList<Moment>> Loads { get; } = [];
}
