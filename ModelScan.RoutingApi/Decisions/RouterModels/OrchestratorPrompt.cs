using System.Text;
using System.Text.Json.Nodes;
using ModelScan.RoutingApi.Conversations;

namespace ModelScan.RoutingApi.Decisions.RouterModels;

/// <summary>
/// Prompt of the Plano-Orchestrator models. Sections, tags, key order and white space are the ones they were trained on; the
/// sentences are our own, and the example's braces are single.
/// </summary>
internal static class OrchestratorPrompt
{
    private const string Opening = """

        You are an assistant that works out what the user wants and picks the routes that serve it best.
        The routes to choose from are listed between the <routes></routes> tags, one JSON object per line:
        <routes>

        """;

    private const string Middle = """

        </routes>

        The conversation to judge stands between the <conversation></conversation> tags:
        <conversation>

        """;

    private const string Closing = """

        </conversation>

        ## Instructions
        1. Find out what the user's latest intent is.
        2. Compare it with the name and description of every route.
        3. Answer only with names of routes that serve it, the best one first, spelled exactly as listed.
        4. Return an empty list if no route helps, or if the intent has already been met.

        ## Response Format
        Answer with strict JSON of this form and nothing else:
        {"route": ["route_name_1", "route_name_2"]}
        If no route fits, the list for `route` is empty.

        """;

    /// <summary>The prompt; its models take 8192 tokens.</summary>
    public static RouterPrompt Prompt { get; } = new(Opening, Middle, Closing, 8192, AppendRoutes, AppendConversation);

    /// <summary>One line per route. Routes are presented as functions without parameters.</summary>
    private static void AppendRoutes(StringBuilder text, RouteSet routes)
    {
        for (var i = 0; i < routes.Routes.Count; i++)
        {
            if (i > 0)
                text.Append('\n');
            PromptJson.AppendSpaced(text, new JsonObject
            {
                ["name"] = routes.Routes[i].Name,
                ["description"] = routes.Routes[i].Description,
                ["parameters"] = new JsonObject
                {
                    ["type"] = "object",
                    ["properties"] = new JsonObject(),
                    ["required"] = new JsonArray(),
                },
            });
        }
    }

    /// <summary>An array indented by four spaces.</summary>
    private static void AppendConversation(StringBuilder text, IReadOnlyList<ConversationMessage> conversation)
    {
        text.Append('[');
        for (var i = 0; i < conversation.Count; i++)
        {
            text.Append(i > 0 ? "," : "").Append("\n    {\n        \"role\": \"").Append(RouterPrompt.RoleName(conversation[i].Role));
            text.Append("\",\n        \"content\": ");
            PromptJson.AppendString(text, conversation[i].Text).Append("\n    }");
        }

        text.Append(conversation.Count > 0 ? "\n]" : "]");
    }
}
