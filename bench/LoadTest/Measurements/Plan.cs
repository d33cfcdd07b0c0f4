namespace LoadTest.Measurements;

/// <summary>How long, how often and how much.</summary>
/// <param name="WarmUp">Load before anything counts: the just-in-time compiler needs 40 to 60 s of it on one core, of which the rounds give the rest.</param>
/// <param name="ShortWarmUp">The same for what has little to compile: the upstream by itself, and decisions.</param>
/// <param name="Round">Length of a measurement of streams, and of requests of 32 KB.</param>
/// <param name="RequestRound">Length of a round of small requests.</param>
/// <param name="Processes">Processes of a target that is compared with another: what one of them compiles its hot methods to is some percent better or worse for as long as it lives.</param>
/// <param name="SaturatedRounds">Rounds of each process at saturation.</param>
/// <param name="ModerateRounds">Rounds of each process at <see cref="ModerateRate"/>.</param>
/// <param name="ManyStreams">Streams of the large stream test.</param>
/// <param name="FirstStreams">Streams whose first events are timed.</param>
internal sealed record Plan(TimeSpan WarmUp, TimeSpan ShortWarmUp, TimeSpan Round, TimeSpan RequestRound, int Processes, int SaturatedRounds, int ModerateRounds, int ManyStreams, int FirstStreams)
{
    /// <summary>Requests per second of a busy but not saturated gateway.</summary>
    public const int ModerateRate = 1000;

    /// <summary>Streams of the small stream test.</summary>
    public const int FewStreams = 100;

    /// <summary>The core that the measured program has to itself.</summary>
    public const int MeasuredCore = 0;

    /// <summary>The core of everything else: the upstream and the load.</summary>
    public const int LoadCore = 1;

    /// <summary>The plan whose figures may be quoted; some 26 minutes.</summary>
    public static Plan Full { get; } = new(TimeSpan.FromSeconds(25), TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(8), TimeSpan.FromSeconds(3), 3, 5, 3, 2000, 500);

    /// <summary>Shows that everything works; its figures say little.</summary>
    public static Plan Quick { get; } = new(TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(3), 1, 1, 1, 500, 100);

    /// <summary>Longest run of a plan, whatever happens.</summary>
    public TimeSpan Limit => TimeSpan.FromMinutes(45);
}
