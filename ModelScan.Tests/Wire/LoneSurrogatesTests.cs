using System.Text;

namespace ModelScan.Tests.Wire;

public sealed class LoneSurrogatesTests
{
    [Theory]
    [InlineData("""{"a":"cut \ud83d here"}""", """{"a":"cut \ufffd here"}""")]
    [InlineData("""{"a":"\uDE00\ud83D"}""", """{"a":"\ufffd\ufffd"}""")]
    [InlineData("""{"a":"\ud83d\ude00"}""", """{"a":"\ud83d\ude00"}""")]
    [InlineData("""{"a":"\ud83d\ud83d\ude00"}""", """{"a":"\ufffd\ud83d\ude00"}""")]
    [InlineData("""{"a":"\\ud83d"}""", """{"a":"\\ud83d"}""")]
    [InlineData("""{"a":"\\\ud83d"}""", """{"a":"\\\ufffd"}""")]
    [InlineData("""{"a":"\ud83d"}""", """{"a":"\ufffd"}""")]
    [InlineData("""{"a":"\u00e9"}""", """{"a":"\u00e9"}""")]
    public void Mend_Json_HasNoHalfPair(string json, string expected) =>
        Assert.Equal(expected, Encoding.UTF8.GetString(LoneSurrogates.Mend(Encoding.UTF8.GetBytes(json)).Span));

    [Fact]
    public void Mend_NothingToMend_IsTheSameMemory()
    {
        ReadOnlyMemory<byte> json = Encoding.UTF8.GetBytes("""{"a":"\n\ud83d\ude00"}""");
        Assert.Equal(json, LoneSurrogates.Mend(json));
    }
}
