using System.Buffers;
using ModelScan.RoutingApi.Dialects.OpenAiChat;
using ModelScan.RoutingApi.Dialects.OpenAiResponses;

namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>Lets a client of OpenAI Responses talk to a provider of Chat Completions.</summary>
public sealed class ResponsesClientOnChat : ITranslator
{
    public ApiFormat Client => ApiFormat.Responses;

    public ApiFormat Provider => ApiFormat.ChatCompletions;

    /// <summary>What becomes of each field of requests and answers, and of each kind of event.</summary>
    public static IReadOnlyList<FieldFate> FieldFates => ResponsesClientOnChatFates.All;

    /// <inheritdoc/>
    public TranslatedExchange Translate(ReadOnlyMemory<byte> body, TranslationContext context)
    {
        var request = RequestBody.Read(body, root => ResponsesToChatRequest.Translate(root, context));
        return new Exchange(request, context) { Body = request.Body, Dropped = request.Dropped };
    }

    private sealed class Exchange(ResponsesToChatRequest request, TranslationContext context) : TranslatedExchange
    {
        public override void TranslateAnswer(ReadOnlyMemory<byte> answer, IBufferWriter<byte> client) =>
            ChatToResponsesResponse.Translate(answer, new ChatAnswerContext(request, context), client);

        public override StreamTranslation OpenStream() => new ChatToResponsesStream(new ChatAnswerContext(request, context));
    }
}

/// <summary>What the way back from a chat answer to a Responses client has to know of the request.</summary>
internal sealed class ChatAnswerContext(ResponsesToChatRequest request, TranslationContext context)
{
    public bool ShowsSummary => request.WantsSummary;

    public bool SealsReasoning => request.WantsSealedReasoning;

    public bool HasThinkTags => context.Capabilities.ThinkTags;

    /// <summary>Whether arguments of calls have to be held back and repaired: the model is known to get them wrong.</summary>
    public bool RepairsArguments => context.Capabilities.RepairToolArguments;

    public Func<string> NewId => context.NewId;

    /// <summary>The response object for an answer.</summary>
    /// <param name="id">The provider's id; kept where it is one of a response.</param>
    /// <param name="created">The provider's time, in seconds since 1970; 0 where it gave none.</param>
    public ResponseEnvelope Envelope(string? id, long created) => new(
        id?.StartsWith("resp_", StringComparison.Ordinal) == true ? id : "resp_" + context.NewId(),
        created > 0 ? created : context.Time.GetUtcNow().ToUnixTimeSeconds(),
        context.ClientModel,
        request.Echo);

    /// <summary>How the client knows a tool that the model called.</summary>
    public (OutputItemKind Kind, string Name, string? Namespace) Tool(string name)
    {
        var tool = request.Tools.Find(name);
        if (tool is null)
        {
            // Long names were cut, and some models change the case.
            foreach (var candidate in request.Tools.Callable)
            {
                if (ChatToolNames.ForProvider(candidate.Name).Equals(name, StringComparison.OrdinalIgnoreCase))
                    tool = candidate;
            }
        }

        return tool is null
            ? (OutputItemKind.FunctionCall, name, null)
            : (tool.IsCustom ? OutputItemKind.CustomToolCall : OutputItemKind.FunctionCall, tool.OwnName, tool.Namespace);
    }

    /// <summary>A usage where the provider told none.</summary>
    /// <param name="outputBytes">Bytes of what it wrote.</param>
    public TokenTotals EstimateUsage(long outputBytes) =>
        new(TokenEstimate.OfBytes(request.TextBytes), 0, 0, TokenEstimate.OfBytes(outputBytes), 0);

    /// <summary>A call's id for the client: the provider's own, and in it what the provider wants back with the call.</summary>
    public static string CallId(string id, ReadOnlySpan<byte> extra) => extra.IsEmpty ? id : ChatToolCallId.ForClient(id, extra);

    /// <summary>The error in a chunk or in an answer, with a code that Responses clients know.</summary>
    public ClientError ErrorOf(ReadOnlySpan<byte> json)
    {
        var error = ProviderError.Read(context.ProviderName, json).Error;
        return error is { Code: "ProviderError", Status: StatusCodes.Status503ServiceUnavailable or 529 }
            ? error with { Code = "server_is_overloaded" }
            : StreamErrors.ForResponses(error);
    }

    /// <summary>How a <c>finish_reason</c> ends a response.</summary>
    public static ResponseStatus StatusOf(string? finishReason) => finishReason switch
    {
        "length" => ResponseStatus.LimitReached,
        "content_filter" => ResponseStatus.Filtered,
        _ => ResponseStatus.Completed,
    };
}
