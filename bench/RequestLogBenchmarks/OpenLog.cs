using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.RequestLog.Reading;
using ModelScan.RoutingApi.RequestLog.Records;
using ModelScan.RoutingApi.RequestLog.Stores;
using ModelScan.RoutingApi.RequestLog.Writing;
using ModelScan.RoutingApi.Telemetry;
using ModelScan.RoutingApi.UsageReports;

namespace RequestLogBenchmarks;

/// <summary>A log of requests in a folder of its own, and records to put into it.</summary>
internal sealed class OpenLog : IAsyncDisposable
{
    private static readonly string[] Models = ["openai/gpt-4o", "openai/gpt-4o-mini", "anthropic/claude-sonnet-4-20250514", "groq/llama-3.3-70b"];
    private static readonly string?[] Routes = ["code_generation", "complex_reasoning", "data_analysis", null];

    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly string[] _sessions = [.. Enumerable.Range(0, 1000).Select(number => $"implicit:{number:x16}")];
    private readonly Random _random = new(1);

    public OpenLog(RequestLogConfig config)
    {
        Meters = new RequestLogMeters(_services.GetRequiredService<IMeterFactory>());
        Log = new RequestLogWriter(config, new RequestStoreFactory(NullLogger<RequestStoreFactory>.Instance), Meters, TimeProvider.System, NullLogger<RequestLogWriter>.Instance);
        Queries = new RequestQueries(Log);
    }

    public RequestLogWriter Log { get; }

    public RequestQueries Queries { get; }

    public RequestLogMeters Meters { get; }

    public Task StartAsync() => Log.StartAsync(CancellationToken.None);

    /// <summary>A record as a request in policy mode leaves it.</summary>
    public RequestRecord Record(DateTimeOffset at)
    {
        var id = RequestId.Create(at);
        var model = _random.GetItems(Models, 1)[0];
        var isFailed = _random.Next(50) == 0;
        return new RequestRecord(id)
        {
            TraceId = id.ToTraceId(),
            State = isFailed ? RequestState.Failed : RequestState.Completed,
            Status = isFailed ? 502 : 200,
            ErrorType = isFailed ? "UpstreamTimeout" : null,
            Duration = TimeSpan.FromMicroseconds(_random.Next(1000, 5_000_000)),
            TimeToFirstByte = TimeSpan.FromMicroseconds(_random.Next(500, 900_000)),
            GatewayTime = TimeSpan.FromMicroseconds(_random.Next(20, 900)),
            Key = "key-0123456789ab",
            UserAgent = "claude-cli",
            Session = _random.GetItems(_sessions, 1)[0],
            Pinned = true,
            SessionReason = "held",
            RequestModel = "gpt-4o-mini",
            Mode = "policy",
            ConfigHash = "0123456789ab",
            Route = _random.GetItems(Routes, 1)[0],
            DecidedBy = "embedded",
            Confidence = _random.NextDouble(),
            DecisionTime = TimeSpan.FromMicroseconds(40),
            Why = "cheapest of 2",
            Candidates = [new(model, "chosen", false, 2.5, 10), new("openai/gpt-4o", "ranked", false, 2.5, 10)],
            Attempts = [new(model.Split('/')[0], model, 200, TimeSpan.FromMicroseconds(100), TimeSpan.FromMicroseconds(7000), TimeSpan.FromMicroseconds(9000), "answered", null)],
            Provider = model.Split('/')[0],
            Model = model,
            ResponseModel = "m",
            Usage = isFailed ? null : new TokenUsage { Input = _random.Next(1, 20_000), Output = _random.Next(1, 3000) },
            Cost = isFailed ? CostRecord.Nothing : new CostRecord(CostState.Priced) { Input = 0.01, Output = 0.002, PriceSource = "models.dev", Requested = 0.02 },
        };
    }

    public async ValueTask DisposeAsync()
    {
        await Log.DisposeAsync();
        await _services.DisposeAsync();
    }
}
