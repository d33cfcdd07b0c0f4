using System.Diagnostics;
using ModelScan.RoutingApi.Conversations.Reading;
using ModelScan.RoutingApi.ConversationState;
using ModelScan.RoutingApi.Dialects;
using ModelScan.RoutingApi.Dialects.Canonical;
using ModelScan.RoutingApi.Dialects.OpenAiResponses.Compaction;
using ModelScan.RoutingApi.Dialects.Translation;
using ModelScan.RoutingApi.RequestLog.Records;
using ModelScan.RoutingApi.Resources;

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
        if (kind is RequestKind.Answer or RequestKind.TokenCount or RequestKind.Compaction || (kind == RequestKind.Door && memory.Bytes.Length > 0))
            _envelope = RequestEnvelope.Read(memory.Bytes.Span);

        // A compaction comes whole.
        if (kind == RequestKind.Compaction)
            _envelope = _envelope!.Value with { Stream = false };
    }

    /// <summary>The same request, about whose conversation more is known.</summary>
    /// <param name="request">The request.</param>
    public ClientRequest(ClientRequest request)
    {
        (Format, Kind, Memory, Headers, Snapshot, _time, _started, _envelope) = (request.Format, request.Kind, request.Memory, request.Headers, request.Snapshot, request._time, request._started, request._envelope);
        Id = request.Id;
        (Query, Door, Connection, Caller, Allowance) = (request.Query, request.Door, request.Connection, request.Caller, request.Allowance);
        (Guards, ReadsAnswer, MayChooseMode) = (request.Guards, request.ReadsAnswer, request.MayChooseMode);
    }

    /// <summary>The same request with another body.</summary>
    /// <param name="request">The request.</param>
    /// <param name="memory">The body; whoever made it disposes it when the request is over.</param>
    /// <exception cref="InvalidRequestException">The body is not a JSON object, or its model or stream flag has a wrong type.</exception>
    public ClientRequest(ClientRequest request, RequestMemory memory)
        : this(request.Format, request.Kind, memory, request.Headers, request.Snapshot, request._time, request._started)
    {
        Id = request.Id;
        (Query, Door, Connection, Caller, Allowance) = (request.Query, request.Door, request.Connection, request.Caller, request.Allowance);
        (Guards, ReadsAnswer, MayChooseMode) = (request.Guards, request.ReadsAnswer, request.MayChooseMode);
        (Earlier, EarlierMissing, IsKept, IsRemembered, PreviousResponseId) = (request.Earlier, request.EarlierMissing, request.IsKept, request.IsRemembered, request.PreviousResponseId);
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
    /// <exception cref="MemoryBudgetException">There is no memory for it.</exception>
    public Request Wishes => _wishes ??= ReadWishes();

    public IHeaderDictionary Headers { get; }

    /// <summary>The turns before it, where it goes on from a response that is kept here; <see langword="null"/> where it does not.</summary>
    public EarlierTurns? Earlier { get; init; }

    /// <summary>
    /// Why there are no <see cref="Earlier"/> turns although it names a response: what a provider that does not keep that response itself has to
    /// be spared.
    /// </summary>
    public ClientError? EarlierMissing { get; init; }

    /// <summary>Whether its response is kept here for the next turn.</summary>
    public bool IsKept { get; init; }

    /// <summary>Whether a later request may go on from its response, kept or not: then thoughts have to be in it in a form that can be given back.</summary>
    public bool IsRemembered { get; init; }

    /// <summary>The turns on the connection that it came on, where that is one that stays (a WebSocket); <see langword="null"/> for a request of its own.</summary>
    public ConnectionTurns? Connection { get; init; }

    /// <summary>The response that it names (<c>previous_response_id</c>).</summary>
    public string? PreviousResponseId { get; init; }

    /// <summary>What guards did about it; <see langword="null"/> where there are none.</summary>
    public GuardTrail? Guards { get; init; }

    /// <summary>Whether somebody on the way to the client reads the answer: then it has to come as it is, not compressed.</summary>
    public bool ReadsAnswer { get; init; }

    /// <summary>What is said in all: the body, or one that begins with the turns before it.</summary>
    /// <exception cref="InvalidRequestException">The conversation is too long.</exception>
    public ReadOnlyMemory<byte> Whole => Earlier?.Whole ?? Body;

    /// <summary>Who asks; <see langword="null"/> where nobody has looked, which opens nothing once there are keys.</summary>
    public Caller? Caller { get; init; }

    /// <summary>What it may do; <see langword="null"/> where nothing is governed.</summary>
    public RequestAllowance? Allowance { get; init; }

    /// <summary>The query string with its question mark; <see langword="null"/> or empty for none.</summary>
    public string? Query { get; init; }

    /// <summary>Whether its sender may choose the mode, whatever <c>routing.allow_mode_header</c> says: whoever administers the gateway may.</summary>
    public bool MayChooseMode { get; init; }

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
        Memory.Reserve(MemoryBudget.Translated * MemoryBudget.LengthOf(Whole.Span));
        _ = RequestReader.Read(Format, Whole);
        var wishes = Memory.Keep(Translator.Read(Format, Whole)).Request;
        if (Kind == RequestKind.Compaction)
        {
            CompactionRequest.Apply(wishes);
            wishes.IsStream = false;
        }

        if (IsKept)
            wishes.Forget("store");
        wishes.WantsThoughtState |= IsRemembered;
        return wishes;
    }

    /// <summary>The span of the client's that this request belongs to (<c>traceparent</c>); none where it names none, or not as the W3C has it.</summary>
    public ActivityContext TraceParent => ParentOf(Headers);

    /// <summary>The trace of a request with these headers and this id.</summary>
    public static string TraceOf(IHeaderDictionary headers, RequestId id)
    {
        if (ParentOf(headers) is { } parent && parent != default)
            return parent.TraceId.ToHexString();
        return Activity.Current?.TraceId is { } current && current != default ? current.ToHexString() : id.ToTraceId();
    }

    private static ActivityContext ParentOf(IHeaderDictionary headers)
    {
        string? header = headers.TraceParent;
        return header is { Length: >= 55 } && ActivityContext.TryParse(header, null, out var parent) && parent.TraceId != default ? parent : default;
    }
}
