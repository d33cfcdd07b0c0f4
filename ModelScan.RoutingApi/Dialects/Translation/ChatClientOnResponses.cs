using System.Buffers;

namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>Lets a client of Chat Completions talk to a provider of OpenAI Responses.</summary>
public sealed class ChatClientOnResponses : ITranslator
{
    public ApiFormat Client => ApiFormat.ChatCompletions;

    public ApiFormat Provider => ApiFormat.Responses;

    /// <summary>What becomes of each field of requests and answers, and of each kind of event.</summary>
    public static IReadOnlyList<FieldFate> FieldFates => ChatClientOnResponsesFates.All;

    /// <inheritdoc/>
    public TranslatedExchange Translate(ReadOnlyMemory<byte> body, TranslationContext context)
    {
        var request = RequestBody.Read(body, root => ChatToResponsesRequest.Translate(root, context));
        return new Exchange(request, context) { Body = request.Body, Dropped = request.Dropped };
    }

    private sealed class Exchange(ChatToResponsesRequest request, TranslationContext context) : TranslatedExchange
    {
        public override void TranslateAnswer(ReadOnlyMemory<byte> answer, IBufferWriter<byte> client) =>
            ResponsesToChatResponse.Translate(answer, new ResponsesAnswerContext(request, context), client);

        public override StreamTranslation OpenStream() => new ResponsesToChatStream(new ResponsesAnswerContext(request, context));
    }
}

/// <summary>What the way back from a response to a chat client has to know of the request.</summary>
internal sealed class ResponsesAnswerContext(ChatToResponsesRequest request, TranslationContext context)
{
    private const string ResponsePrefix = "resp_";

    public string Model => context.ClientModel;

    /// <summary>Whether the client wants the usage at the end of a stream.</summary>
    public bool IncludesUsage => request.IncludesUsage;

    /// <summary>The id of a chat completion for a response of this id.</summary>
    public string IdOf(string? responseId) =>
        "chatcmpl-" + (string.IsNullOrEmpty(responseId) ? context.NewId()
            : responseId.StartsWith(ResponsePrefix, StringComparison.Ordinal) ? responseId[ResponsePrefix.Length..] : responseId);

    /// <summary>Seconds since 1970: the provider's, or now.</summary>
    public long CreatedAt(long given) => given > 0 ? given : context.Time.GetUtcNow().ToUnixTimeSeconds();

    /// <summary>A usage where the provider told none.</summary>
    /// <param name="outputBytes">Bytes of what it wrote.</param>
    public TokenTotals EstimateUsage(long outputBytes) =>
        new(TokenEstimate.OfBytes(request.TextBytes), 0, 0, TokenEstimate.OfBytes(outputBytes), 0);

    /// <summary>The provider's name, to be put before what it says in errors; may be empty.</summary>
    public string ProviderName => context.ProviderName;

    /// <summary>How a response ends for a chat client.</summary>
    public static ReadOnlySpan<byte> FinishReason(bool hasCalls, string? status, string? reason) => status == "incomplete"
        ? (reason == "content_filter" ? "content_filter"u8 : "length"u8)
        : hasCalls ? "tool_calls"u8 : "stop"u8;
}
