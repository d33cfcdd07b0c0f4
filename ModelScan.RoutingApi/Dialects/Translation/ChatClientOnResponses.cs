namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>Lets a client of Chat Completions talk to a provider of OpenAI Responses.</summary>
public sealed class ChatClientOnResponses() : FormatTranslator(ApiFormat.ChatCompletions, ApiFormat.Responses)
{
    /// <summary>What becomes of each field of requests and answers, and of each kind of event.</summary>
    public static IReadOnlyList<FieldFate> FieldFates => ChatClientOnResponsesFates.All;
}
