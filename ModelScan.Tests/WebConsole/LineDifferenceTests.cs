using ModelScan.WebConsole.Reading;

namespace ModelScan.Tests.WebConsole;

/// <summary>What a draft changes is shown line by line.</summary>
public sealed class LineDifferenceTests
{
    [Fact]
    public void ChangedLine_StandsBetweenItsNeighbours() =>
        Assert.Equal(["…", " c", " d", "-e", "+E", " f", " g", "…"], LineDifference.Of("a\nb\nc\nd\ne\nf\ng\nh\ni", "a\nb\nc\nd\nE\nf\ng\nh\ni"));

    [Fact]
    public void NewAndGoneLines_AreMarked() => Assert.Equal(["+z", " a", "-b", " c"], LineDifference.Of("a\nb\nc", "z\na\nc"));

    [Fact]
    public void SameText_ChangesNothing() => Assert.Empty(LineDifference.Of("a\r\nb\n", "a\nb"));
}
