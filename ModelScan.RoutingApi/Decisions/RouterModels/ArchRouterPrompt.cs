using System.Text;
using ModelScan.RoutingApi.Conversations;

namespace ModelScan.RoutingApi.Decisions.RouterModels;

/// <summary>Prompt of Arch-Router: routes and conversation as compact JSON arrays, one name for an answer, <c>other</c> for no match.</summary>
internal static class ArchRouterPrompt
{
    private const string Opening = """

        You are an assistant that finds the route which suits the user best.
        The routes and what they are for are given between the <routes></routes> tags:
        <routes>

        """;

    private const string Middle = """

        </routes>

        The conversation to judge is given between the <conversation></conversation> tags:
        <conversation>

        """;

    private const string Closing = """

        </conversation>

        Decide which route serves the user's latest intent, by these rules:
        1. If the latest intent has nothing to do with any route, or has already been met, answer {"route": "other"}.
        2. Otherwise compare the latest intent with the description of every route and choose the best match.
        3. Answer only with the name of that route, spelled exactly as in the list.

        Answer with JSON of this form and nothing else:
        {"route": "route_name"}

        """;

    /// <summary>The prompt; its model is asked with at most 2048 tokens.</summary>
    public static RouterPrompt Prompt { get; } = new(Opening, Middle, Closing, 2048, AppendRoutes, AppendConversation);

    private static void AppendRoutes(StringBuilder text, RouteSet routes)
    {
        text.Append('[');
        for (var i = 0; i < routes.Routes.Count; i++)
        {
            PromptJson.AppendString(text.Append(i > 0 ? "," : "").Append("{\"name\":"), routes.Routes[i].Name);
            PromptJson.AppendString(text.Append(",\"description\":"), routes.Routes[i].Description).Append('}');
        }

        text.Append(']');
    }

    private static void AppendConversation(StringBuilder text, IReadOnlyList<ConversationMessage> conversation)
    {
        text.Append('[');
        for (var i = 0; i < conversation.Count; i++)
        {
            text.Append(i > 0 ? "," : "").Append("{\"role\":\"").Append(RouterPrompt.RoleName(conversation[i].Role));
            PromptJson.AppendString(text.Append("\",\"content\":"), conversation[i].Text).Append('}');
        }

        text.Append(']');
    }
}
