namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>Lets a client of Anthropic Messages (Claude Code, say) talk to a provider of Chat Completions.</summary>
public sealed partial class MessagesClientOnChat() : FormatTranslator(ApiFormat.Messages, ApiFormat.ChatCompletions);
