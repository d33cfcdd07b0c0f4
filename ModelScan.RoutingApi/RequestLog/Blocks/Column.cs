namespace ModelScan.RoutingApi.RequestLog.Blocks;

/// <summary>
/// What of a record lies in columns, where filters, lists and aggregates find it without looking at the rest. The order is that of the bytes:
/// a new column comes last, and blocks that were written before it have nothing in it.
/// </summary>
internal enum Column
{
    // Texts: a number of the block's table of texts, from 1; 0 for none.
    Operation,
    Format,
    UserAgent,
    Key,
    Session,
    SessionReason,
    RequestModel,
    Model,
    ResponseModel,
    Provider,
    Mode,
    ConfigHash,
    Route,
    DecidedBy,
    Why,
    ErrorType,
    Tags,

    // Numbers. What may be missing is one more than its value.
    State,
    Status,
    Flags,
    DurationMicroseconds,
    FirstByteMicroseconds,
    GatewayMicroseconds,
    Attempts,
    InputTokens,
    CacheReadTokens,
    CacheWriteTokens,
    OutputTokens,
    ReasoningTokens,
    CostState,
    CostPico,
    RequestedPico,
    Confidence,
    Turn,
}

/// <summary>Yes and no of a record, in one column.</summary>
[Flags]
internal enum RecordFlags
{
    None = 0,
    Stream = 1,
    SessionIsExplicit = 2,
    Pinned = 4,
    Switched = 8,
    FellBack = 16,
    IsEstimated = 32,
    HasUsage = 64,
    HasBody = 128,
    HasInput = 256,
    CacheIsBeside = 512,
    UsageIsPartial = 1024,
}

/// <summary>How values are written as whole numbers.</summary>
internal static class Columns
{
    /// <summary>How many there are.</summary>
    public const int Count = (int)Column.Turn + 1;

    /// <summary>How many of them, the first, are texts.</summary>
    public const int Texts = (int)Column.Tags + 1;

    /// <summary>Between the tags of a record, which hold no line feed.</summary>
    public const char TagSeparator = '\n';

    private const double Pico = 1e12;
    private const double Steps = 10_000;

    /// <summary>Microseconds.</summary>
    public static long Of(TimeSpan duration) => Math.Max(0, duration.Ticks / TimeSpan.TicksPerMicrosecond);

    public static long OfOptional(TimeSpan? duration) => duration is { } known ? Of(known) + 1 : 0;

    public static TimeSpan Duration(long microseconds) => TimeSpan.FromTicks(microseconds * TimeSpan.TicksPerMicrosecond);

    public static TimeSpan? OptionalDuration(long value) => value == 0 ? null : Duration(value - 1);

    /// <summary>A millionth of a millionth of a USD, which is small enough for one token and leaves room for nine million USD.</summary>
    public static long OfUsd(double usd) => double.IsFinite(usd) ? (long)Math.Clamp(Math.Round(usd * Pico), 0, 9e18) : 0;

    public static double Usd(long pico) => pico / Pico;

    /// <summary>A probability in steps of a ten-thousandth.</summary>
    public static long OfProbability(double? value) => value is { } known && double.IsFinite(known) ? (long)Math.Round(Math.Clamp(known, 0, 1) * Steps) + 1 : 0;

    public static double? Probability(long value) => value == 0 ? null : (value - 1) / Steps;
}
