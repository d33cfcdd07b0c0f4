using Microsoft.Extensions.Logging.Abstractions;
using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Conversations;
using ModelScan.RoutingApi.Decisions.Sessions;
using ModelScan.RoutingApi.ModelMetrics;
using static ModelScan.Tests.Decisions.Sessions.Conversations;

namespace ModelScan.Tests.Decisions.Sessions;

public sealed class SessionAffinityTests : IAsyncDisposable
{
    private static readonly SessionHeaders Explicit = new(Affinity: "s1");
    private static readonly SessionConfig Replaying = new() { RouteOnUserOnly = true };
    private static readonly PromptCachingConfig NoCaching = new();

    private readonly FakeTimeProvider _clock = new();
    private readonly SessionMetrics _metrics = new();
    private readonly SessionAffinity _affinity;

    public SessionAffinityTests() => _affinity = new SessionAffinity(new SessionConfig(), _clock, new Random(1), _metrics, NullLoggerFactory.Instance);

    public async ValueTask DisposeAsync()
    {
        await _affinity.DisposeAsync();
        _metrics.Dispose();
    }

    [Fact] // F66
    public async Task Begin_LoopStepOfALiveSession_ReplaysAnchorAndRoute()
    {
        await TurnAsync(Replaying, UserTurnFacts, "smart", "code");

        var step = await BeginAsync(Replaying, LoopStepFacts);

        Assert.Equal(new SessionChoice("smart", "code"), step.Replay?.Choice);
        Assert.Equal((true, false, SessionReason.Replayed), (step.Replay!.Pinned, step.Replay.Switched, step.Replay.Reason));
        Assert.Same(step.Replay, _affinity.Conclude(step, "other", "chat", NoPrice));
    }

    [Fact] // F67
    public async Task Begin_LoopStepAfterAnUnmatchedTurn_ReplaysTheRequestedModelWithoutRoute()
    {
        await TurnAsync(Replaying, UserTurnFacts, "none", null);

        Assert.Equal(new SessionChoice("client/model", null), (await BeginAsync(Replaying, LoopStepFacts)).Replay?.Choice);
    }

    [Fact] // F68
    public async Task Begin_LoopStepForAnotherModel_IsNotReplayed()
    {
        await TurnAsync(Replaying, UserTurnFacts, "smart", "code");

        Assert.Null((await BeginAsync(Replaying, LoopStepFacts with { Model = "client/small" })).Replay);
    }

    [Theory]
    [InlineData("F69", 24 * 3600, false)]
    [InlineData("past the TTL", 601, false)]
    [InlineData("a tool that ran for longer than caches are warm", 500, true)]
    public async Task Begin_LoopStepAfterAWhile_IsReplayedWithinTheTtl(string id, int idle, bool replayed)
    {
        await TurnAsync(Replaying, UserTurnFacts, "smart", "code");
        _clock.Advance(TimeSpan.FromSeconds(idle));

        Assert.Equal((id, replayed), (id, (await BeginAsync(Replaying, LoopStepFacts)).Replay is not null));
    }

    [Fact] // F70
    public async Task Begin_LoopStepWithAnotherPrefix_IsNotReplayed()
    {
        await TurnAsync(Replaying, UserTurnFacts, "smart", "code");

        Assert.Null((await BeginAsync(Replaying, LoopStepFacts with { ToolNames = ["bash", "edit"] })).Replay);
    }

    [Fact] // F71
    public async Task Begin_NoOrUnknownSession_IsNotReplayed()
    {
        var none = await _affinity.BeginAsync(LoopStepFacts, default, Replaying, NoCaching, hasRoutes: false);
        var unknown = await BeginAsync(Replaying, LoopStepFacts);

        Assert.Equal((null, null), (none.Key, none.Replay));
        Assert.Equal((SessionReadStatus.Miss, null), (unknown.Read, unknown.Replay));
    }

    [Fact] // F72
    public async Task Begin_AfterASideCallUnderTheSameId_RoutesTheMainLoopAnew()
    {
        await TurnAsync(Replaying, UserTurnFacts, "smart", "code");
        await TurnAsync(Replaying, Facts(Instructions("title generator"), User("name this chat")) with { Model = "client/small" }, "small", "chat");

        var step = await BeginAsync(Replaying, LoopStepFacts);

        Assert.Null(step.Replay);
        Assert.Equal("small", step.Turn.Binding?.AnchorModel);
    }

    [Fact] // F73
    public async Task Begin_Replay_CountsNoSwitchAndRenewsTheBinding()
    {
        await TurnAsync(Replaying, UserTurnFacts, "smart", "code");
        _clock.Advance(TimeSpan.FromSeconds(500));
        await BeginAsync(Replaying, LoopStepFacts);
        _clock.Advance(TimeSpan.FromSeconds(500));

        var step = await BeginAsync(Replaying, LoopStepFacts);

        Assert.Equal((0, "smart"), (step.Replay!.Binding!.Switches, step.Replay.Choice!.Value.Model));
    }

