using ModelScan.RoutingApi.Capabilities;
using ModelScan.RoutingApi.Dialects.OpenAiResponses;
using ModelScan.RoutingApi.Dialects.OpenAiResponses.Compaction;
using ModelScan.RoutingApi.Dialects.Translation;
using ModelScan.RoutingApi.UsageReports;

namespace ModelScan.RoutingApi.Dialects.Canonical;

/// <summary>How a client wants to see thoughts.</summary>
internal enum ThoughtDisplay
{
    /// <summary>Not at all.</summary>
    Hidden,

    /// <summary>As the provider shows them.</summary>
    Shown,

    /// <summary>As summaries (Responses, which has a place for either).</summary>
    Summarized,
}

/// <summary>A tool that a model called, as the client knows it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Namespace">The namespace that holds it, if one does (Responses).</param>
/// <param name="TakesText">Whether the client offered it as one that takes free text, whatever the provider was told (Responses).</param>
/// <param name="ClientTool">Of a tool that has a type of its own: which one (Responses).</param>
internal readonly record struct CalledTool(string Name, string? Namespace = null, bool TakesText = false, ClientTool? ClientTool = null);

/// <summary>
/// What the way back has to know of the request that is being answered: all of it, so that no reader or writer of answers has to look
/// at a request. The request side makes one for each exchange.
/// </summary>
/// <param name="Model">The model as the client named it.</param>
/// <param name="ProviderName">The provider's name, to be put before what it says in errors; may be empty.</param>
/// <param name="Capabilities">What the model can take and how it answers.</param>
/// <param name="Time">Clock, for timestamps that the provider does not give.</param>
/// <param name="NewId">Makes the random part of an id: 24 letters and digits.</param>
internal sealed record AnswerContext(string Model, string ProviderName, ModelCapabilities Capabilities, TimeProvider Time, Func<string> NewId)
{
    private const string Response = "resp_";
    private const string Message = "msg_";

    /// <summary>The format in which the provider answers.</summary>
    public ApiFormat ProviderFormat { get; init; }

    /// <summary>
    /// Whether that format cuts an answer into blocks, as Messages and Converse do: a citation is of its block's text, a signature of its
    /// block's thought.
    /// </summary>
    public bool HasBlocks => ProviderFormat is ApiFormat.Messages or ApiFormat.Converse;

    /// <summary>Tokens of the request, roughly: for clients that want a number, of providers that give none.</summary>
    public long EstimatedInput { get; init; }

    /// <summary>Whether the client wants the usage at the end of a stream (Chat Completions).</summary>
    public bool WantsUsage { get; init; }

    public ThoughtDisplay Thoughts { get; init; } = ThoughtDisplay.Shown;

    /// <summary>Whether the client asked for thoughts in a form that it can send back (Responses: <c>include</c>).</summary>
    public bool WantsThoughtState { get; init; } = true;

    /// <summary>Whether the request offers tools.</summary>
    public bool HasTools { get; init; }

    /// <summary>Finds the client's tool by the name that the provider was told.</summary>
    public Func<string, CalledTool> Tool { get; init; } = static name => new CalledTool(name);

    /// <summary>What a response object repeats of its request (Responses), each with its JSON on one line.</summary>
    public IReadOnlyList<KeyValuePair<string, ReadOnlyMemory<byte>>> Echo { get; init; } = [];

    /// <summary>How the answer looks where a compaction of the conversation was asked for (Responses); <see langword="null"/> where none was.</summary>
    public CompactionAnswer? Compaction { get; init; }

    /// <summary>The exchange's context for answers, of what translations go by.</summary>
    public static AnswerContext Of(TranslationContext context) => new(context.ClientModel, context.ProviderName, context.Capabilities, context.Time, context.NewId);

    /// <summary>Seconds since 1970: the provider's, or now.</summary>
    public long CreatedAt(long given) => given > 0 ? given : Time.GetUtcNow().ToUnixTimeSeconds();

    /// <summary>A usage where the provider tells none.</summary>
    /// <param name="outputBytes">Bytes of what it wrote.</param>
    public TokenTotals EstimateUsage(long outputBytes) => new(EstimatedInput, 0, 0, TokenEstimate.OfBytes(outputBytes), 0);

    /// <summary>
    /// An answer's id in another format's shape: the provider's own, so that both sides' logs can be matched, else a new one.
    /// </summary>
    /// <param name="prefix">How ids of the client's format begin.</param>
    /// <param name="id">The provider's id.</param>
    public string IdOf(string prefix, string? id)
    {
        if (id?.StartsWith(prefix, StringComparison.Ordinal) == true)
            return id;

        // Ids of responses name what is stored, and a chat provider stores nothing.
        if (string.IsNullOrEmpty(id) || (prefix == Response && ProviderFormat == ApiFormat.ChatCompletions))
            return prefix + NewId();
        var own = id.StartsWith(Response, StringComparison.Ordinal) ? id[Response.Length..]
            : prefix == Response && id.StartsWith(Message, StringComparison.Ordinal) ? id[Message.Length..]
            : id;
        return prefix + (own.Length > 0 ? own : NewId());
    }

    /// <summary>An error that speaks of the provider.</summary>
    public ClientError Error(string what, string code = "ProviderError") =>
        new(StatusCodes.Status502BadGateway, $"{(ProviderName.Length > 0 ? ProviderName : "the provider")} {what}", code);
}
