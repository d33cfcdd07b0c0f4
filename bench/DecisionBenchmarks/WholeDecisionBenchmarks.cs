using System.Buffers;
using System.Text.Json;
using BenchmarkDotNet.Attributes;
using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Conversations.Reading;
using ModelScan.RoutingApi.Decisions;
using ModelScan.RoutingApi.Decisions.Sessions;
using ModelScan.RoutingApi.Endpoints;
using ModelScan.RoutingApi.Wire;

namespace DecisionBenchmarks;

/// <summary>
/// What the decision endpoint does with a request of 1 KB, without HTTP and with a classifier that costs nothing: read, decide,
/// write. The aim is less than 20 µs and 4 KB.
/// </summary>
[MemoryDiagnoser]
public class WholeDecisionBenchmarks
{
    private const string TraceId = "0af7651916cd43dd8448eb211c80319c";

    private readonly ArrayBufferWriter<byte> _answer = new(1024);
    private EngineUnderTest _rig = null!;
    private byte[] _body = [];
    private RouteDecision _decision = null!;

    [Params(ApiFormat.ChatCompletions, ApiFormat.Messages, ApiFormat.Responses)]
    public ApiFormat Format { get; set; }

    // BenchmarkDotNet's in-process toolchain does not wait for a preparation that is asynchronous.
    [GlobalSetup]
    public void Prepare()
    {
        _rig = EngineUnderTest.StartAsync(withPrices: true).GetAwaiter().GetResult();
        _body = RequestBodies.Of(Format, 1024);
        _decision = Decide(default);
        if (WithoutSession() < 100)
            throw new InvalidOperationException("no answer was written");
    }

    [GlobalCleanup]
    public void CleanUp() => _rig.DisposeAsync().AsTask().GetAwaiter().GetResult();

    [Benchmark(Baseline = true)]
    public int WithoutSession() => Write(Decide(default));

    [Benchmark]
    public int InPinnedSession() => Write(Decide(new SessionHeaders(Affinity: "benchmark")));

    [Benchmark]
    public int WriteOnly() => Write(_decision);

    private RouteDecision Decide(SessionHeaders session)
    {
        var read = RequestReader.Read(Format, _body);
        var routes = InlineRoutes.Read(read.InlineRoutes, read.InlinePolicy, new InlineRoutesConfig(), out var note);
        return _rig.Decide(new DecisionRequest(read.Facts, routes, note, session, Explain: false));
    }

    private int Write(RouteDecision decision)
    {
        _answer.ResetWrittenCount();
        using var writer = new Utf8JsonWriter(_answer);
        DecisionResponse.Write(writer, decision, TraceId, DateTimeOffset.UnixEpoch, "hash");
        writer.Flush();
        return _answer.WrittenCount;
    }
}
