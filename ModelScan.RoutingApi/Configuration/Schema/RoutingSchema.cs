using System.Text.Json.Nodes;
using static ModelScan.RoutingApi.Configuration.Schema.SchemaTypes;

namespace ModelScan.RoutingApi.Configuration.Schema;

/// <summary><c>routing</c> and <c>overrides</c>.</summary>
internal static class RoutingSchema
{
    public static JsonObject Routing() => Map(
        "How the gateway decides and reaches models.",
        ("mode", OneOf<RoutingMode>("policy: the engine in this process decides. direct: nobody does. plano_proxy, plano_embedded: a Plano does.")),
        ("fallback", Flag("Whether direct mode answers what another mode could not, before the first byte.")),
        ("broken_streams", OneOf<BrokenStreams>("How a client learns that a stream in its provider's own bytes broke off: the connection ends as the provider's did, or an error event comes first.")),
        ("allow_mode_header", Flag("Whether a client may choose the mode of a request by the header x-modelscan-mode.")),
        ("direct", Map("Direct mode.", ("default_provider", Text("Whose first model answers requests that name none.")))),
        ("proxy", Proxy()),
        ("plano_proxy", Proxy()),
        ("embedded", Embedded()),
        ("plano_embedded", Embedded()),
        ("classifier", Classifier()),
        ("session_ttl_seconds", Whole("How long an idle session is remembered, in seconds; 600 if left out.", 1, 30 * 86400)),
        ("session_max_entries", Whole("How many sessions are remembered in memory.", 1, 10_000)),
        ("session_cache", Map(
            "Where sessions are kept.",
            ("type", OneOf<SessionStoreKind>("memory: in this process. redis: shared by replicas.")),
            ("url", Text("Redis server: redis://[user:password@]host[:port][/db], rediss:// for TLS.")),
            ("tenant_header", Text("Request header whose value separates tenants."))).Where(If(Has("type", Among("redis")), Has("url")))),
        ("route_on_user_only", Flag("Whether only turns of a user are routed anew.")),
        ("routing_budget", Map(
            "What a session may spend on switching models. Needs a cost source.",
            ("max_switch_spend_pct", Number("Ceiling in percent of what the session costs without switching.", 0, 100)),
            ("replenish_on_rebind", Flag("Whether a session that has gone cold starts from zero.")),
            ("cache_read_discount", Number("Price of a cached input token as a fraction of an uncached one, where no such price is known.", 0, 1)),
            ("record_counterfactual", Flag("Whether the route that a veto prevented is recorded."))).Where(HasOrNothing("max_switch_spend_pct"))),
        ("timeouts", Map(
            "How long providers may take.",
            ("connect", Duration("Establishing a connection.", exclusive: true)),
            ("first_byte", Duration("Until the first byte of an answer.", exclusive: true)),
            ("idle", Duration("Between two pieces of an answer.", exclusive: true)),
            ("total", Duration("A client's whole request, all attempts together.", exclusive: true)))),
        ("websocket", Map(
            "The WebSocket mode of /v1/responses.",
            ("enabled", Flag("Whether upgrades are accepted; else they are answered with 426.")),
            ("max_connections", Whole("Most connections at a time.", 1, 1_000_000)),
            ("idle_timeout", Duration("After how long without a message or an answer a connection is closed.", exclusive: true)),
            ("ping_interval", Duration("How often a connection is asked whether its client is still there.", exclusive: true)),
            ("lifetime", Duration("How long a connection takes requests.", exclusive: true)))),
        ("shutdown", Map(
            "How the gateway ends when it is told to.",
            ("delay", Duration("For how long /health says no while requests are still taken.")),
            ("timeout", Duration("After that, for how long answers under way may go on.", exclusive: true)))),
        ("cors", Map(
            "Which pages of other sites may ask models from a browser; none if left out.",
            ("origins", Texts("Their origins, such as https://app.example.com or https://*.example.com; * for any.")),
            ("max_age", Duration("For how long a browser need not ask again whether it may.", exclusive: true))).Requiring("origins")),
        ("keep_alive", Duration("After how much silence a stream gets a comment that keeps proxies from cutting it.", exclusive: true)),
        ("max_request_body", Size("Largest request.", 1024, 1L << 30)),
        ("inline_routes", Map(
            "Routes that clients bring along with a request.",
            ("max", Whole("How many; 0 for none. 64 if left out.", 0, 1_000)),
            ("max_text", Size("How much of them; 64KB if left out.", 0, 1L << 20)))),
        ("allowed_hosts", Texts("Names by which the gateway may be called, *. before one for all below it.")),
        ("headers", Map(
            "Headers that pass beside those that vendors document (docs/headers.md); * may stand at the end of a name.",
            ("to_provider", Texts("Of the client's, what a provider gets.")),
            ("to_client", Texts("Of the provider's, what a client gets.")))),
        ("llm_provider", PlanoSchema.Unenforced("routing.llm_provider")),
        ("model", PlanoSchema.Unenforced("routing.model"))).Where(
            NotBoth("proxy", "plano_proxy"),
            NotBoth("embedded", "plano_embedded"),
            If(Has("mode", Among("plano_proxy", "proxy")), HasOneOf("proxy", "plano_proxy")),
            If(Has("mode", Among("plano_embedded", "embedded")), HasOneOf("embedded", "plano_embedded")));

