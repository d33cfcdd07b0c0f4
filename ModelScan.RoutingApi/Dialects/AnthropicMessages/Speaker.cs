namespace ModelScan.RoutingApi.Dialects.AnthropicMessages;

/// <summary>Who speaks in a turn of a Messages request.</summary>
internal enum Speaker
{
    None,
    User,
    Assistant,
}
