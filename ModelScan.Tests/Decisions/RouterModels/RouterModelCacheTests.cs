using ModelScan.RoutingApi.Conversations;
using ModelScan.RoutingApi.Decisions;
using ModelScan.RoutingApi.Decisions.RouterModels;
using static ModelScan.Tests.Decisions.RouterModels.RouterModelServer;
using static ModelScan.Tests.Decisions.RouterModels.Sample;

namespace ModelScan.Tests.Decisions.RouterModels;

public sealed class RouterModelCacheTests
{
    [Fact]
    public async Task Classify_SameConversationAgain_AsksOnceAndSaysSo()
    {
        await using var server = await StartAsync();
        server.Answer = Completion("""{"route": "Image generation"}""");
        var classifier = server.Classifier();

        await classifier.ClassifyAsync(Ask("draw a cat"), default);
        var again = await classifier.ClassifyAsync(Ask("draw a cat"), default);

        Assert.Single(server.Requests);
        Assert.Equal("Image generation", again.Route);
        Assert.Equal(["decision taken from the cache"], again.Notes);
    }

    [Fact]
    public async Task Classify_OldMessagesThatAreNotShown_DoNotMatter()
    {
        await using var server = await StartAsync();
        var classifier = server.Classifier();

        await classifier.ClassifyAsync(Ask(new ConversationMessage(ConversationRole.System, "one"), User("draw a cat")), default);
        await classifier.ClassifyAsync(Ask(new ConversationMessage(ConversationRole.System, "two"), User("draw a cat")), default);

        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Classify_OtherConversationOrRoutes_AsksAgain()
    {
        await using var server = await StartAsync();
        var classifier = server.Classifier();

        await classifier.ClassifyAsync(Ask("draw a cat"), default);
        await classifier.ClassifyAsync(Ask("draw a dog"), default);
        await classifier.ClassifyAsync(new ClassificationRequest(new RouteSet([.. Routes.Routes.Skip(1)]), [User("draw a cat")]), default);

        Assert.Equal(3, server.Requests.Count);
    }

    [Fact]
    public async Task Classify_DecisionTooOld_AsksAgain()
    {
        await using var server = await StartAsync();
        var classifier = server.Classifier();

        await classifier.ClassifyAsync(Ask("draw a cat"), default);
        server.Clock.Advance(TimeSpan.FromMinutes(5));
        await classifier.ClassifyAsync(Ask("draw a cat"), default);

        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task Classify_CacheOff_AsksEveryTime()
    {
        await using var server = await StartAsync();
        var classifier = server.Classifier(options => options with { CacheDecisions = false });

        await classifier.ClassifyAsync(Ask("draw a cat"), default);
        await classifier.ClassifyAsync(Ask("draw a cat"), default);

        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task Classify_Failure_IsNotKept()
    {
        await using var server = await StartAsync();
        server.Answer = Raw(503, "");
        var classifier = server.Classifier();

        await classifier.ClassifyAsync(Ask("draw a cat"), default);
        server.Answer = Completion("""{"route": "Image generation"}""");
        var second = await classifier.ClassifyAsync(Ask("draw a cat"), default);

        Assert.Equal("Image generation", second.Route);
    }

    [Fact]
    public async Task Classify_SameQuestionAtTheSameTime_IsOneCallThatOutlivesItsFirstCaller()
    {
        await using var server = await StartAsync();
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        server.Answer = async context =>
        {
            await gate.Task.WaitAsync(TimeSpan.FromSeconds(30), context.RequestAborted);
            await Completion("""{"route": "Image generation"}""")(context);
        };
        var classifier = server.Classifier();
        using var impatient = new CancellationTokenSource();

        // The second caller has joined when ClassifyAsync returns: everything up to there runs synchronously.
        var first = classifier.ClassifyAsync(Ask("draw a cat"), impatient.Token).AsTask();
        var second = classifier.ClassifyAsync(Ask("draw a cat"), default).AsTask();
        Assert.True(await server.Received.WaitAsync(TimeSpan.FromSeconds(30)), "the request did not arrive");
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        gate.SetResult();
        var decision = await second.WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal("Image generation", decision.Route);
        Assert.Single(server.Requests);
    }

    [Fact]
    public void Keep_MoreThanTheCapacity_DropsTheLeastRecentlyUsed()
    {
        var recent = new RecentDecisions(2, TimeSpan.FromMinutes(1), new FakeTimeProvider());
        recent.Keep(1, RouterAnswer.NoMatch);
        recent.Keep(2, RouterAnswer.NoMatch);
        _ = recent.Find(1);

        recent.Keep(3, RouterAnswer.NoMatch);

        Assert.NotNull(recent.Find(1));
        Assert.Null(recent.Find(2));
        Assert.NotNull(recent.Find(3));
    }

    [Fact]
    public void Keep_KnownKey_ReplacesTheAnswerAndItsAge()
    {
        var clock = new FakeTimeProvider();
        var recent = new RecentDecisions(2, TimeSpan.FromMinutes(1), clock);
        recent.Keep(1, RouterAnswer.NoMatch);
        clock.Advance(TimeSpan.FromSeconds(40));

        recent.Keep(1, new RouterAnswer(["a"], []));
        clock.Advance(TimeSpan.FromSeconds(40));

        Assert.Equal(["a"], recent.Find(1)!.Routes);
    }

    [Fact]
    public void Find_UsedOften_StillAges()
    {
        var clock = new FakeTimeProvider();
        var recent = new RecentDecisions(2, TimeSpan.FromMinutes(1), clock);
        recent.Keep(1, RouterAnswer.NoMatch);
        clock.Advance(TimeSpan.FromSeconds(40));
        Assert.NotNull(recent.Find(1));
        clock.Advance(TimeSpan.FromSeconds(40));

        Assert.Null(recent.Find(1));
    }
}
