using System.Collections.Frozen;
using ModelScan.RoutingApi.Decisions.Embedded.Lexical;

namespace ModelScan.Tests.Decisions.Embedded;

public sealed class RouteLexiconTests
{
    [Theory]
    [InlineData("running", "run")]
    [InlineData("ties", "tie")]
    [InlineData("cities", "city")]
    [InlineData("writing", "writ")]
    [InlineData("write", "writ")]
    [InlineData("classes", "class")]
    [InlineData("calling", "call")]
    [InlineData("translations", "translat")]
    [InlineData("bed", "bed")]
    [InlineData("use", "use")]
    public void Strip_Word_GivesItsStem(string word, string stem) => Assert.Equal(stem, WordEnding.Strip(word.ToCharArray()).ToString());

    [Fact]
    public void Score_RareWord_WeighsMoreThanCommonOne()
    {
        var scores = Score(["alpha beta", "alpha gamma", "alpha delta"], "beta", "alpha");

        Assert.True(scores[0][0] > scores[1][0]);
        Assert.Equal(scores[1][0], scores[1][1]);
    }

    [Fact]
    public void Score_WordRepeatedInThePrompt_CountsOnce()
    {
        var scores = Score(["alpha beta", "gamma"], "beta", "beta beta beta");

        Assert.Equal(scores[0], scores[1]);
    }

    [Fact]
    public void Score_WordBeyondTheLimit_DoesNotCount()
    {
        var scores = Score(["alpha", "gamma"], new string(' ', RouteLexicon.MaxPromptCharacters) + "alpha");

        Assert.Equal([0, 0], scores[0]);
    }

    [Fact]
    public void Score_RoutesWithoutWords_GiveZero() => Assert.Equal([0, 0], Score(["", "…"], "alpha")[0]);

    private static double[][] Score(string[] routes, params string[] prompts)
    {
        var lexicon = new RouteLexicon(routes, FrozenSet<string>.Empty, RouterModels.Best.Calibration.Lexical);
        return [.. prompts.Select(prompt =>
        {
            var scores = new double[routes.Length];
            lexicon.Score(prompt, scores);
            return scores;
        })];
    }
}
