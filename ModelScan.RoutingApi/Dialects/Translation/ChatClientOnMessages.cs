namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>Lets a client of Chat Completions talk to a provider of Anthropic Messages.</summary>
public sealed partial class ChatClientOnMessages() : FormatTranslator(ApiFormat.ChatCompletions, ApiFormat.Messages);
