namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>Lets a client of Chat Completions talk to a model on Amazon Bedrock by its Converse API.</summary>
public sealed partial class ChatClientOnConverse() : FormatTranslator(ApiFormat.ChatCompletions, ApiFormat.Converse);
