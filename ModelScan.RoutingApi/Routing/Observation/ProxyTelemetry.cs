using System.Diagnostics;
using ModelScan.RoutingApi.ModelMetrics;
using ModelScan.RoutingApi.Pipeline;
using ModelScan.RoutingApi.Providers.Catalogue;
using ModelScan.RoutingApi.Routing.Attempts;
using ModelScan.RoutingApi.Routing.Observation.Content;
using ModelScan.RoutingApi.Telemetry;

namespace ModelScan.RoutingApi.Routing.Observation;

/// <summary>Observes requests to models: a span per attempt, the meters, and the latencies by which models are ranked.</summary>
internal sealed class ProxyTelemetry(ProxyMeters meters, ObservedLatency latencies, TimeProvider time, IConfiguration configuration)
{
    private static readonly ActivitySource Source = new(GatewayMeter.Name);

    // OpenTelemetry's own switch: what people write stays out of spans unless somebody asks for it.
    private readonly bool _capturesContent = string.Equals(configuration["OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"], "true", StringComparison.OrdinalIgnoreCase);

    /// <summary>Begins to observe an attempt; its span is current until the observation is disposed.</summary>
    /// <param name="plan">The client's request.</param>
    /// <param name="request">What is sent.</param>
    /// <param name="number">Which attempt it is, from 1.</param>
    public AttemptObservation Begin(RoutePlan plan, UpstreamRequest request, int number)
    {
        var now = time.GetTimestamp();
        if (number == 1)
            meters.Overhead.Record(time.GetElapsedTime(plan.Request.Started, now).TotalSeconds, new KeyValuePair<string, object?>(TelemetryNames.Mode, plan.Mode));
        var span = StartSpan(plan, request, number);
        var content = _capturesContent && plan.Request.Door is null && span is { IsAllDataRequested: true } ? new AnswerContent(request.Format) : null;
        return new AttemptObservation(plan, request, number, span, content, meters, latencies, time, now);
    }

    /// <summary>Puts what the gateway did on the server's span of the request.</summary>
    public static void Describe(Activity? span, RouteResult result)
    {
        if (span is not { IsAllDataRequested: true })
            return;
        var plan = result.Plan;
        span.SetTag(TelemetryNames.RequestId, plan.Request.Id.ToString());
        span.SetTag(TelemetryNames.Mode, plan.Mode);
        span.SetTag(TelemetryNames.Fallback, plan.Terms.FallbackReason);
        span.SetTag(TelemetryNames.Model, result.Target?.Name);
        span.SetTag(TelemetryNames.Attempts, result.AttemptCount);
        span.SetTag(TelemetryNames.Route, plan.Route);
        span.SetTag(TelemetryNames.DecidedBy, plan.Decision?.DecidedBy);
        span.SetTag(TelemetryNames.Session, plan.Decision?.SessionId);
        if (plan.Request.Guards is { } guards)
        {
            span.SetTag(TelemetryNames.Guards, guards.Entries.Count > 0 ? guards.ToString() : null);
            span.SetTag(TelemetryNames.ResponseCache, guards.Cache);
        }
    }

    /// <summary>What is asked for, by OpenTelemetry's <c>gen_ai.operation.name</c>; doors for which it has no name, by their own.</summary>
    public static string Operation(ClientRequest request) => request.Door?.Door switch
    {
        null => "chat",
        ProviderDoor.Completions => "text_completion",
        { } door => door.Name(),
    };

    private Activity? StartSpan(RoutePlan plan, UpstreamRequest request, int number)
    {
        if (!Source.HasListeners())
            return null;
        var target = request.Target;
        var operation = Operation(plan.Request);
        var span = Source.StartActivity($"{operation} {target.ModelId}", ActivityKind.Client, Activity.Current is null ? plan.Request.TraceParent : default);
        if (span is not { IsAllDataRequested: true })
            return span;
        var address = request.Address;
        span.SetTag(TelemetryNames.Operation, operation);
        span.SetTag(TelemetryNames.Provider, target.Api.TelemetryName);
        span.SetTag(TelemetryNames.RequestModel, target.ModelId);
        span.SetTag(TelemetryNames.RequestStream, plan.Request.Envelope.Stream);
        span.SetTag(TelemetryNames.Conversation, plan.Decision?.SessionId);
        span.SetTag(TelemetryNames.ServerAddress, address.Host);
        span.SetTag(TelemetryNames.ServerPort, address.Port);
        span.SetTag(TelemetryNames.Attempts, number);
        if (_capturesContent && plan.Request.Door is null)
            CaptureInput(span, plan.Request);
        return span;
    }

    private static void CaptureInput(Activity span, ClientRequest request)
    {
        if (PromptContent.Read(request.Format, request.Body) is not { } content)
            return;
        span.SetTag(TelemetryNames.SystemInstructions, content.SystemInstructions);
        span.SetTag(TelemetryNames.InputMessages, content.InputMessages);
    }
}