    [Fact] // F65
    public async Task Begin_OptionOff_NeverReplays()
    {
        await TurnAsync(new SessionConfig(), UserTurnFacts, "smart", "code");

        Assert.Null((await BeginAsync(new SessionConfig(), LoopStepFacts)).Replay);
    }

    [Fact]
    public async Task Begin_UserTurnOfASessionForLoopsAlone_FollowsTheRouter()
    {
        await ImplicitTurnAsync(Replaying, NoCaching, "smart");

        Assert.Equal("cheap", (await ImplicitTurnAsync(Replaying, NoCaching, "cheap")).Choice?.Model);
    }

    [Fact]
    public async Task Conclude_ImplicitSessionOfPromptCaching_HoldsItsModelForItsOwnTtl()
    {
        var caching = new PromptCachingConfig(SessionAffinity: true, SessionTtl: TimeSpan.FromSeconds(900));
        await ImplicitTurnAsync(new SessionConfig(), caching, "smart");
        _clock.Advance(TimeSpan.FromSeconds(900));

        // Expired by then in the store; a second less and it is held.
        Assert.Equal("cheap", (await ImplicitTurnAsync(new SessionConfig(), caching, "cheap")).Choice?.Model);
        _clock.Advance(TimeSpan.FromSeconds(899));
        Assert.Equal("cheap", (await ImplicitTurnAsync(new SessionConfig(), caching, "smart")).Choice?.Model);
    }

    [Fact]
    public async Task Begin_HeldSession_SaysSoBeforeTheRouterIsAsked()
    {
        await TurnAsync(new SessionConfig(), UserTurnFacts, "smart", "code");

        var lookup = await BeginAsync(new SessionConfig(), UserTurnFacts);
        var budgeted = await _affinity.BeginAsync(UserTurnFacts, Explicit with { MaxSwitchSpendPct = "10" }, new SessionConfig(), NoCaching, true);

        Assert.Equal(new SessionChoice("smart", "code"), lookup.Held);
        Assert.Equal(lookup.Held, _affinity.Conclude(lookup, "other", "chat", NoPrice).Choice);
        Assert.Equal((null, "code"), (budgeted.Held, budgeted.PinnedRoute));
    }

    [Fact]
    public async Task Begin_AnchorThatIsNoLongerConfigured_StartsAnew()
    {
        await TurnAsync(new SessionConfig(), UserTurnFacts, "retired", "code");

        var lookup = await _affinity.BeginAsync(UserTurnFacts, Explicit, new SessionConfig(), NoCaching, true, model => model != "retired");

        Assert.Null(lookup.Held);
        Assert.Equal(SessionReason.Cold, _affinity.Conclude(lookup, "smart", "code", NoPrice).Reason);
    }

    [Fact]
    public async Task Conclude_NoSession_FollowsTheRouterAndStoresNothing()
    {
        var lookup = await _affinity.BeginAsync(UserTurnFacts, default, new SessionConfig(), NoCaching, true);

        var routed = _affinity.Conclude(lookup, "smart", "code", NoPrice);
        var unmatched = _affinity.Conclude(lookup, "none", null, NoPrice);

        Assert.Equal((new SessionChoice("smart", "code"), SessionReason.NoSession, (SessionBinding?)null), (routed.Choice!.Value, routed.Reason, routed.Binding));
        Assert.Equal(new SessionChoice("client/model", null), unmatched.Choice);
    }

    [Fact]
    public async Task Conclude_TenantsWithTheSameId_HaveSessionsOfTheirOwn()
    {
        var config = new SessionConfig { TenantHeader = "x-tenant" };
        var a = await _affinity.BeginAsync(UserTurnFacts, new SessionHeaders("s1", "a"), config, NoCaching, true);
        _affinity.Conclude(a, "smart", "code", NoPrice);

        var b = await _affinity.BeginAsync(UserTurnFacts, new SessionHeaders("s1", "b"), config, NoCaching, true);

        Assert.Equal((SessionReadStatus.Miss, "s1"), (b.Read, b.Key?.SessionId));
    }

    [Fact]
    public async Task Begin_ModelNameOfExcessiveLength_HasNoSession()
    {
        var lookup = await BeginAsync(new SessionConfig(), UserTurnFacts with { Model = new string('m', 257) });

        Assert.Null(lookup.Key);
    }

    [Fact]
    public async Task Reconfigure_SizeAndTtl_KeepTheSessions()
    {
        await TurnAsync(new SessionConfig(), UserTurnFacts, "smart", "code");
        var changed = new SessionConfig { MaxEntries = 5, Ttl = TimeSpan.FromSeconds(60) };

        await _affinity.ReconfigureAsync(changed);

        Assert.Equal("smart", (await BeginAsync(changed, UserTurnFacts)).Held?.Model);
        _clock.Advance(TimeSpan.FromSeconds(61));
        Assert.Null((await BeginAsync(changed, UserTurnFacts)).Held);
    }

