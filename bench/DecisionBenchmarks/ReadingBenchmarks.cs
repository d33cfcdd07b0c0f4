using BenchmarkDotNet.Attributes;
using ModelScan.RoutingApi.Conversations;
using ModelScan.RoutingApi.Conversations.Reading;
using ModelScan.RoutingApi.Wire;

namespace DecisionBenchmarks;

/// <summary>One pass over a request's body.</summary>
[MemoryDiagnoser]
public class ReadingBenchmarks
{
    private byte[] _body = [];

    [Params(ApiFormat.ChatCompletions, ApiFormat.Messages, ApiFormat.Responses)]
    public ApiFormat Format { get; set; }

    [Params(80, 1024, 32 * 1024)]
    public int Bytes { get; set; }

    [GlobalSetup]
    public void Prepare() => _body = RequestBodies.Of(Format, Bytes);

    [Benchmark]
    public RequestFacts Read() => RequestReader.Read(Format, _body).Facts;
}
