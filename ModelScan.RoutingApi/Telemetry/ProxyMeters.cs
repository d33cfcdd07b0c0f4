using System.Diagnostics.Metrics;

namespace ModelScan.RoutingApi.Telemetry;

/// <summary>What is measured of requests to models: OpenTelemetry's names and Plano's side by side.</summary>
internal sealed class ProxyMeters
{
    private static readonly double[] SecondsOfAnswers = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120];
    private static readonly double[] SecondsOfRequests = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
    private static readonly double[] SecondsOfOperations = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];
    private static readonly double[] SecondsOfOverhead = [0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1];
    private static readonly double[] Tokens = [1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864];

    public ProxyMeters(IMeterFactory meters)
    {
        var meter = meters.Create(GatewayMeter.Name);
        Duration = Histogram(meter, TelemetryNames.OperationDuration, "s", "From sending a request to a model to the end of its answer.", SecondsOfOperations);
        TimeToFirstChunk = Histogram(meter, TelemetryNames.TimeToFirstChunk, "s", "From sending a request to a model to the first piece of a streamed answer.", SecondsOfOperations);
        TokenUsage = meter.CreateHistogram<long>(TelemetryNames.TokenUsage, "{token}", "Tokens of an answer as the provider reports them.", null, new InstrumentAdvice<long> { HistogramBucketBoundaries = [.. Tokens.Select(count => (long)count)] });
        Overhead = Histogram(meter, TelemetryNames.Overhead, "s", "From a client's request to sending the first attempt: what the gateway adds.", SecondsOfOverhead);

        Requests = meter.CreateCounter<long>(TelemetryNames.Requests, "{request}", "Requests of clients by the mode and the route that they took.");
        RequestCost = meter.CreateCounter<double>(TelemetryNames.RequestCost, "{USD}", "What answers cost, where price and tokens are known.");
        Fallbacks = meter.CreateCounter<long>(TelemetryNames.Fallbacks, "{request}", "Requests that direct mode had to take over from another mode.");

        CoolDowns = meter.CreateCounter<long>(TelemetryNames.CoolDowns, "{event}", "Times that a provider, a key or a model was left alone after failures.");

        UpstreamRequests = meter.CreateCounter<long>("brightstaff_llm_upstream_requests_total", null, "Requests sent to models.");
        UpstreamDuration = Histogram(meter, "brightstaff_llm_upstream_duration_seconds", null, "Duration of requests to models.", SecondsOfAnswers);
        TimeToFirstToken = Histogram(meter, "brightstaff_llm_time_to_first_token_seconds", null, "Time to the first piece of an answer.", SecondsOfAnswers);
        TokensTotal = meter.CreateCounter<long>("brightstaff_llm_tokens_total", null, "Tokens by kind.");
        UsageMissing = meter.CreateCounter<long>("brightstaff_llm_tokens_usage_missing_total", null, "Answers without a report of tokens.");
        PromptCache = meter.CreateCounter<long>("brightstaff_prompt_cache_requests_total", null, "Answers by whether the provider read from its prompt cache.");
        Decisions = meter.CreateCounter<long>("brightstaff_router_decisions_total", null, "Decisions of the router.");
        DecisionDuration = Histogram(meter, "brightstaff_router_decision_duration_seconds", null, "Duration of decisions.", SecondsOfRequests);
        RoutingService = meter.CreateCounter<long>("brightstaff_routing_service_requests_total", null, "Answers of the decision endpoints.");
        HttpRequests = meter.CreateCounter<long>("brightstaff_http_requests_total", null, "Requests of clients.");
        HttpDuration = Histogram(meter, "brightstaff_http_request_duration_seconds", null, "Duration of requests of clients.", SecondsOfRequests);
        HttpInFlight = meter.CreateUpDownCounter<long>("brightstaff_http_in_flight_requests", null, "Requests of clients being worked on.");
    }

    /// <summary>What labels call models.</summary>
    public ModelLabels Models { get; } = new();

    public Histogram<double> Duration { get; }

    public Histogram<double> TimeToFirstChunk { get; }

    public Histogram<long> TokenUsage { get; }

    public Histogram<double> Overhead { get; }

    public Counter<long> Fallbacks { get; }

    /// <summary>By mode, route and class of status.</summary>
    public Counter<long> Requests { get; }

    /// <summary>In USD, by route, provider and model.</summary>
    public Counter<double> RequestCost { get; }

    public Counter<long> CoolDowns { get; }

    public Counter<long> UpstreamRequests { get; }

    public Histogram<double> UpstreamDuration { get; }

    public Histogram<double> TimeToFirstToken { get; }

    public Counter<long> TokensTotal { get; }

    public Counter<long> UsageMissing { get; }

    public Counter<long> PromptCache { get; }

    public Counter<long> Decisions { get; }

    public Histogram<double> DecisionDuration { get; }

    public Counter<long> RoutingService { get; }

    public Counter<long> HttpRequests { get; }

    public Histogram<double> HttpDuration { get; }

    public UpDownCounter<long> HttpInFlight { get; }

    /// <summary>Counts a cool-down.</summary>
    public void CooledDown(string scope, string name, string reason) => CoolDowns.Add(
        1,
        new KeyValuePair<string, object?>("scope", scope),
        new KeyValuePair<string, object?>("name", name),
        new KeyValuePair<string, object?>("reason", reason));

    private static Histogram<double> Histogram(Meter meter, string name, string? unit, string description, double[] buckets) =>
        meter.CreateHistogram(name, unit, description, null, new InstrumentAdvice<double> { HistogramBucketBoundaries = buckets });
}
