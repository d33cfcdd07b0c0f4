using ModelScan.RoutingApi.TokenCounting;

namespace ModelScan.Tests.TokenCounting;

public sealed class TextTokensTests
{
    /// <summary>The counts of o200k_base and cl100k_base; the estimate has to lie between them, give or take a sixth.</summary>
    [Theory]
    [InlineData("prose", 43, 43, "The gateway chooses a model for every request by its meaning, its price and the time that the model usually needs. When the first choice does not answer, the next one is asked, and the client never notices.")]
    [InlineData("csharp", 62, 59, "public static async ValueTask<int> ReadAsync(Stream stream, Memory<byte> buffer, CancellationToken cancellationToken)\n{\n    var read = 0;\n    while (read < buffer.Length)\n    {\n        read += await stream.ReadAsync(buffer[read..], cancellationToken);\n    }\n    return read;\n}")]
    [InlineData("python", 83, 83, "def binary_search(items, target):\n    low, high = 0, len(items) - 1\n    while low <= high:\n        mid = (low + high) // 2\n        if items[mid] == target:\n            return mid\n        if items[mid] < target:\n            low = mid + 1\n        else:\n            high = mid - 1\n    return -1")]
    [InlineData("json", 38, 37, """{"location":{"type":"string","description":"The city and state, e.g. San Francisco, CA"},"unit":{"type":"string","enum":["celsius","fahrenheit"]}}""")]
    [InlineData("digits", 34, 34, "3141592653 5897932384 6264338327 9502884197 1693993751 0582097494 4592307816")]
    [InlineData("log", 44, 44, "2026-11-20T09:12:13.480Z INFO [req-7f3a] GET /v1/models/310 200 13ms 192.168.0.17")]
    [InlineData("chinese", 30, 47, "人工智能正在改变我们的生活方式。许多公司使用大型语言模型来回答客户的问题，编写代码，并总结长篇文档。")]
    [InlineData("japanese", 43, 59, "人工知能は私たちの生活を大きく変えています。多くの企業が大規模言語モデルを使って、顧客の質問に答えたりしています。")]
    [InlineData("korean", 32, 58, "인공지능은 우리의 생활 방식을 바꾸고 있습니다. 많은 기업들이 대규모 언어 모델을 사용하여 고객의 질문에 답합니다.")]
    [InlineData("russian", 25, 58, "Искусственный интеллект меняет нашу жизнь. Многие компании используют большие языковые модели, чтобы отвечать на вопросы клиентов.")]
    [InlineData("german", 25, 33, "Künstliche Intelligenz verändert unsere Lebensweise. Viele Unternehmen nutzen große Sprachmodelle, um Kundenfragen zu beantworten.")]
    [InlineData("arabic", 30, 75, "الذكاء الاصطناعي يغير طريقة حياتنا. تستخدم العديد من الشركات نماذج لغوية كبيرة للإجابة على أسئلة العملاء.")]
    [InlineData("hindi", 35, 132, "कृत्रिम बुद्धिमत्ता हमारे जीवन को बदल रही है। कई कंपनियां ग्राहकों के सवालों का जवाब देने के लिए बड़े भाषा मॉडल का उपयोग करती हैं।")]
    [InlineData("emoji", 12, 16, "Deployed 🚀🎉 all tests green ✅ thanks 👍")]
    public void Of_TextOfAKind_IsNearWhatTokenizersCount(string id, int o200k, int cl100k, string text)
    {
        var tokens = TextTokens.Of(text);
        Assert.True(tokens >= Math.Min(o200k, cl100k) * 5 / 6 && tokens <= Math.Max(o200k, cl100k) * 7 / 6, $"{id}: {tokens}, not {o200k} to {cl100k}");
    }

    [Fact]
    public void Of_SentenceOfTheTokenizerVector_Is8_L13() => Assert.Equal(8, TextTokens.Of("How many tokens does this sentence have?"));

    [Theory]
    [InlineData("", 0)]
    [InlineData("a", 1)]
    [InlineData("   \n", 1)]
    public void Of_Edges_AreCounted(string text, long expected) => Assert.Equal(expected, TextTokens.Of(text));

    [Fact]
    public void Of_HalfAnEmoji_IsCounted() => Assert.Equal(2, TextTokens.Of("\uD83D"));

    [Fact]
    public void Of_ConcatenatedTexts_NeverCountsLessThanEither()
    {
        string[] texts = ["hello", " world", "123", "\n\n", "你好", "a.b", "🚀", "\uD83D", "é"];
        foreach (var left in texts)
        {
            foreach (var right in texts)
                Assert.True(TextTokens.Of(left + right) >= Math.Max(TextTokens.Of(left), TextTokens.Of(right)) - 1, left + right);
        }
    }
}
