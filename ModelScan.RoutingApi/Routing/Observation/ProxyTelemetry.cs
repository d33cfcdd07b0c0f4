using System.Diagnostics;
using System.Text;
using System.Text.Json;
using ModelScan.RoutingApi.Decisions;
using ModelScan.RoutingApi.Dialects;
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
        return new AttemptObservation(exchange, request, StartSpan(exchange, request), meters, latencies, time, now);
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
        try
        {
            var messages = RequestReader.Read(exchange.Format, exchange.Body).Facts.Messages;
            span.SetTag(TelemetryNames.SystemInstructions, Json(json =>
            {
                foreach (var message in messages.Where(message => message.Role == ConversationRole.System))
                    WriteTextPart(json, message.Text);
            }));
            span.SetTag(TelemetryNames.InputMessages, Json(json =>
            {
                foreach (var message in messages.Where(message => message.Role != ConversationRole.System))
                {
                    json.WriteStartObject();
                    json.WriteString("role", message.Role switch { ConversationRole.Assistant => "assistant", ConversationRole.Tool => "tool", _ => "user" });
                    json.WriteStartArray("parts");
                    WriteTextPart(json, message.Text);
                    json.WriteEndArray();
                    json.WriteEndObject();
                }
            }));
        }
        catch (InvalidRequestException)
        {
            // The provider will say what is wrong with it.
        }
    }

    private static void WriteTextPart(Utf8JsonWriter json, string text)
    {
        json.WriteStartObject();
        json.WriteString("type", "text");
        json.WriteString("content", text);
        json.WriteEndObject();
    }

    private static string Json(Action<Utf8JsonWriter> writeItems)
    {
        using var memory = new MemoryStream();
        using (var json = new Utf8JsonWriter(memory))
        {
            json.WriteStartArray();
            writeItems(json);
            json.WriteEndArray();
        }

        return Encoding.UTF8.GetString(memory.GetBuffer(), 0, (int)memory.Length);
    }
}
