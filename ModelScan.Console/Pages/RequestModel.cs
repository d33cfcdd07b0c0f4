using ModelScan.WebConsole.Api;
using ModelScan.WebConsole.Reading;

namespace ModelScan.WebConsole.Pages;

/// <summary>One request, and what stands around it.</summary>
public sealed record RequestModel
{
    /// <summary>The request, whole.</summary>
    public RequestEntry Entry { get; init; } = new();

    /// <summary>What stands in every form.</summary>
    public string Token { get; init; } = "";

    /// <summary>Where the gateway is reached.</summary>
    public string Address { get; init; } = "";

    /// <summary>The requests of its session, the earliest first; empty without one.</summary>
    public IReadOnlyList<RequestEntry> Session { get; init; } = [];

    /// <summary>What was asked; <see langword="null"/> where that cannot be read.</summary>
    public IReadOnlyList<SaidMessage>? Said { get; init; }

    /// <summary>What was answered; <see langword="null"/> where that cannot be read.</summary>
    public IReadOnlyList<SaidMessage>? Answered { get; init; }

    /// <summary>What a person said last; <see langword="null"/> where that is not known.</summary>
    public string? Prompt { get; init; }

    /// <summary>The route that a test case of it expects: what somebody said is right, else its own; <see langword="null"/> for none.</summary>
    public string? ExpectedRoute => Entry.Feedback is { Right: false } feedback ? feedback.Route : Entry.Route;

    /// <summary>Names of the tools that the request offers.</summary>
    public IReadOnlyList<string> Tools { get; init; } = [];

    /// <summary>The routes there are now.</summary>
    public IReadOnlyList<string> Routes { get; init; } = [];

    /// <summary>What deciding it again came to; <see langword="null"/> where nobody asked.</summary>
    public DecidedAgain? Again { get; init; }

    /// <summary>What sending it again came to; <see langword="null"/> where nobody asked.</summary>
    public SentAgain? Sent { get; init; }

    /// <summary>Why it cannot be sent again; <see langword="null"/> where it can.</summary>
    public string? CannotSend => Entry.Body switch
    {
        { Request: { Length: > 0 }, Cut: false } => null,
        { Cut: true } => "what was said is only kept in part (request_log.body_limit)",
        _ => "what was said is not kept (request_log.bodies: all)",
    };

    /// <summary>The turn before this one; <see langword="null"/> for none.</summary>
    public RequestEntry? Previous => Position is var at and > 0 ? Session[at - 1] : null;

    /// <summary>The turn behind this one; <see langword="null"/> for none.</summary>
    public RequestEntry? Next => Position is var at and >= 0 && at + 1 < Session.Count ? Session[at + 1] : null;

    /// <summary>Which turn it is, from 0; -1 where it is not known.</summary>
    public int Position => Session.ToList().FindIndex(turn => turn.Id == Entry.Id);

    /// <summary>The path at which its format is served.</summary>
    public string Path => Entry.Format switch { "messages" => "/v1/messages", "responses" => "/v1/responses", _ => "/v1/chat/completions" };

    /// <summary>The request for a terminal.</summary>
    public string Curl
    {
        get
        {
            var body = CannotSend is null ? Entry.Body!.Request! : $$"""{"model": "{{Entry.RequestModel}}", "messages": [{"role": "user", "content": "…"}]}""";
            return $"curl {Address}{Path} -H 'Content-Type: application/json' -d '{body.Replace("'", "'\\''", StringComparison.Ordinal)}'";
        }
    }
}

/// <summary>What deciding a request again came to.</summary>
/// <param name="Route">The route; <see langword="null"/> for none.</param>
/// <param name="Model">The model.</param>
/// <param name="Problem">Why it could not be decided; <see langword="null"/> where it could.</param>
/// <param name="Change">Where the model or the route is another one.</param>
public sealed record DecidedAgain(string? Route, string? Model, string? Problem, ChangedRequest? Change);

/// <summary>What sending a request again came to.</summary>
/// <param name="Id">The new request; <see langword="null"/> where there is none.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Model">What answered.</param>
/// <param name="Problem">What is wrong; <see langword="null"/> where nothing is.</param>
public sealed record SentAgain(string? Id, int Status, string? Model, string? Problem);
