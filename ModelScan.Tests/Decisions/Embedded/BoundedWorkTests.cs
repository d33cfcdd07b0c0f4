using ModelScan.RoutingApi.Conversations;
using ModelScan.RoutingApi.Decisions;
using ModelScan.RoutingApi.Decisions.Embedded;
using static ModelScan.RoutingApi.Conversations.ConversationRole;
using static ModelScan.Tests.Decisions.Embedded.ShippedClassifier;

namespace ModelScan.Tests.Decisions.Embedded;

/// <summary>Whatever the input: a decision or none, and no more work than promised. Work is counted in texts encoded.</summary>
public sealed class BoundedWorkTests
{
    private static readonly RouteSet Routes = Set(("travel", "flights and hotels"), ("music", "songs"));

    public static TheoryData<string, string> OddPrompts() => new()
    {
        { "empty", "" },
        { "white space", " \t\r\n\u3000" },
        { "only emoji", "👍👍🏽👩‍👩‍👧‍👦" },
        { "lone surrogates", "\ud83d\udc4d\ud83d \udc4d" },
        { "noncharacters", "\ufffe\uffff\u0000" },
        { "control characters", string.Concat(Enumerable.Range(0, 32).Select(i => (char)i)) },
        { "right to left", "احجز لي رحلة إلى القاهرة \u202eabc" },
        { "combining marks", "a" + new string('\u0301', 5_000) },
        { "one endless word", new string('x', 1_000_000) },
        { "endless ideographs", new string('型', 100_000) },
        { "a million characters", string.Concat(Enumerable.Repeat("book a flight ", 72_000)) },
        { "no spaces, no letters", new string('。', 10_000) },
        { "only underscores", new string('_', 10_000) },
        { "only tags", string.Concat(Enumerable.Repeat("<system-reminder>", 50_000)) },
        { "only brackets", new string('<', 100_000) },
    };

    [Theory]
    [MemberData(nameof(OddPrompts))]
    public async Task Classify_OddPrompt_DecidesWithFewTexts(string name, string prompt)
    {
        Assert.NotNull(name);
        using var classifier = Fresh();
        await classifier.PrepareAsync(Routes);
        var before = classifier.Encoded;

        var decision = await classifier.ClassifyAsync(Request(Routes, (User, prompt)), CancellationToken.None);

        Assert.InRange(classifier.Encoded - before, 0, 2);
        Assert.True(decision.Probability is null or (>= 0 and <= 1));
    }

    [Fact]
    public async Task Classify_RoutesThatAreTheSame_TakesTheFirst()
    {
        var routes = new RouteSet([.. Enumerable.Repeat(new ClassifiableRoute("travel", "flights and hotels", []), 3)]);

        var decision = await ClassifyAsync(routes, (User, "book a flight"));

        Assert.Equal("travel", decision.Route);
        Assert.Equal(0, decision.Margin!.Value, 1e-12);
    }

    [Fact]
    public async Task Classify_ThousandRoutes_EncodesEachOnce()
    {
        using var classifier = Fresh();
        var routes = new RouteSet([.. Enumerable.Range(0, 1_000).Select(i => new ClassifiableRoute($"r{i}", "", []))]);

        var decisions = await Task.WhenAll(
            classifier.ClassifyAsync(Request(routes, (User, "book a flight")), CancellationToken.None).AsTask(),
            classifier.ClassifyAsync(Request(new RouteSet([.. routes.Routes]), (User, "book a flight")), CancellationToken.None).AsTask());

        Assert.InRange(classifier.Encoded, 1_001, 1_002);
        Assert.Equal(decisions[0].Probability, decisions[1].Probability);
    }

    [Fact]
    public async Task Classify_SameRoutesAgain_CompilesNothing()
    {
        using var classifier = Fresh();
        await classifier.ClassifyAsync(Request(Routes, (User, "book a flight")), CancellationToken.None);
        var before = classifier.Encoded;

        await classifier.ClassifyAsync(Request(new RouteSet([.. Routes.Routes]), (User, "book a hotel")), CancellationToken.None);

        Assert.Equal(1, classifier.Encoded - before);
    }

    [Fact]
    public async Task Classify_GrowingConversation_EncodesOnlyWhatIsNew()
    {
        using var classifier = Fresh();
        await classifier.ClassifyAsync(Request(Routes, (User, "book a flight"), (Assistant, "Where to?"), (User, "Rome")), CancellationToken.None);
        var before = classifier.Encoded;

        await classifier.ClassifyAsync(
            Request(Routes, (User, "book a flight"), (Assistant, "Where to?"), (User, "Rome"), (Assistant, "When?"), (User, "on Monday")), CancellationToken.None);

        // The message, and the message with the one before it.
        Assert.Equal(2, classifier.Encoded - before);
    }

    [Fact]
    public async Task Classify_LongConversation_CountsTheLastEightMessages()
    {
        using var classifier = Fresh();
        await classifier.PrepareAsync(Routes);
        var before = classifier.Encoded;
        var messages = Enumerable.Range(0, 500)
            .SelectMany(i => new[] { new ConversationMessage(User, $"question {i}"), new ConversationMessage(Assistant, $"answer {i}") })
            .ToArray();

        var decision = await classifier.ClassifyAsync(new ClassificationRequest(Routes, messages), CancellationToken.None);

        Assert.Equal(2 * EmbeddedRouteClassifier.MaxTurns - 1, classifier.Encoded - before);
        Assert.Contains(decision.Notes, note => note.Contains("492", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Classify_SixtyFourAtOnce_DecideAsOne()
    {
        string[] prompts = ["book a flight", "play a song", "how tall is the Eiffel Tower?", "a hotel, please"];
        var expected = await Task.WhenAll(prompts.Select(p => ClassifyAsync(Routes, (User, p))));
        using var classifier = Fresh();

        await Task.WhenAll(Enumerable.Range(0, 64).Select(t => Task.Run(async () =>
        {
            for (var i = 0; i < prompts.Length; i++)
            {
                var at = (i + t) % prompts.Length;
                var decision = await classifier.ClassifyAsync(Request(Routes, (User, prompts[at])), CancellationToken.None);
                Assert.Equal((expected[at].Route, expected[at].Probability), (decision.Route, decision.Probability));
            }
        })));
    }
}
