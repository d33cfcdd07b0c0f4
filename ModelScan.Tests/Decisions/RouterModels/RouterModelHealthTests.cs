using Microsoft.Extensions.Logging;
using static ModelScan.Tests.Decisions.RouterModels.RouterModelServer;
using static ModelScan.Tests.Decisions.RouterModels.Sample;

namespace ModelScan.Tests.Decisions.RouterModels;

public sealed class RouterModelHealthTests
{
    [Fact]
    public async Task Classify_EndpointFailsAndRecovers_LogsEachChangeOnce()
    {
        await using var server = await StartAsync();
        var classifier = server.Classifier();

        server.Answer = Raw(503, "down");
        await classifier.ClassifyAsync(Ask("one"), default);
        await classifier.ClassifyAsync(Ask("two"), default);
        await classifier.ClassifyAsync(Ask("three"), default);
        server.Answer = Completion("{}");
        await classifier.ClassifyAsync(Ask("four"), default);
        await classifier.ClassifyAsync(Ask("five"), default);

        Assert.Equal([LogLevel.Warning, LogLevel.Information], server.Logs.Select(log => log.Level));
        Assert.Contains("HTTP 503: down", server.Logs.First().Message, StringComparison.Ordinal);
        Assert.Contains("after 3 failures", server.Logs.Last().Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Classify_EndpointFlaps_WarnsOnceAMinute()
    {
        await using var server = await StartAsync();
        var classifier = server.Classifier(options => options with { CacheDecisions = false });
        await FlapAsync();
        await FlapAsync();
        server.Clock.Advance(TimeSpan.FromMinutes(1));
        await FlapAsync();

        Assert.Equal(2, server.Logs.Count(log => log.Level == LogLevel.Warning));

        async Task FlapAsync()
        {
            server.Answer = Raw(503, "down");
            await classifier.ClassifyAsync(Ask("one"), default);
            server.Answer = Completion("{}");
            await classifier.ClassifyAsync(Ask("one"), default);
        }
    }

    [Fact]
    public async Task Classify_Failures_DoNotLogThePrompt()
    {
        await using var server = await StartAsync();
        server.Answer = Completion("no JSON at all");

        await server.Classifier().ClassifyAsync(Ask("my secret plan"), default);

        Assert.DoesNotContain("secret", Assert.Single(server.Logs).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Classify_NobodyAnswersThreeTimes_PausesForFiveSeconds()
    {
        await using var server = await StartAsync();
        var reachable = false;
        server.Answer = context =>
        {
            if (!reachable)
                context.Abort();
            return reachable ? Completion("""{"route": "Image generation"}""")(context) : Task.CompletedTask;
        };
        var classifier = server.Classifier();
        for (var i = 0; i < 3; i++)
            await classifier.ClassifyAsync(Ask($"{i}"), default);
        reachable = true;

        var paused = await classifier.ClassifyAsync(Ask("paused"), default);
        server.Clock.Advance(TimeSpan.FromSeconds(5));
        var resumed = await classifier.ClassifyAsync(Ask("resumed"), default);

        Assert.Equal("router model failed, embedded decided: not asked, it has not answered lately", paused.Notes[0]);
        Assert.Equal("Image generation", resumed.Route);
        Assert.Equal(4, server.Requests.Count);
    }

    [Fact]
    public async Task Classify_EndpointRefusesThreeTimes_IsAskedAgain()
    {
        await using var server = await StartAsync();
        server.Answer = Raw(429, "slow down");
        var classifier = server.Classifier();

        for (var i = 0; i < 4; i++)
            await classifier.ClassifyAsync(Ask($"{i}"), default);

        Assert.Equal(4, server.Requests.Count);
    }
}
