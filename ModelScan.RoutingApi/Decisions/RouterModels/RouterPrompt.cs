using System.Text;
using ModelScan.RoutingApi.Conversations;

namespace ModelScan.RoutingApi.Decisions.RouterModels;

/// <summary>One router model's prompt: three fixed texts around the routes and the conversation.</summary>
/// <param name="Opening">Text up to the routes.</param>
/// <param name="Middle">Text between the routes and the conversation.</param>
/// <param name="Closing">Text after the conversation.</param>
/// <param name="ContextTokens">Estimated tokens of template and conversation that the model can take.</param>
/// <param name="AppendRoutes">Renders the routes.</param>
/// <param name="AppendConversation">Renders the conversation.</param>
internal sealed record RouterPrompt(
    string Opening,
    string Middle,
    string Closing,
    int ContextTokens,
    Action<StringBuilder, RouteSet> AppendRoutes,
    Action<StringBuilder, IReadOnlyList<ConversationMessage>> AppendConversation)
{
    /// <summary>What the fixed texts take of the context, as <see cref="ConversationReduction"/> estimates it.</summary>
    public int TemplateTokens { get; } = Encoding.UTF8.GetByteCount(Opening + Middle + Closing) / ConversationReduction.BytesPerToken;

    /// <summary>The prompt for a style, or for a model's name where the style is left open.</summary>
    public static RouterPrompt For(RouterPromptStyle style, string model)
    {
        if (style == RouterPromptStyle.Auto)
        {
            style = model.Contains("arch-router", StringComparison.OrdinalIgnoreCase)
                ? RouterPromptStyle.ArchRouter
                : RouterPromptStyle.Orchestrator;
        }

        return style == RouterPromptStyle.ArchRouter ? ArchRouterPrompt.Prompt : OrchestratorPrompt.Prompt;
    }

    /// <summary>Puts the prompt together; routes keep their order.</summary>
    public string Render(RouteSet routes, IReadOnlyList<ConversationMessage> conversation)
    {
        var text = new StringBuilder(Opening);
        AppendRoutes(text, routes);
        text.Append(Middle);
        AppendConversation(text, conversation);
        return text.Append(Closing).ToString();
    }

    /// <summary>The role as these prompts name it.</summary>
    public static string RoleName(ConversationRole role) => role == ConversationRole.User ? "user" : "assistant";
}
