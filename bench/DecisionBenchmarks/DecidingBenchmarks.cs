using BenchmarkDotNet.Attributes;
using ModelScan.RoutingApi.Conversations;
using ModelScan.RoutingApi.Conversations.Reading;
using ModelScan.RoutingApi.Decisions;
using ModelScan.RoutingApi.Decisions.Sessions;
using ModelScan.RoutingApi.Wire;

namespace DecisionBenchmarks;

/// <summary>A decision about a request of 1 KB whose facts are read already; the classifier costs nothing.</summary>
[MemoryDiagnoser]
public class DecidingBenchmarks
{
    private EngineUnderTest _rig = null!;
    private RequestFacts _facts = null!;

    [Params(false, true)]
    public bool Prices { get; set; }

    // BenchmarkDotNet's in-process toolchain does not wait for a preparation that is asynchronous.
    [GlobalSetup]
    public void Prepare()
    {
        _rig = EngineUnderTest.StartAsync(Prices).GetAwaiter().GetResult();
        _facts = RequestReader.Read(ApiFormat.ChatCompletions, RequestBodies.Of(ApiFormat.ChatCompletions, 1024)).Facts;
        if (WithoutSession() is not { Route: "code_generation", Models.Count: 3, SessionId: null })
            throw new InvalidOperationException("the fixed route was not taken");
        InPinnedSession();
        if (InPinnedSession() is not { DecidedBy: "session", Pinned: true })
            throw new InvalidOperationException("the session did not hold");
        WithBudget();
        if (WithBudget() is not { DecidedBy: "fixed", Pinned: true })
            throw new InvalidOperationException("the budgeted session is not alive");
    }

    [GlobalCleanup]
    public void CleanUp() => _rig.DisposeAsync().AsTask().GetAwaiter().GetResult();

    [Benchmark(Baseline = true)]
    public RouteDecision WithoutSession() => Decide(default);

    [Benchmark]
    public RouteDecision InPinnedSession() => Decide(new SessionHeaders(Affinity: "benchmark"));

    [Benchmark]
    public RouteDecision WithBudget() => Decide(new SessionHeaders(Affinity: "budgeted", MaxSwitchSpendPct: "20"));

    private RouteDecision Decide(SessionHeaders session) => _rig.Decide(new DecisionRequest(_facts, null, null, session, Explain: false));
}
