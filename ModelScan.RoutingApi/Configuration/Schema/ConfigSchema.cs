using System.Text.Encodings.Web;
using System.Text.Json.Nodes;
using static ModelScan.RoutingApi.Configuration.Schema.SchemaTypes;

namespace ModelScan.RoutingApi.Configuration.Schema;

/// <summary>
/// The JSON schema of configuration files, by which editors complete and check them. In draft 7
/// (https://json-schema.org/draft-07), the one that every editor's YAML support knows. It says what the readers beside it enforce, as far as a schema can: not what
/// holds between entries (two models of one name, a route to an unknown model), nor what depends on variables.
/// </summary>
internal static class ConfigSchema
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The schema as a file holds it.</summary>
    public static string Write() => Create().ToJsonString(Indented) + "\n";

    /// <summary>The schema.</summary>
    public static JsonObject Create()
    {
        var root = Map(
            "Configuration of ModelScan; every Plano configuration is one.",
            ("version", OneOf("Version of the schema. Before v0.4.0 routes stand inside providers.", "v0.1", "v0.1.0", "0.1-beta", "0.2.0", "v0.3.0", "v0.4.0")),
            ("listeners", ListenerSchema.Listeners()),
            ("model_providers", ProviderSchema.Providers("The models, and where they are reached. Without any, every well-known provider is there, with its key from the environment.")),
            ("llm_providers", ProviderSchema.Providers("The older name of model_providers.")),
            ("model_aliases", new JsonObject
            {
                ["description"] = "Other names for models.",
                ["type"] = new JsonArray("object", "null"),
                ["additionalProperties"] = Map("One alias.", ("target", RequiredText("The model that is meant."))).Requiring("target"),
            }),
            ("routing_preferences", RouteSchema.Routes()),
            ("model_metrics_sources", RouteSchema.MetricsSources()),
            ("prompt_caching", RouteSchema.PromptCaching()),
            ("routing", RoutingSchema.Routing()),
            ("overrides", RoutingSchema.Overrides()),
            ("request_log", RequestLogSchema.RequestLog()),
            ("governance", GovernanceSchema.Governance()),
            ("console", Map("The console at /console.", ("enabled", Flag("Whether there is one; if left out there is.")))),
            ("agents", PlanoSchema.Agents()),
            ("filters", GuardsSchema.Filters()),
            ("tracing", PlanoSchema.Tracing()),
            ("ratelimits", PlanoSchema.RateLimits()),
            ("state_storage", PlanoSchema.StateStorage()),
            ("responses_state", ResponsesStateSchema.State()),
            ("endpoints", PlanoSchema.Endpoints()),
            ("mode", PlanoSchema.Mode()),
            ("prompt_targets", PlanoSchema.Unenforced("prompt_targets")),
            ("prompt_guards", GuardsSchema.PromptGuards()),
            ("guards", GuardsSchema.Guards()),
            ("response_cache", GuardsSchema.ResponseCache()),
            ("system_prompt", PlanoSchema.Unenforced("system_prompt")),
            ("providers", AgentSchema.Providers()),
            ("subagents", AgentSchema.Subagents()));
        root["type"] = "object";
        root.Where(
            NotBoth("model_providers", "llm_providers"),
            NotBoth("responses_state", "state_storage"),
            If(Has("listeners", new JsonObject { ["type"] = "object" }), HasOneOf("model_providers", "llm_providers")));
        root.Insert(0, "$schema", "http://json-schema.org/draft-07/schema#");
        root.Insert(1, "title", "ModelScan configuration");
        return root;
    }
}
