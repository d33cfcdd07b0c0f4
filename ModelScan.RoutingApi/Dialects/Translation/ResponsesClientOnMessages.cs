namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>Lets a client of OpenAI Responses (Codex, say) talk to a provider of Anthropic Messages.</summary>
public sealed class ResponsesClientOnMessages() : FormatTranslator(ApiFormat.Responses, ApiFormat.Messages)
{
    /// <summary>What becomes of each field of requests and answers, and of each kind of event.</summary>
    public static IReadOnlyList<FieldFate> FieldFates => ResponsesClientOnMessagesFates.All;
}
