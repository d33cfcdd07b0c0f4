using ModelScan.RoutingApi.Conversations;
using ModelScan.RoutingApi.Decisions;

namespace ModelScan.Tests.Decisions.RouterModels;

/// <summary>Conversations and routes that several tests use.</summary>
internal static class Sample
{
    public static RouteSet Routes { get; } = new(
    [
        new("Image generation", "generating image", []),
        new("code_generation", "generating new code, writing functions, or creating boilerplate", []),
        new("user's docs", "questions about the user's own documents", []),
    ]);

    public static ConversationMessage User(string text) => new(ConversationRole.User, text);

    public static ConversationMessage Assistant(string text) => new(ConversationRole.Assistant, text);

    public static ClassificationRequest Ask(params ConversationMessage[] messages) => new(Routes, messages);

    public static ClassificationRequest Ask(string text) => Ask(User(text));
}
