using System.Text;

namespace ModelScan.Tests.Wire;

public sealed class NestedValueTests
{
    [Theory]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("[[[{}]]]")]
    [InlineData("""{"a":"}]\"}"}""")]
    [InlineData("""["\\"]""")]
    [InlineData("""["\\\"]"]""")]
    [InlineData("""["\\\\",{"\\\"":["\\\\\\"]}]""")]
    public void Length_WhereverBlocksEnd_IsTheValues(string value)
    {
        // Moved over all positions of two blocks, with a rest behind that is not part of it.
        for (var offset = 0; offset < 130; offset++)
        {
            var json = $"[\"{new string('x', offset)}\",{value}]";
            Assert.Equal((offset, json.Length), (offset, NestedValue.Length(Encoding.UTF8.GetBytes($"{json},\"rest\":[1]}}"))));
        }
    }

    [Fact]
    public void Length_RunsOfBackslashes_AreTakenInPairs()
    {
        for (var count = 0; count < 140; count++)
        {
            var run = new string('\\', count);
            var json = count % 2 == 0 ? $"[\"{run}\",[\"]\"]]" : $"[\"{run}\"]\"]";
            Assert.Equal((count, json.Length), (count, NestedValue.Length(Encoding.UTF8.GetBytes(json))));
        }
    }

    [Theory]
    [InlineData("[")]
    [InlineData("[\"]")]
    [InlineData("{\"a\":[}")]
    [InlineData("[\"\\\"]")]
    public void Length_ValueThatDoesNotEnd_IsNone(string json) => Assert.Equal(-1, NestedValue.Length(Encoding.UTF8.GetBytes(json)));
}