    public static JsonObject Overrides()
    {
        var overrides = Map(
            "Settings of Plano's that change how it decides; unknown ones are accepted.",
            ("llm_routing_model", Text("The model of model_providers that decides instead of the embedded classifier.")),
            ("orchestrator_model_context_length", Whole("Its context in tokens.", 256, 1_000_000)),
            ("prompt_target_intent_matching_threshold", PlanoSchema.Unenforced("overrides.prompt_target_intent_matching_threshold")),
            ("optimize_context_window", PlanoSchema.Unenforced("overrides.optimize_context_window")),
            ("use_agent_orchestrator", PlanoSchema.Unenforced("overrides.use_agent_orchestrator")),
            ("agent_orchestration_model", PlanoSchema.Unenforced("overrides.agent_orchestration_model")),
            ("disable_signals", PlanoSchema.Unenforced("overrides.disable_signals")),
            ("upstream_connect_timeout", PlanoSchema.Unenforced("overrides.upstream_connect_timeout")),
            ("upstream_tls_ca_path", PlanoSchema.Unenforced("overrides.upstream_tls_ca_path")));
        overrides["additionalProperties"] = true;
        return overrides;
    }

    private static JsonObject Proxy() => Map(
        "A Plano that runs elsewhere.",
        ("base_url", Url("Its address.", required: true)),
        ("api_key", Text("Sent as bearer token.")),
        ("passthrough_auth", Flag("Whether the client's own credential is passed on instead.")),
        ("timeout", Duration("Limit for the first byte of one attempt.", exclusive: true)),
        ("retry_count", Whole("Attempts after the first.", 0, 10)),
        ("max_retries", Whole("The same, in another spelling.", 0, 10))).Where(HasOrNothing("base_url"));

    private static JsonObject Embedded() => Map(
        "A Plano container of the gateway's own; docs/embedded-plano.md tells about each of these.",
        ("config_path", RequiredText("Plano's configuration file, relative to this one.", "")),
        ("image", Text("Container image.")),
        ("address", Url("Where the container listens, if somebody else runs it.")),
        ("engine", Text("docker, podman, or the path of one of them.")),
        ("pull", OneOf<ImagePull>("When the image is fetched.")),
        ("pull_timeout", Duration("Limit for fetching the image.", exclusive: true)),
        ("ports", Map("Ports of this machine; 0 for any free one.", ("ingress", Whole("For prompts.", 0, 65535)), ("egress", Whole("For models.", 0, 65535)))),
        ("port", Whole("The same as ports.egress.", 0, 65535)),
        ("env", TextMap("Variables that the container is given; it gets no others.")),
        ("health_endpoint", Text("Path that answers 200 when Plano is well.")),
        ("health_interval", Duration("Pause between two checks.", exclusive: true)),
        ("health_timeout", Duration("Limit for one check.", exclusive: true)),
        ("start_timeout", Duration("Limit for becoming healthy.", exclusive: true)),
        ("max_restarts", Whole("Restarts within restart_window; the next failure degrades.", 0, 100)),
        ("restart_window", Duration("For how long a restart counts.", exclusive: true)),
        ("while_starting", OneOf<WhileStarting>("What requests get until Plano is healthy for the first time.")),
        ("fallback", Flag("The same as routing.fallback.")));

    private static JsonObject Classifier()
    {
        var endpoint = Map(
            "A classifier with settings.",
            ("type", OneOf<ClassifierKind>("embedded: in this process. endpoint: a router model. onnx: in this process, with an encoder of your own.")),
            ("kind", OneOf<ClassifierKind>("The same as type.")),
            ("threshold", Number("Probability of the best route against none from which the embedded classifier takes it.", 0, 1)),
            ("stay", Number("How much speaks for the route of the message before: more where conversations keep to one subject.", -10, 10)),
            ("calibration", Text("File of constants that 'modelscan calibrate' fitted.")),
            ("when_unsure", OneOf("Who is asked where the embedded classifier is not sure.", "none", "router_model")),
            ("unsure_below", Number("Probability of the best answer below which it is not.", 0, 1)),
            ("vocab", Text("Of an encoder of your own: its word pieces, one a line.")),
            ("pooling", OneOf("Of an encoder of your own that does not pool by itself.", "mean", "cls")),
            ("max_tokens", Whole("Of an encoder of your own: longest text in pieces.", 8, 512)),
            ("base_url", Url("The router model's API, which speaks OpenAI's.")),
            ("model", Text("The router model; with onnx, the encoder's file.")),
            ("access_key", Text("Its key.")),
            ("prompt", OneOf("How it is asked; by its name, if left out.", "orchestrator", "arch_router")),
            ("timeout", Duration("Limit for one decision; then the embedded classifier answers.", exclusive: true)),
            ("cache", Map(
                "Decisions that are remembered.",
                ("enabled", Flag("Whether any are.")),
                ("entries", Whole("How many.", 0, 100_000)),
                ("age", Duration("How long.", exclusive: true)))));
        endpoint["type"] = "object";
        endpoint.Where(If(Has("base_url"), Has("model")), If(new JsonObject { ["allOf"] = new JsonArray(Has("model"), new JsonObject { ["not"] = Has("vocab") }) }, Has("base_url")));
        return new() { ["description"] = "Which classifier decides.", ["anyOf"] = new JsonArray(OneOf("By name.", "embedded", "endpoint"), endpoint) };
    }

    // Where the mapping itself is there.
    private static JsonObject HasOrNothing(string key) => If(new JsonObject { ["type"] = "object" }, Has(key));
}
