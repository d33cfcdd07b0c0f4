using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Decisions;
using ModelScan.RoutingApi.Dialects;
using ModelScan.RoutingApi.Dialects.Envelope;
using ModelScan.RoutingApi.Dialects.Usage;
using ModelScan.RoutingApi.Providers;

namespace ModelScan.RoutingApi.Routing;

/// <summary>
/// One request of a client on its way to a model and back: what was asked, the snapshots that serve it to its end, and what is
/// known of the answer so far. Used by one request.
/// </summary>
/// <param name="http">The request and the response; the body has been read.</param>
/// <param name="format">The client's format.</param>
/// <param name="body">The request's body; valid until the exchange ends.</param>
/// <param name="snapshot">The configuration in force when the request came.</param>
/// <param name="models">Its models.</param>
/// <param name="started">When the request came, as a timestamp of the clock.</param>
/// <param name="writeHeaders">Writes what the gateway says about itself to the response's headers.</param>
internal sealed class ProxyExchange(
    HttpContext http, ApiFormat format, ReadOnlyMemory<byte> body, DecisionSnapshot snapshot, ModelDirectory models, long started, Action<ProxyExchange> writeHeaders)
{
    public HttpContext Http => http;

    public HttpResponse Response => http.Response;

    public ApiFormat Format => format;

    public ReadOnlyMemory<byte> Body { get; private set; } = body;

    /// <summary>Owner of the body's memory, if it can be given back before the exchange ends.</summary>
    public IDisposable? BodyOwner { get; init; }

    public DecisionSnapshot Snapshot => snapshot;

    public ModelDirectory Models => models;

    public long Started => started;

    /// <summary>The model and the stream flag that the client sent.</summary>
    public RequestEnvelope Envelope { get; } = body.IsEmpty && http.Request.Method == HttpMethods.Get ? default : RequestEnvelope.Read(body.Span);

    /// <summary>What the client wants to have.</summary>
    public RequestKind Kind { get; init; }

    /// <summary>Whether tokens are to be counted instead of a message answered.</summary>
    public bool CountsTokens => Kind == RequestKind.TokenCount;

    /// <summary>How long whoever is asked may take.</summary>
    public TimeoutsConfig Limits { get; set; } = snapshot.Config.Timeouts;

    /// <summary>Whether another way is tried when this one fails: then errors that might be answered otherwise are not relayed.</summary>
    public bool HasFallback { get; set; }

    /// <summary>Why the mode in force did not answer, where another one did; <see langword="null"/> where it did.</summary>
    public string? FallbackReason { get; set; }

    /// <summary>Whether the answer is the gateway's own estimate.</summary>
    public bool IsEstimated { get; private set; }

    /// <summary>The mode that serves the request, as answers name it.</summary>
    public string Mode { get; set; } = "";

    /// <summary>The route that the decision fell on, if any.</summary>
    public string? Route { get; set; }

    /// <summary>What the decision engine said; <see langword="null"/> where it was not asked.</summary>
    public RouteDecision? Decision { get; set; }

    /// <summary>Hash of the prompt's beginning for providers; <see langword="null"/> where they are not told.</summary>
    public string? PrefixHash { get; set; }

    /// <summary>The model that answers, or was asked last.</summary>
    public ModelTarget? Target { get; private set; }

    /// <summary>How many requests have been sent to models so far.</summary>
    public int Attempts { get; private set; }

    /// <summary>What the provider is not told of the client's request.</summary>
    public IReadOnlyList<string> Dropped { get; set; } = [];

    /// <summary>When the providers want to be asked again, if nobody answered and one of them said so.</summary>
    public string? RetryAfter { get; set; }

    /// <summary>What the provider reported about the answer; <see langword="null"/> until it has.</summary>
    public TokenUsage? Usage { get; set; }

    /// <summary>Whether the client has been sent anything.</summary>
    public bool HasBegun => http.Response.HasStarted;

    /// <summary>Whether somebody may still read the memory of <see cref="Body"/>, so that it must not be used again.</summary>
    public bool IsBodyAbandoned { get; set; }

    /// <summary>Gives the memory of <see cref="Body"/> back, which is empty from then on.</summary>
    public void ReleaseBody()
    {
        if (BodyOwner is null || IsBodyAbandoned)
            return;
        Body = default;
        BodyOwner.Dispose();
    }

    /// <summary>Notes that <paramref name="target"/> is asked now.</summary>
    public void Ask(ModelTarget target)
    {
        Target = target;
        Attempts++;
    }

    /// <summary>Notes that the gateway answers by itself.</summary>
    /// <param name="wasAsked">Whether the target was really asked before.</param>
    public void AnswerByEstimate(bool wasAsked)
    {
        IsEstimated = true;
        Attempts -= wasAsked ? 0 : 1;
    }

    /// <summary>Sets the status and the gateway's own headers; the response begins with the first write after it.</summary>
    public void Begin(int status)
    {
        http.Response.StatusCode = status;
        writeHeaders(this);
    }
}
