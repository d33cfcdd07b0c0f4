namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>
/// Says a Responses request anew to a provider of the same format, where the client's own bytes would not do: it asks for a compaction that
/// the provider does not have, or holds one.
/// </summary>
public sealed class ResponsesClientOnResponses() : FormatTranslator(ApiFormat.Responses, ApiFormat.Responses);
