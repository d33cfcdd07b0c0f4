using System.Text;
using ModelScan.RoutingApi.Decisions.RouterModels;

namespace ModelScan.Tests.Decisions.RouterModels;

public sealed class MiddleTrimTests
{
    public static TheoryData<string, string, int, string> Vectors => new()
    {
        { "C13 no-op with room", "hello", 100, "hello" },
        { "C13 no-op when exact", "hello", 5, "hello" },
        { "C14 ASCII", new string('a', 20), 10, "aaaa…aaa" },
        { "C16 tiny", "abcdefgh", 2, "ab" },
        { "C17 three bytes have no marker", "abcd", 3, "abc" },
        { "C18 two-byte characters", new string('é', 50), 25, "éééééé…ééééé" },
        { "C19 three-byte characters", "日本語テスト文字列", 13, "日本…列" },
        { "room for the marker alone", "日本語テスト文字列", 4, "…" },
        { "surrogate pairs stay whole", "😀😀😀😀", 13, "😀…😀" },
        { "nothing fits", "日本", 2, "" },
    };

    [Theory]
    [MemberData(nameof(Vectors))]
    public void ToBytes_Vector_KeepsBeginningAndEnd(string id, string text, int bytes, string expected)
    {
        var trimmed = MiddleTrim.ToBytes(text, bytes);

        Assert.True(expected == trimmed, $"{id}: {trimmed}");
        Assert.True(Encoding.UTF8.GetByteCount(trimmed) <= bytes, id);
    }

    [Fact]
    public void ToBytes_LoneSurrogates_CountAsReplacementCharacters()
    {
        var trimmed = MiddleTrim.ToBytes(new string('\ud800', 20), 15);

        Assert.Equal("\ud800\ud800…\ud800\ud800", trimmed);
    }
}
