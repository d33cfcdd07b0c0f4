using System.Net.Http.Headers;
using ModelScan.RoutingApi.Pipeline;
using ModelScan.RoutingApi.Providers;
using ModelScan.RoutingApi.Resources;
using ModelScan.RoutingApi.Routing.Observation;

namespace ModelScan.RoutingApi.Routing.Attempts;

/// <summary>A provider's answer whose headers have arrived, and what is needed to bring it to the client.</summary>
internal sealed record ProviderAnswer(
    RoutePlan Plan, UpstreamRequest Request, HttpResponseMessage Response, AttemptDeadline Deadline, KeepAlive? KeepAlive, AttemptObservation Observation, MemoryBudget Budget)
{
    /// <summary>Piece size to begin with: what arrives at once of a streamed answer is smaller, and many streams wait at a time.</summary>
    public const int SmallPiece = 8 * 1024;

    /// <summary>Piece size for answers that fill the smaller one.</summary>
    public const int LargePiece = 64 * 1024;

    public ModelTarget Target => Request.Target;

    private const string EventStream = "text/event-stream";

    /// <summary>Whether the body is a stream of events: server-sent ones, or Amazon's.</summary>
    public bool IsEventStream { get; } = Response.Content.Headers.NonValidated.TryGetValues("Content-Type", out var types)
        && (IsMediaType(types.ToString(), EventStream) || (Request.Format == ApiFormat.Converse && IsMediaType(types.ToString(), EventStreamReader.MediaType)));

    /// <summary>The body's media type, if the provider named one.</summary>
    public string? MediaType => Response.Content.Headers.NonValidated.TryGetValues("Content-Type", out var values)
        && MediaTypeHeaderValue.TryParse(values.ToString(), out var type) ? type.MediaType : null;

    /// <summary>A header's first value, or <see langword="null"/>.</summary>
    public string? Header(string name) =>
        Response.Headers.NonValidated.TryGetValues(name, out var values) || Response.Content.Headers.NonValidated.TryGetValues(name, out values) ? values.First() : null;

    /// <summary>Whether the body is compressed.</summary>
    public bool IsEncoded => Response.Content.Headers.NonValidated.Contains("Content-Encoding");

    /// <summary>
    /// Whether the transfer itself says where the answer ends. Without (an old server that closes the connection) a complete
    /// answer and a broken one look alike.
    /// </summary>
    public bool IsFramed => Response.Version.Major >= 2 || Response.Content.Headers.ContentLength is not null || Response.Headers.TransferEncodingChunked == true;

    /// <summary>The failure behind an exception while the answer was read; <see langword="null"/> for a defect, or when the client left.</summary>
    public AttemptFailure? FailureOf(Exception exception) => Plan.Response.ClientLeft.IsCancellationRequested
        ? null
        : AttemptFailures.Of(Target, exception, Deadline, Plan.Limits);

    // "text/event-stream; charset=utf-8": what follows the type is of no interest.
    private static bool IsMediaType(ReadOnlySpan<char> header, string type)
    {
        var end = header.IndexOf(';');
        return (end < 0 ? header : header[..end]).Trim().Equals(type, StringComparison.OrdinalIgnoreCase);
    }
}
