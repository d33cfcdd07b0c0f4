namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>Lets a client of Anthropic Messages (Claude Code, say) talk to a model on Amazon Bedrock by its Converse API.</summary>
public sealed partial class MessagesClientOnConverse() : FormatTranslator(ApiFormat.Messages, ApiFormat.Converse);
