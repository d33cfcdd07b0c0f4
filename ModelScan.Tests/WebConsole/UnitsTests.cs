using ModelScan.WebConsole.Parts;

namespace ModelScan.Tests.WebConsole;

/// <summary>Numbers are shown as people read them.</summary>
public sealed class UnitsTests
{
    [Theory]
    [InlineData(0, "$0")]
    [InlineData(0.0041, "$0.0041")]
    [InlineData(0.000012, "$0.000012")]
    [InlineData(0.1, "$0.10")]
    [InlineData(0.123, "$0.123")]
    [InlineData(12.5, "$12.50")]
    [InlineData(1234.5, "$1,234.50")]
    [InlineData(-0.02, "−$0.02")]
    public void Usd_ShowsWhatCounts(double usd, string expected) => Assert.Equal(expected, Units.Usd(usd));

    [Theory]
    [InlineData(0.42, "0.4 ms")]
    [InlineData(812.4, "812 ms")]
    [InlineData(1240, "1.24 s")]
    [InlineData(12_400, "12.4 s")]
    [InlineData(123_000, "2 min 03 s")]
    [InlineData(179_700, "3 min 00 s")]
    [InlineData(7_500_000, "2 h 05 min")]
    [InlineData(172_800_000, "2.0 d")]
    public void Duration_HasAUnit(double milliseconds, string expected) => Assert.Equal(expected, Units.Duration(milliseconds));

    [Theory]
    [InlineData(999, "999")]
    [InlineData(9999, "9,999")]
    [InlineData(12_345, "12.3k")]
    [InlineData(2_500_000, "2.5M")]
    public void Compact_FitsInATable(long number, string expected) => Assert.Equal(expected, Units.Compact(number));

    [Theory]
    [InlineData(0, 10, "0 %")]
    [InlineData(1, 10_000, "< 0.1 %")]
    [InlineData(1, 40, "2.5 %")]
    [InlineData(1, 3, "33 %")]
    [InlineData(0, 0, "–")]
    public void Share_IsAPercentage(long part, long whole, string expected) => Assert.Equal(expected, Units.Share(part, whole));
}
