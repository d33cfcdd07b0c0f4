namespace ModelScan.Tests.Support;

/// <summary>The clock of the test vectors.</summary>
internal static class VectorClock
{
    /// <summary>A clock that stands at the moment at which the vectors' answers were made: 2026-01-01, 00:00 UTC.</summary>
    public static FakeTimeProvider Create() => new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
}
