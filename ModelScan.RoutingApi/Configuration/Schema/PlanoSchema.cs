using System.Text.Json.Nodes;
using ModelScan.RoutingApi.Configuration.Reading;
using static ModelScan.RoutingApi.Configuration.Schema.SchemaTypes;

namespace ModelScan.RoutingApi.Configuration.Schema;

/// <summary>The parts of Plano's schema that are checked and do nothing here; why, is data of <see cref="UnenforcedKeys"/>.</summary>
internal static class PlanoSchema
{
    /// <summary>What an editor tells about a key that does nothing.</summary>
    public static string Reason(string path)
    {
        var row = UnenforcedKeys.Find(path);
        return row.Protects ? $"Accepted and NOT enforced: {row.Reason}." : $"Accepted, without effect: {row.Reason}.";
    }

    public static JsonObject Unenforced(string path) => Anything(Reason(path));

    public static JsonObject Mode() => OneOf(Reason("mode"), "llm", "prompt");

    public static JsonObject Agents() => List(Reason("agents"), Map("An agent.", ("id", RequiredText("Its id.")), ("url", Url("Its address.", required: true))).Requiring("id", "url"));

    public static JsonObject Tracing() => Map(
        Reason("tracing"),
        ("random_sampling", Whole("Percent of requests that are traced.", 0, 100)),
        ("trace_arch_internal", Flag("Whether Plano's own requests are traced.")),
        ("opentracing_grpc_endpoint", new JsonObject { ["description"] = "Where traces go.", ["type"] = new JsonArray("string", "null"), ["pattern"] = @"^[Hh][Tt][Tt][Pp]://[^/\s]+/?$|\$" }),
        ("span_attributes", Map("What spans say.", ("header_prefixes", Texts("Headers that spans hold.")), ("static", TextMap("Attributes that every span has.")))),
        ("exporters", List(
            "Where else traces go.",
            Map(
                "An exporter.",
                ("type", RequiredOneOf("Its kind.", "posthog")),
                ("url", Url("Its address.", required: true)),
                ("api_key", RequiredText("Its key.", "")),
                ("distinct_id_header", Text("Header that tells users apart.")),
                ("capture_messages", Flag("Whether messages are sent."))).Requiring("type", "url", "api_key"))));

    public static JsonObject RateLimits() => List(
        "Limits of Plano's: tokens of input, for the requests of a model that have a header with a value. governance.limits says more.",
        Map(
            "A limit.",
            ("model", RequiredText("The model.")),
            ("selector", Given(Map("Which requests.", ("key", RequiredText("Header.")), ("value", RequiredText("Its value."))).Requiring("key", "value"))),
            ("limit", Given(Map("How much.", ("tokens", Given(Whole("Tokens.", 1, int.MaxValue))), ("unit", RequiredOneOf("In which time.", "second", "minute", "hour", "day"))).Requiring("tokens", "unit")))).Requiring("model", "selector", "limit"));

    public static JsonObject StateStorage() => Map(
        "Where conversations of the Responses API are kept; responses_state says more.",
        ("type", RequiredOneOf("Where.", "memory", "postgres")),
        ("connection_string", Text("The database."))).Where(
            If(new JsonObject { ["type"] = "object" }, Has("type")),
            If(Has("type", Among("postgres")), Has("connection_string")));

    public static JsonObject Endpoints() => new()
    {
        ["description"] = Reason("endpoints"),
        ["type"] = new JsonArray("object", "null"),
        ["propertyNames"] = new JsonObject { ["pattern"] = "^[a-zA-Z][a-zA-Z0-9_]*$" },
        ["additionalProperties"] = Map(
            "An endpoint.",
            ("endpoint", RequiredText("Host and port.")),
            ("connect_timeout", Duration("Limit for connecting.")),
            ("protocol", OneOf("What it speaks.", "http", "https")),
            ("http_host", Text("Overrides the Host header.")),
            ("prefix_affinity", Flag("Whether equal beginnings go to the same place."))).Where(If(new JsonObject { ["type"] = "object" }, Has("endpoint"))),
    };

    private static JsonObject Given(JsonObject value)
    {
        value["not"] = new JsonObject { ["type"] = "null" };
        return value;
    }
}
