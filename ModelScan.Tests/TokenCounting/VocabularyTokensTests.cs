using ModelScan.RoutingApi.Capabilities;
using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Providers;
using ModelScan.RoutingApi.TokenCounting;

namespace ModelScan.Tests.TokenCounting;

public sealed class VocabularyTokensTests
{
    // The numbers are OpenAI's: https://github.com/openai/openai-cookbook/blob/main/examples/How_to_count_tokens_with_tiktoken.ipynb
    [Theory]
    [InlineData("", 0)]
    [InlineData("antidisestablishmentarianism", 6)]
    [InlineData("2 + 2 = 4", 7)]
    [InlineData("お誕生日おめでとう", 8)]
    [InlineData("How many tokens does this sentence have?", 8)]
    public async Task Of_Text_IsWhatTheVocabularyMakesOfIt(string text, long expected) => Assert.Equal(expected, (await CounterAsync()).Of(text));

    [Fact]
    public async Task Of_TextInPieces_IsCloseToTheWhole()
    {
        const string Sentence = "The quick brown fox jumps over the lazy dog. ";
        var counter = await CounterAsync();

        var whole = counter.Of(string.Concat(Enumerable.Repeat(Sentence, 200)));

        Assert.InRange(whole - (200 * counter.Of(Sentence.TrimEnd())), 0, 3);
    }

    [Theory]
    [InlineData("a", 1.0 / 8)]
    [InlineData("漢字仮名交じり文", 9)]
    [InlineData("😀", 1)]
    public async Task Of_LongRunWithoutBlanks_IsCounted(string unit, double tokensPerUnit)
    {
        var tokens = (await CounterAsync()).Of(string.Concat(Enumerable.Repeat(unit, 100_000 / unit.Length)));

        Assert.InRange(tokens / (100_000 / unit.Length * tokensPerUnit), 0.9, 1.2);
    }

    [Fact]
    public async Task Of_TheSameTextAgain_IsTheSameNumberAndCostsNothingOfTheLimit()
    {
        var text = string.Concat(Enumerable.Range(0, 20_000).Select(i => $"word{i} "));
        var counter = await CounterAsync();
        var first = counter.Of(text);

        var again = Enumerable.Range(0, 10).Select(_ => counter.Of(text)).Distinct();

        Assert.Equal([first], again);
    }

    [Fact]
    public async Task Of_MoreThanTheLimit_IsEstimatedInProportion()
    {
        static string Numbers(int from) => string.Concat(Enumerable.Range(from, 30_000).Select(i => $"{i} "));
        var counter = await CounterAsync();
        var counted = counter.Of(Numbers(100_000));

        var beyond = counter.Of(Numbers(200_000));

        Assert.InRange((double)beyond / counted, 0.95, 1.05);
    }

    [Theory]
    [InlineData("openai/gpt-4o", true)]
    [InlineData("openai/gpt-4o-mini-2024-07-18", true)]
    [InlineData("openai/chatgpt-4o-latest", true)]
    [InlineData("openai/gpt-4.1-nano", true)]
    [InlineData("openai/gpt-5.2", true)]
    [InlineData("openai/gpt-5-mini", true)]
    [InlineData("openai/o1", true)]
    [InlineData("openai/o4-mini", true)]
    [InlineData("openai/codex-mini-latest", true)]
    [InlineData("groq/openai/gpt-oss-120b", true)]
    [InlineData("openai/gpt-4", false)]
    [InlineData("openai/gpt-4-turbo", false)]
    [InlineData("openai/gpt-3.5-turbo", false)]
    [InlineData("anthropic/claude-sonnet-4-5", false)]
    [InlineData("mistral/mistral-large-latest", false)]
    public void Capabilities_Model_HasItsVocabulary(string model, bool isKnown)
    {
        var parts = model.Split('/', 2);
        var target = new ModelTarget(new ModelProviderConfig(model, parts[0], parts[1]) { AccessKey = "k" }, parts[1], 0, null);

        Assert.Equal(isKnown ? TokenVocabulary.O200kBase : TokenVocabulary.None, target.Capabilities.Vocabulary);
    }

    private static ValueTask<VocabularyTokens> CounterAsync() => VocabularyTokens.ForO200kBaseAsync(CancellationToken.None);
}