    [Fact]
    public async Task Reconfigure_BadRedisUrl_IsRefusedAndTheFormerStoreStays()
    {
        await TurnAsync(new SessionConfig(), UserTurnFacts, "smart", "code");

        await Assert.ThrowsAsync<FormatException>(async () => await _affinity.ReconfigureAsync(new SessionConfig { Store = SessionStoreKind.Redis, RedisUrl = "redis://" }));
        Assert.Equal("smart", (await BeginAsync(new SessionConfig(), UserTurnFacts)).Held?.Model);
    }

    [Fact]
    public async Task RecordUsage_Answer_RefinesContextAndCost()
    {
        var lookup = await BeginAsync(new SessionConfig(), UserTurnFacts);
        _affinity.Conclude(lookup, "smart", "code", NoPrice);

        await _affinity.RecordUsageAsync(lookup, "smart", new SessionUsage(10_000, 100, 6_000, 2_000, CachedCountedInPrompt: true), _ => new ModelPrice(10, 20, 1));

        var binding = (await BeginAsync(new SessionConfig(), UserTurnFacts)).Turn.Binding!;
        Assert.Equal(8_000, binding.CachedTokens);
        Assert.Equal(((4_000 * 10) + (6_000 * 1) + (2_000 * 10) + (100 * 20)) / 1e6, binding.SessionCostUsd, 12);
    }

    [Fact]
    public async Task RecordUsage_AnswerOfAnotherModel_AddsItsCostOnly()
    {
        var lookup = await BeginAsync(new SessionConfig(), UserTurnFacts);
        _affinity.Conclude(lookup, "smart", "code", NoPrice);

        await _affinity.RecordUsageAsync(lookup, "spare", new SessionUsage(1_000, 0, 500, 0, true), _ => new ModelPrice(10, 20, 10));

        var binding = (await BeginAsync(new SessionConfig(), UserTurnFacts)).Turn.Binding!;
        Assert.Equal((0, 0.01), (binding.CachedTokens, Math.Round(binding.SessionCostUsd, 12)));
    }

    [Fact]
    public async Task BeginAndConclude_Events_AreCounted()
    {
        using var counted = new CountedEvents(_metrics);

        await TurnAsync(Replaying, UserTurnFacts, "smart", "code");
        await TurnAsync(Replaying, UserTurnFacts, "cheap", "code");
        await BeginAsync(Replaying, LoopStepFacts);

        Assert.Equal(
            [
                "brightstaff_session_cache_events_total miss",
                "brightstaff_session_cache_events_total store",
                "brightstaff_session_cache_events_total hit",
                "brightstaff_session_switch_decisions_total retained held",
                "brightstaff_session_cache_events_total store",
                "brightstaff_session_cache_events_total hit",
                "brightstaff_session_binding_events_total refresh",
                "brightstaff_router_skips_total not_user_turn",
                "brightstaff_session_cache_events_total store",
            ],
            counted.All);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("20")]
    public async Task BeginAndConclude_WithTheMemoryStore_AllocateLittle(string? budget)
    {
        var facts = UserTurnFacts;
        var config = new SessionConfig();
        var headers = Explicit with { MaxSwitchSpendPct = budget };
        for (var i = 0; i < 50; i++)
            Round();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
            Round();

        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / 100, 0, 1024);
        await Task.CompletedTask;

        void Round()
        {
            var begin = _affinity.BeginAsync(facts, headers, config, NoCaching, true);
            Assert.True(begin.IsCompletedSuccessfully);
#pragma warning disable CA2012, MA0042 // It has completed, and a thread's allocations can only be counted on that thread.
            _affinity.Conclude(begin.Result, "smart", "code", NoPrice);
#pragma warning restore CA2012, MA0042
        }
    }

    private static RequestFacts UserTurnFacts => new("client/model", [Instructions("s"), User("fix it")], ["bash"]);

    private static RequestFacts LoopStepFacts => new("client/model", [Instructions("s"), User("fix it"), Assistant("ls"), Tool("main.cs")], ["bash"]);

    private static readonly Func<string, ModelPrice?> NoPrice = _ => null;

    private ValueTask<SessionLookup> BeginAsync(SessionConfig config, RequestFacts facts) => _affinity.BeginAsync(facts, Explicit, config, NoCaching, hasRoutes: true);

    private async Task<SessionOutcome> TurnAsync(SessionConfig config, RequestFacts facts, string model, string? route)
        => _affinity.Conclude(await BeginAsync(config, facts), model, route, NoPrice);

    private async Task<SessionOutcome> ImplicitTurnAsync(SessionConfig config, PromptCachingConfig caching, string model)
        => _affinity.Conclude(await _affinity.BeginAsync(UserTurnFacts, default, config, caching, hasRoutes: true), model, "code", NoPrice);
}
