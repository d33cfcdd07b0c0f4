using ModelScan.RoutingApi.Dialects.OpenAiChat;

namespace ModelScan.Tests.Dialects.Translation;

public sealed class ThinkTagsTests
{
    [Theory]
    [InlineData("<think>a</think>\n\nb", "a", "b")]
    [InlineData("\n<think>a</think>b<think>c</think>", "a", "b<think>c</think>")]
    [InlineData("a<think>b</think>", "", "a<think>b</think>")]
    [InlineData("<thin", "", "<thin")]
    [InlineData("<think>a</thi", "a</thi", "")]
    [InlineData("<think></think>b", "", "b")]
    [InlineData("a < b", "", "a < b")]
    public void Split_CutAnywhere_FindsTheSame(string content, string thought, string answer)
    {
        for (var cut = 0; cut <= content.Length; cut++)
            Assert.Equal((thought, answer), Split(content[..cut], content[cut..]));
        Assert.Equal((thought, answer), Split([.. content.Select(character => character.ToString())]));
    }

    private static (string Thought, string Answer) Split(params string[] pieces)
    {
        var tags = new ThinkTags();
        var (thought, answer) = ("", "");
        foreach (var piece in pieces)
        {
            var split = tags.Split(piece);
            (thought, answer) = (thought + split.Thought, answer + split.Answer);
        }

        var rest = tags.End();
        return (thought + rest.Thought, answer + rest.Answer);
    }
}
