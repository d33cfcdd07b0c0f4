using System.Diagnostics;
using ModelScan.RoutingApi.Dialects.Content;
using ModelScan.RoutingApi.ModelMetrics;
using ModelScan.RoutingApi.Routing.Attempts;
using ModelScan.RoutingApi.Telemetry;

namespace ModelScan.RoutingApi.Routing.Observation;

/// <summary>Observes requests to models: a span per attempt, the meters, and the latencies by which models are ranked.</summary>
internal sealed class ProxyTelemetry(ProxyMeters meters, ObservedLatency latencies, TimeProvider time, IConfiguration configuration)
{
    private static readonly ActivitySource Source = new(GatewayMeter.Name);

    // OpenTelemetry's own switch: what people write stays out of spans unless somebody asks for it.
    private readonly bool _capturesContent = string.Equals(configuration["OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"], "true", StringComparison.OrdinalIgnoreCase);

    /// <summary>Begins to observe an attempt; its span is current until the observation is disposed.</summary>
    public AttemptObservation Begin(ProxyExchange exchange, UpstreamRequest request)
    {
        var now = time.GetTimestamp();
        if (exchange.Attempts == 1)
            meters.Overhead.Record(time.GetElapsedTime(exchange.Started, now).TotalSeconds, new KeyValuePair<string, object?>(TelemetryNames.Mode, exchange.Mode));
        var span = StartSpan(exchange, request);
        var content = _capturesContent && span is { IsAllDataRequested: true } ? new AnswerContent(request.Format) : null;
        return new AttemptObservation(exchange, request, span, content, meters, latencies, time, now);
    }

    /// <summary>Puts what the gateway did on the server's span of the request.</summary>
    public static void Describe(ProxyExchange exchange)
    {
        if (exchange.Http.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpActivityFeature>()?.Activity is not { IsAllDataRequested: true } span)
            return;
        span.SetTag(TelemetryNames.Mode, exchange.Mode);
        span.SetTag(TelemetryNames.Fallback, exchange.FallbackReason);
        span.SetTag(TelemetryNames.Model, exchange.Target?.Name);
        span.SetTag(TelemetryNames.Attempts, exchange.Attempts);
        span.SetTag(TelemetryNames.Route, exchange.Route);
        span.SetTag(TelemetryNames.DecidedBy, exchange.Decision?.DecidedBy);
        span.SetTag(TelemetryNames.Session, exchange.Decision?.SessionId);
    }

    private Activity? StartSpan(ProxyExchange exchange, UpstreamRequest request)
    {
        if (!Source.HasListeners())
            return null;
        var target = request.Target;
        var span = Source.StartActivity($"chat {target.ModelId}", ActivityKind.Client);
        if (span is not { IsAllDataRequested: true })
            return span;
        var address = target.AddressOf(request.Format);
        span.SetTag(TelemetryNames.Operation, "chat");
        span.SetTag(TelemetryNames.Provider, target.Api.TelemetryName);
        span.SetTag(TelemetryNames.RequestModel, target.ModelId);
        span.SetTag(TelemetryNames.RequestStream, exchange.Envelope.Stream);
        span.SetTag(TelemetryNames.Conversation, exchange.Decision?.SessionId);
        span.SetTag(TelemetryNames.ServerAddress, address.Host);
        span.SetTag(TelemetryNames.ServerPort, address.Port);
        span.SetTag(TelemetryNames.Attempts, exchange.Attempts);
        if (_capturesContent)
            CaptureInput(span, exchange);
        return span;
    }

    private static void CaptureInput(Activity span, ProxyExchange exchange)
    {
        if (PromptContent.Read(exchange.Format, exchange.Body) is not { } content)
            return;
        span.SetTag(TelemetryNames.SystemInstructions, content.SystemInstructions);
        span.SetTag(TelemetryNames.InputMessages, content.InputMessages);
    }
}
