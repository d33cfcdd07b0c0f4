using System.Text.Json.Nodes;
using ModelScan.RoutingApi.Selection;
using static ModelScan.RoutingApi.Configuration.Schema.SchemaTypes;

namespace ModelScan.RoutingApi.Configuration.Schema;

/// <summary>What decides among models: routes, prices and latencies, prompt caches.</summary>
internal static class RouteSchema
{
    public static JsonObject Routes()
    {
        var models = Texts("Models that may answer: names, full names, aliases, or anything that a wildcard covers.");
        models["type"] = "array";
        models["minItems"] = 1;
        return List(
            "Routes: what requests are about, and which models answer them.",
            Map(
                "A route.",
                ("name", RequiredText("Its name, unique.")),
                ("description", Text("When it is meant, in the words in which a colleague would be told; without one its name has to say it.")),
                ("models", models),
                ("selection_policy", Map("How the models are ordered.", ("prefer", OneOf("cheapest needs a cost source, fastest a latency source.", [.. SelectionPolicies.All.Select(policy => policy.Name), ""])))),
                ("examples", Texts("Prompts that belong to the route.")),
                ("examples_file", Text("A file of labelled prompts, one JSON object a line; those of this route are examples.")),
                ("threshold", Number("Probability from which the route is taken.", 0, 1)),
                ("default", Flag("Whether it takes whatever no other route is for."))).Requiring("name", "models"));
    }

    public static JsonObject MetricsSources() => List(
        "Where prices and latencies come from: one cost source and one latency source, and what the gateway observes beside it.",
        Map(
            "A source.",
            ("type", RequiredOneOf("What it knows; the longer names are older forms that need no provider.", "cost", "latency", "digitalocean_pricing", "prometheus_metrics", "cost_metrics")),
            ("provider", OneOf("Who knows it: digitalocean or models.dev for cost, prometheus or observed for latency.", "digitalocean", "models.dev", "prometheus", "observed")),
            ("url", Url("Address; the catalogues have theirs.")),
            ("query", Text("PromQL instant query that yields a latency for each model.")),
            ("refresh_interval", Duration("Time between two refreshes, at least 1 second; fetched once if left out.", min: 1)),
            ("auth", Map("Credential.", ("type", RequiredOneOf("Kind of credential.", "bearer")), ("token", RequiredText("The token: a variable rather than the token itself.", ""))).Requiring("type", "token")),
            ("model_aliases", TextMap("The source's name of a model to the one in this file."))).Requiring("type").Where(
                If(Has("type", Among("cost")), Has("provider", Among("digitalocean", "models.dev"))),
                If(Has("type", Among("latency")), Has("provider", Among("prometheus", "observed"))),
                If(Has("type", Among("cost_metrics")), Has("url")),
                If(Has("type", Among("prometheus_metrics")), Both(Has("url"), Has("query"))),
                If(Both(Has("type", Among("latency")), Has("provider", Among("prometheus"))), Both(Has("url"), Has("query")))));

    public static JsonObject PromptCaching() => Map(
        "Keeping what providers have cached of a conversation's beginning.",
        ("enabled", Flag("Whether any of this is on.")),
        ("session_affinity", Flag("Whether conversations stay with their model without naming a session.")),
        ("inject_cache_control", Flag("Whether marks that say what to cache are added for providers that need them.")),
        ("min_prefix_tokens", Whole("Estimated tokens from which marks are added.", 0, int.MaxValue)),
        ("session_ttl_seconds", Whole("How long such a conversation is remembered, in seconds.", 1, 30 * 86400)));

    private static JsonObject Both(JsonObject one, JsonObject other) => new() { ["allOf"] = new JsonArray(one, other) };
}
