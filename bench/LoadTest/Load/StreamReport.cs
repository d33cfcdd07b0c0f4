using System.Text.Json;
using System.Text.Json.Serialization;

namespace LoadTest.Load;

/// <summary>What reading many paced streams at once showed.</summary>
/// <param name="Events">Events received while measuring.</param>
/// <param name="Seconds">How long that was.</param>
/// <param name="FirstEventP50Us">Median time from a request to its first text event, in µs.</param>
/// <param name="FirstEventP99Us">Its 99th percentile.</param>
/// <param name="DelayP50Us">Median time from sending an event to having read it, in µs.</param>
/// <param name="DelayP99Us">Its 99th percentile.</param>
/// <param name="DelayMaxUs">Its largest value.</param>
/// <param name="Stalls">Events that were read more than 250 ms after they were sent.</param>
/// <param name="Failures">Streams that did not begin, or ended before the measurement did.</param>
/// <param name="FirstFailure">Why the first of them failed.</param>
internal sealed record StreamReport(
    long Events, double Seconds, double FirstEventP50Us, double FirstEventP99Us, double DelayP50Us, double DelayP99Us, double DelayMaxUs,
    long Stalls, int Failures, string? FirstFailure)
{
    // What was not seen at all is not a number.
    private static readonly JsonSerializerOptions Options = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    /// <summary>Begins the line that says that every stream has begun and counting starts.</summary>
    public const string CountingMark = "COUNTING";

    /// <summary>Begins the line with the report.</summary>
    public const string ReportMark = "REPORT";

    /// <summary>As one line of JSON.</summary>
    public string ToLine() => $"{ReportMark} {JsonSerializer.Serialize(this, Options)}";

    /// <summary>Reads <see cref="ToLine"/>; <see langword="null"/> for any other line.</summary>
    public static StreamReport? FromLine(string line) =>
        line.StartsWith(ReportMark, StringComparison.Ordinal) ? JsonSerializer.Deserialize<StreamReport>(line.AsSpan(ReportMark.Length), Options) : null;
}
