using ModelScan.RoutingApi.Decisions;
using ModelScan.RoutingApi.Decisions.Embedded;
using ModelScan.RoutingApi.Decisions.Embedded.Encoding;
using static ModelScan.RoutingApi.Decisions.ConversationRole;
using static ModelScan.Tests.Decisions.Embedded.EmbeddedRouteClassifierTests;

namespace ModelScan.Tests.Decisions.Embedded;

/// <summary>Whatever the input: a decision or none, and no more work than promised. Work is counted in texts and pieces encoded.</summary>
public sealed class BoundedWorkTests
{
    private static readonly RouteSet Routes = Set(("travel", "flights and hotels"), ("music", "songs"));

    // Its own, because other tests encode on the shared one at the same time.
    private static readonly RouterModel Model = RouterModel.Load();

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
        { "a million characters", string.Concat(Enumerable.Repeat("book a flight ", 72_000)) },
        { "no spaces, no letters", new string('。', 10_000) },
        { "only underscores", new string('_', 10_000) },
    };

    [Theory]
    [MemberData(nameof(OddPrompts))]
    public void Classify_OddPrompt_DecidesWithinTheCap(string name, string prompt)
    {
        Assert.NotNull(name);
        var classifier = New(Model);
        classifier.Prepare(Routes);
        var (texts, pieces) = (Model.Encoder.EncodedTexts, Model.Encoder.EncodedPieces);

        var decision = classifier.Classify(Request(Routes, (User, prompt)));

        Assert.InRange(decision.Probability ?? 0, 0, 1);
        Assert.InRange(Model.Encoder.EncodedTexts - texts, 0, 1);
        Assert.InRange(Model.Encoder.EncodedPieces - pieces, 0, SentenceEncoder.MaxPieces);
    }

    [Theory]
    [MemberData(nameof(OddPrompts))]
    public void Classify_OddRoute_Decides(string name, string text)
    {
        var decision = New(Model).Classify(Request(Set((text, ""), ("", text), (name, text), ("music", "songs")), (User, "play a song")));

        Assert.InRange(decision.Probability!.Value, 0, 1);
    }

    [Fact]
    public void Classify_RoutesThatAreTheSame_TakesTheFirst()
    {
        var routes = new RouteSet([.. Enumerable.Repeat(new ClassifiableRoute("travel", "flights and hotels", []), 3)]);

        var decision = New(Model).Classify(Request(routes, (User, "book a flight")));

        Assert.Equal("travel", decision.Route);
        Assert.Equal(0, decision.Margin!.Value, 1e-12);
    }

    [Fact]
    public void Classify_ThousandRoutes_Decides()
    {
        var routes = new RouteSet([.. Enumerable.Range(0, 1_000).Select(i => new ClassifiableRoute($"r{i}", "", []))]);
        var texts = Model.Encoder.EncodedTexts;

        var decision = New(Model).Classify(Request(routes, (User, "book a flight")));

        Assert.InRange(decision.Probability!.Value, 0, 1);
        Assert.Equal(1_001, Model.Encoder.EncodedTexts - texts);
    }

    [Theory]
    [InlineData(CompiledRoutes.MaxRoutesWithClauses, 3)]
    [InlineData(CompiledRoutes.MaxRoutesWithClauses + 1, 0)]
    public void Classify_ManyRoutes_EncodesTextPartsAndSoManyClauses(int count, int clauses)
    {
        // Names and descriptions all differ, so that nothing is found in the cache.
        var routes = new RouteSet([.. Enumerable.Range(0, count).Select(i => new ClassifiableRoute($"r{i}", $"{i}aa, {i}bb, {i}cc", []))]);
        var texts = Model.Encoder.EncodedTexts;

        New(Model).Prepare(routes);

        Assert.Equal(count * (3 + clauses), Model.Encoder.EncodedTexts - texts);
    }

    [Fact]
    public void Classify_SameRoutesAgain_CompilesNothing()
    {
        var classifier = New(Model);
        classifier.Classify(Request(Routes, (User, "book a flight")));
        var texts = Model.Encoder.EncodedTexts;

        var sameContent = new RouteSet([.. Routes.Routes]);
        classifier.Classify(Request(sameContent, (User, "book a hotel")));

        Assert.Equal(1, Model.Encoder.EncodedTexts - texts);
    }

    [Fact]
    public void Classify_GrowingConversation_EncodesOnlyWhatIsNew()
    {
        var classifier = New(Model);
        classifier.Classify(Request(Routes, (User, "book a flight"), (Assistant, "Where to?"), (User, "Rome")));
        var texts = Model.Encoder.EncodedTexts;

        classifier.Classify(Request(
            Routes, (User, "book a flight"), (Assistant, "Where to?"), (User, "Rome"), (Assistant, "When?"), (User, "on Monday")));

        Assert.Equal(2, Model.Encoder.EncodedTexts - texts);
    }

    [Fact]
    public void Classify_LongConversation_CountsTheLastEightTurns()
    {
        var classifier = New(Model);
        classifier.Prepare(Routes);
        var texts = Model.Encoder.EncodedTexts;
        var messages = Enumerable.Range(0, 500)
            .SelectMany(i => new[] { new ConversationMessage(User, $"question {i}"), new ConversationMessage(Assistant, $"answer {i}") })
            .ToArray();

        var decision = classifier.Classify(new ClassificationRequest(Routes, messages));

        Assert.InRange(Model.Encoder.EncodedTexts - texts, 8, 16);
        Assert.Contains(decision.Notes, note => note.Contains("492", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Classify_SixtyFourThreads_DecideAsOne()
    {
        string[] prompts = ["book a flight", "play a song", "how tall is the Eiffel Tower?", "a hotel, please"];
        var expected = prompts.Select(p => New(Model).Classify(Request(Routes, (User, p)))).ToArray();
        var shared = New(Model);
        using var start = new Barrier(64);

        await Task.WhenAll(Enumerable.Range(0, 64).Select(t => Task.Factory.StartNew(
            () =>
            {
                start.SignalAndWait(TimeSpan.FromSeconds(30));
                for (var i = 0; i < prompts.Length; i++)
                {
                    var at = (i + t) % prompts.Length;
                    var decision = shared.Classify(Request(Routes, (User, prompts[at])));
                    Assert.Equal(expected[at].Route, decision.Route);
                    Assert.Equal(expected[at].Probability, decision.Probability);
                }
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)));
    }

    [Fact]
    public void WarmUp_BeforeTheFirstRequest_EncodesShortAndLong()
    {
        var pieces = Model.Encoder.EncodedPieces;

        New(Model).WarmUp();

        Assert.InRange(Model.Encoder.EncodedPieces - pieces, SentenceEncoder.MaxPieces / 2, 2 * SentenceEncoder.MaxPieces);
    }
}
