using System.Diagnostics;
using ModelScan.RoutingApi.Dialects;
using ModelScan.RoutingApi.Dialects.Canonical;
using ModelScan.RoutingApi.Dialects.Envelope;
using ModelScan.RoutingApi.Dialects.Translation;
using ModelScan.RoutingApi.RequestLog.Records;

namespace ModelScan.RoutingApi.Pipeline;

/// <summary>
/// What a client asked, whichever way it came: over HTTP, or from a program that holds the gateway as a library. Immutable, and valid to
/// the end of the request; it is served by the snapshot that was in force when it came.
/// </summary>
internal sealed class ClientRequest
{
    private readonly TimeProvider _time;
    private readonly long _started;
    private RequestEnvelope? _envelope;
    private Request? _wishes;
    private string? _traceId;

    /// <summary>Reads what routing needs to know of the body.</summary>
    /// <param name="format">The client's format.</param>
    /// <param name="kind">What it wants to have.</param>
    /// <param name="memory">The body; whoever made it disposes it when the request is over.</param>
    /// <param name="headers">The client's headers.</param>
    /// <param name="snapshot">The configuration in force.</param>
    /// <param name="time">The clock.</param>
    /// <param name="started">When the request came, as a timestamp of the clock.</param>
    /// <exception cref="InvalidRequestException">The body is not a JSON object, or its model or stream flag has a wrong type.</exception>
    public ClientRequest(ApiFormat format, RequestKind kind, RequestMemory memory, IHeaderDictionary headers, GatewaySnapshot snapshot, TimeProvider time, long started)
    {
        (Format, Kind, Memory, Headers, Snapshot, _time, _started) = (format, kind, memory, headers, snapshot, time, started);
        Id = RequestId.Create(time.GetUtcNow());
        if (kind is RequestKind.Answer or RequestKind.TokenCount || (kind == RequestKind.Door && memory.Bytes.Length > 0))
            _envelope = RequestEnvelope.Read(memory.Bytes.Span);
    }

    /// <summary>Names the request in its answer's headers, in traces, in logs and on record.</summary>
    public RequestId Id { get; }

    /// <summary>
    /// The trace that it belongs to, 32 lower-case hex digits: that of the client's <c>traceparent</c> (W3C Trace Context), else the one that the
    /// server began, else the request's own id.
    /// </summary>
    public string TraceId => _traceId ??= TraceOf(Headers, Id);

    public ApiFormat Format { get; }

    public RequestKind Kind { get; }

    /// <summary>The owner of <see cref="Body"/>.</summary>
    public RequestMemory Memory { get; }

    /// <summary>The body as the client wrote it.</summary>
    public ReadOnlyMemory<byte> Body => Memory.Bytes;

    /// <summary>Model, stream flag and where inline routes stand.</summary>
    /// <exception cref="InvalidRequestException">The same as of the constructor, where the gateway may not have to read the body at all.</exception>
    public RequestEnvelope Envelope => Kind == RequestKind.ModelList || (Kind == RequestKind.Door && _envelope is null) ? default : _envelope ??= RequestEnvelope.Read(Body.Span);

    /// <summary>
    /// What the request wants, in no vendor's words: read when the first provider of another format is asked, and said to each that is asked
    /// after it. Valid as long as the body.
    /// </summary>
    /// <exception cref="InvalidRequestException">It is not a request of its format.</exception>
    public Request Wishes => _wishes ??= ReadWishes();

    public IHeaderDictionary Headers { get; }

    /// <summary>The query string with its question mark; <see langword="null"/> or empty for none.</summary>
    public string? Query { get; init; }

    /// <summary>Which door it is for; <see langword="null"/> unless it is a <see cref="RequestKind.Door"/>.</summary>
    public DoorRequest? Door { get; init; }

    public GatewaySnapshot Snapshot { get; }

    /// <summary>When the request came, as a timestamp of the clock.</summary>
    public long Started => _started;

    /// <summary>For how long it has been here.</summary>
    public TimeSpan Elapsed => _time.GetElapsedTime(_started);

    /// <summary>Whether tokens are to be counted instead of a message answered.</summary>
    public bool CountsTokens => Kind == RequestKind.TokenCount;

    // What is missing altogether is said in the words that it is said in for all requests.
    private Request ReadWishes()
    {
        _ = RequestReader.Read(Format, Body);
        return Memory.Keep(Translator.Read(Format, Body)).Request;
    }

    /// <summary>The trace of a request with these headers and this id.</summary>
    public static string TraceOf(IHeaderDictionary headers, RequestId id)
    {
        string? header = headers.TraceParent;
        if (header is { Length: >= 55 } && ActivityContext.TryParse(header, null, out var parent) && parent.TraceId != default)
            return parent.TraceId.ToHexString();
        return Activity.Current?.TraceId is { } current && current != default ? current.ToHexString() : id.ToTraceId();
    }
}
