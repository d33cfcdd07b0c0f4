using ModelScan.RoutingApi.Configuration;

namespace ModelScan.RoutingApi.Decisions.Subagents;

/// <summary>
/// The provider is to search the web: a tool whose type begins with <c>web_search</c> (Messages, Responses), or the <c>web_search_options</c> of
/// Chat Completions.
/// </summary>
internal sealed class WebSearchRule(AgentRuleConfig rule) : IAgentRule
{
    private static readonly byte[] Options = "web_search_options"u8.ToArray();

    /// <inheritdoc/>
    public AgentMatch? Match(AgentRequest request) => HasSearchTool(request.Member("tools"u8)) || !request.Member(Options).IsEmpty
        ? new AgentMatch("web_search", rule.Target, "the web is to be searched")
        : null;

    private static bool HasSearchTool(ReadOnlySpan<byte> tools)
    {
        if (tools.IndexOf("web_search"u8) < 0)
            return false;
        var reader = new Utf8JsonReader(tools);
        try
        {
            while (reader.Read())
            {
                // [ { "type": here; a tool's schema lies deeper.
                if (reader is { TokenType: JsonTokenType.PropertyName, CurrentDepth: 2 } && reader.ValueTextEquals("type"u8)
                    && reader.Read() && reader.TokenType == JsonTokenType.String && reader.GetString()!.StartsWith("web_search", StringComparison.Ordinal))
                {
                    return true;
                }
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Whoever answers says what is wrong with it.
        }

        return false;
    }
}
