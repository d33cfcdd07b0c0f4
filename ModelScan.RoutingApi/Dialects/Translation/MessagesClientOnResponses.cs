namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>Lets a client of Anthropic Messages (Claude Code, say) talk to a provider of OpenAI Responses.</summary>
public sealed class MessagesClientOnResponses() : FormatTranslator(ApiFormat.Messages, ApiFormat.Responses)
{
    /// <summary>What becomes of each field of requests and answers, and of each kind of event.</summary>
    public static IReadOnlyList<FieldFate> FieldFates => MessagesClientOnResponsesFates.All;
}
