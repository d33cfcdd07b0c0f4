namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>Lets a client of OpenAI Responses (Codex, say) talk to a provider of Chat Completions.</summary>
public sealed class ResponsesClientOnChat() : FormatTranslator(ApiFormat.Responses, ApiFormat.ChatCompletions)
{
    /// <summary>What becomes of each field of requests and answers, and of each kind of event.</summary>
    public static IReadOnlyList<FieldFate> FieldFates => ResponsesClientOnChatFates.All;
}
