using ModelScan.RoutingApi.Conversations;

namespace ModelScan.Tests.Decisions.Sessions;

/// <summary>Short ways to write down conversations.</summary>
internal static class Conversations
{
    public static ConversationMessage Instructions(string text) => new(ConversationRole.System, text);

    public static ConversationMessage User(string text) => new(ConversationRole.User, text);

    public static ConversationMessage Assistant(string text) => new(ConversationRole.Assistant, text);

    public static ConversationMessage Tool(string text) => new(ConversationRole.Tool, text);

    public static RequestFacts Facts(params ConversationMessage[] messages) => new("client/model", messages, []);
}
