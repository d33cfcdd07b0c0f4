using System.Text.Json.Nodes;
using ModelScan.RoutingApi.Providers.Catalogue;
using static ModelScan.RoutingApi.Configuration.Schema.SchemaTypes;

namespace ModelScan.RoutingApi.Configuration.Schema;

/// <summary><c>subagents</c>, and the <c>providers</c> that are written beside it.</summary>
internal static class AgentSchema
{
    public static JsonObject Subagents() => Map(
        "Which models answer the agents of coding clients; the first rule that fires.",
        ("enable", Flag("Whether the rules hold; true if left out.")),
        ("mappings", new JsonObject
        {
            ["description"] = "Agents by name, and who answers them: provider/model, provider:model, an alias or a route.",
            ["type"] = new JsonArray("object", "null"),
            ["additionalProperties"] = RequiredText("Who answers this agent."),
        }),
        ("folders", Texts("Where definitions of agents lie; .claude/agents and ~/.claude/agents if left out.")),
        ("rules", List("Rules for other requests, in this order.", Map(
            "A rule.",
            ("when", RequiredOneOf("What the request is.", [.. AgentRuleConfig.Conditions])),
            ("model", RequiredText("Who answers then: provider/model, provider:model, an alias or a route.")),
            ("above", Whole("Tokens from which a context is long; 60000 if left out. With when: long_context alone.", 1, 100_000_000)),
            ("models", Texts("Which models are small, as patterns. With when: background alone."))).Requiring("when", "model"))));

    public static JsonObject Providers() => new()
    {
        ["description"] = "Another spelling of provider/* in model_providers.",
        ["type"] = new JsonArray("object", "null"),
        ["additionalProperties"] = Map(
            "A provider.",
            ("base_url", Url("Address of its API.")),
            ("format", OneOf("Which API it speaks.", OpenAi.Name, Anthropic.Name)),
            ("api_key", Text("Its key: a variable rather than the key itself.")),
            ("passthrough_auth", Flag("Whether the client's own credential is passed on.")),
            ("routing_mode", PlanoSchema.Unenforced("providers.routing_mode")),
            ("version", PlanoSchema.Unenforced("providers.version")),
            ("max_retries", PlanoSchema.Unenforced("providers.max_retries")),
            ("fallback_provider", PlanoSchema.Unenforced("providers.fallback_provider")),
            ("circuit_breaker", PlanoSchema.Unenforced("providers.circuit_breaker"))),
    };
}
