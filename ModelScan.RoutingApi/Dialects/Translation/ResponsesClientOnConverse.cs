namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>Lets a client of OpenAI Responses (Codex, say) talk to a model on Amazon Bedrock by its Converse API.</summary>
public sealed partial class ResponsesClientOnConverse() : FormatTranslator(ApiFormat.Responses, ApiFormat.Converse);
