namespace ModelScan.RoutingApi.Endpoints.Reference;

/// <summary>Every operation of the HTTP surface. A path that is mapped and not here fails a test, and so does one that is here and not mapped.</summary>
internal static class ApiOperations
{
    private const string Models = "Models";
    private const string Decisions = "Decisions";
    private const string Doors = "Other APIs";
    private const string Admin = "Administration";
    private const string Watching = "Watching";

    private const string AdminKey = "With governance.admin_key as bearer token; without one from this machine alone. So is all of /admin.";

    private const string ChatRequest = """{"model": "gpt-4o-mini", "messages": [{"role": "user", "content": "Write a binary search in Python"}]}""";
    private const string MessagesRequest = """{"model": "gpt-4o-mini", "max_tokens": 100, "messages": [{"role": "user", "content": "Write a binary search in Python"}]}""";
    private const string ResponsesRequest = """{"model": "gpt-4o-mini", "input": "Write a binary search in Python"}""";

    private const string Decision = """
        {"models": ["anthropic/claude-sonnet-4-20250514", "openai/gpt-4o"], "route": "code_generation", "trace_id": "37c8acb0623155bb57ffe5801d7db73e", "pinned": false, "switched": false}
        """;

    private const string Mode = """
        {"mode": "policy", "configured": "policy", "commanded": false, "since": "2026-01-31T12:00:00+00:00", "serving": [{"mode": "policy", "requests": 0, "draining": false}]}
        """;

    private const string Config = """
        {"source": "/etc/modelscan.yaml", "hash": "0f…", "since": "2026-01-31T12:00:00+00:00", "mode": "policy", "classifier": "embedded", "classifier_problem": null, "routes": ["code_generation"],
         "warnings": ["line 9: model_providers[0].rate_limits: is NOT enforced: requests are not limited by tokens"], "notices": [], "refused": [],
         "model_metrics_sources": [{"name": "digitalocean", "models": 70, "age_seconds": 1.5, "failures": 0, "last_failure": null}], "guards": {"input": ["pii"], "output": [], "stream": "window", "findings": [{"guard": "pii", "direction": "input", "kind": "email", "action": "redact", "count": 3}]},
         "response_cache": {"enabled": true, "answers": 12, "bytes": 30000, "hits": 40, "misses": 12}, "document": {}}
        """;

    private const string RequestList = """
        {"data": [{"id": "01KGA5ZV8R2N9K0000000000QX", "trace_id": "37c8acb0623155bb57ffe5801d7db73e", "started": "2026-01-31T12:00:00+00:00", "state": "completed", "status": 200, "operation_name": "chat", "format": "chat",
          "request_model": "gpt-4o-mini", "model": "anthropic/claude-sonnet-4-20250514", "provider_name": "anthropic", "mode": "policy", "route": "code_generation", "why": "cheapest of 2", "duration_ms": 812.4, "attempt_count": 1,
          "usage": {"input_tokens": 14, "output_tokens": 210}, "cost": {"state": "priced", "total_usd": 0.0032, "requested_usd": 0.0001, "saved_usd": -0.0031}}], "next": "01KGA5ZV8R2N9K0000000000QX"}
        """;

    private const string RequestWhole = """
        {"id": "01KGA5ZV8R2N9K0000000000QX", "state": "completed", "status": 200, "why": "cheapest of 2", "candidates": [{"model": "anthropic/claude-sonnet-4-20250514", "reason": "chosen", "input_usd_per_million": 3, "output_usd_per_million": 15}],
         "attempts": [{"provider_name": "anthropic", "model": "anthropic/claude-sonnet-4-20250514", "status": 200, "sent_after_ms": 1.2, "first_byte_ms": 402.1, "duration_ms": 811.0, "outcome": "answered"}]}
        """;

    private const string RequestAggregates = """
        {"data": [{"start": "2026-01-31T12:00:00+00:00", "model": "openai/gpt-4o", "requests": 12, "failed": 0, "aborted": 0, "refused": 0, "input_tokens": 1400, "cache_read_input_tokens": 0, "output_tokens": 2100, "cost_usd": 0.0032, "saved_usd": 0.001,
          "without_price": 0, "time_to_first_chunk_ms": {"p50": 402.1, "p95": 610.5, "p99": 702.4}, "duration_ms": {"p50": 811.0, "p95": 1502.3, "p99": 1803.1}, "gateway_ms": {"p50": 0.2, "p95": 0.9, "p99": 1.4}}]}
        """;

    private const string Redecisions = """
        {"records": 1200, "decided": 1180, "other_models": 240, "other_routes": 120, "cost": {"requests": 1100, "before_usd": 4.2, "after_low_usd": 3.1, "after_high_usd": 3.6, "means": "low: …"},
         "switches": {"before": 12, "after": 9, "cost_usd": 0.02}, "routes": [{"from": "chat", "to": "code_generation", "requests": 120}], "models": [], "undecidable": [{"reason": "the classifier failed", "requests": 20}], "changes": [], "notes": []}
        """;

    private static readonly (string, string, string) Filter =
        ("query", "filter", "Conditions that all have to hold: route:code model:openai/*,anthropic/* cost:>0.01 ttft:>2s -state:completed tag.team:search since:1h, or any word.");

    private const string PlanoState = """{"status": "not_in_use"}""";

    private const string ModelList = """{"object": "list", "data": [{"id": "openai/gpt-4o", "object": "model", "created": 0, "owned_by": "OpenAI"}]}""";
    private const string Model = """{"id": "openai/gpt-4o", "object": "model", "created": 0, "owned_by": "OpenAI"}""";

    private const string EmbeddingsRequest = """{"model": "openai/text-embedding-3-small", "input": "Write a binary search in Python"}""";

    private static readonly (string, string, string)[] OfProvider =
    [
        ("header", "x-modelscan-provider", "Whose door is meant where the body names no model: a provider, an entry or a model of the configuration."),
        ("query", "provider", "The same, for clients that cannot set headers."),
    ];

    private static readonly (string, string, string)[] Session =
    [
        ("header", "x-model-affinity", "The session that the request belongs to: its requests stay with one model."),
        ("query", "explain", "1 for every score, price and latency behind the decision."),
    ];

    /// <summary>The operations, in the order in which people look for them.</summary>
    public static IReadOnlyList<ApiOperation> All { get; } =
    [
        new("POST", "/routing/v1/chat/completions", Decisions, "Which models should answer a Chat Completions request")
        {
            Description = "Nobody is asked to answer. models is ranked, the best first, and [\"none\"] where no route matches.", Request = ChatRequest, Answer = Decision, Parameters = Session,
        },
        new("POST", "/routing/v1/messages", Decisions, "Which models should answer an Anthropic Messages request") { Request = MessagesRequest, Answer = Decision, Parameters = Session },
        new("POST", "/routing/v1/responses", Decisions, "Which models should answer an OpenAI Responses request") { Request = ResponsesRequest, Answer = Decision, Parameters = Session },

        new("POST", "/v1/chat/completions", Models, "Answered by a model, in OpenAI's Chat Completions format") { Description = "https://platform.openai.com/docs/api-reference/chat", Request = ChatRequest },
        new("POST", "/v1/messages", Models, "Answered by a model, in Anthropic's Messages format") { Description = "https://docs.anthropic.com/en/api/messages", Request = MessagesRequest },
        new("POST", "/v1/responses", Models, "Answered by a model, in OpenAI's Responses format") { Description = "https://platform.openai.com/docs/api-reference/responses", Request = ResponsesRequest },
        new("POST", "/v1/responses/compact", Models, "A conversation made shorter, by its provider or by a summary")
        {
            Request = ResponsesRequest, Answer = """{"id": "resp_1", "object": "response.compaction", "created_at": 1764417600, "output": [], "usage": {"input_tokens": 1, "output_tokens": 1, "total_tokens": 2}}""",
        },
        new("GET", "/v1/responses/{id}", Models, "A response that is kept") { Description = "responses_state says for how long." },
        new("DELETE", "/v1/responses/{id}", Models, "Takes a response out") { Answer = """{"id": "resp_1", "object": "response", "deleted": true}""" },
        new("GET", "/v1/responses/{id}/input_items", Models, "What was new in the input of a response")
        {
            Answer = """{"object": "list", "data": [], "first_id": null, "last_id": null, "has_more": false}""",
            Parameters = [("query", "limit", "Most items, 1 to 100; 20 if left out."), ("query", "order", "asc or desc; desc if left out."), ("query", "after", "The item to begin behind.")],
        },
        new("POST", "/v1/responses/{id}/cancel", Models, "Ends a response that runs in the background at a provider"),
        new("GET", "/v1/responses", Models, "A WebSocket on which requests and answers of the Responses format pass as messages") { Description = "426 where routing.websocket.enabled is false." },
        new("POST", "/v1/messages/count_tokens", Models, "How many tokens a Messages request has") { Request = MessagesRequest, Answer = """{"input_tokens": 14}""" },
        new("POST", "/v1/embeddings", Doors, "Vectors of texts") { Description = "Passed as it is to the provider of the named model, and so is everything below. 501 where that has no such API.", Request = EmbeddingsRequest },
        new("POST", "/v1/completions", Doors, "Continuations of a text"),
        new("POST", "/v1/images/{**path}", Doors, "Images: generations, edits, variations"),
        new("POST", "/v1/audio/{**path}", Doors, "Sound: speech, transcriptions, translations"),
        new("POST", "/v1/moderations", Doors, "Whether texts are offensive"),
        new("POST", "/v1/rerank", Doors, "Which documents answer a question best"),
        new("GET", "/v1/files", Doors, "The files at a provider") { Parameters = OfProvider },
        new("POST", "/v1/files", Doors, "Puts a file there") { Parameters = OfProvider },
        new("GET", "/v1/files/{**path}", Doors, "One file, or its content") { Parameters = OfProvider },
        new("DELETE", "/v1/files/{**path}", Doors, "Deletes a file") { Parameters = OfProvider },
        new("GET", "/v1/batches", Doors, "The batches at a provider") { Parameters = OfProvider },
        new("POST", "/v1/batches", Doors, "Begins a batch") { Parameters = OfProvider },
        new("GET", "/v1/batches/{**path}", Doors, "One batch") { Parameters = OfProvider },
        new("POST", "/v1/batches/{**path}", Doors, "Cancels a batch") { Parameters = OfProvider },

        new("GET", "/v1/models", Models, "The models that can be asked for")
        {
            Description = "In Anthropic's form for clients that send anthropic-version.", Answer = ModelList,
        },
        new("GET", "/v1/models/{**id}", Models, "One model") { Description = "Slashes of an id may be written as they are.", Answer = Model },
        new("OPTIONS", "/v1/models", Models, "What browsers ask before they call"),

        new("GET", "/admin/config", Admin, "The configuration in force, secrets masked, and how fresh prices and latencies are") { Answer = Config },
        new("GET", "/admin/mode", Admin, "The mode in force") { Answer = Mode },
        new("PUT", "/admin/mode", Admin, "Switches the mode until the configuration names another one")
        {
            Description = "policy, direct, plano_proxy or plano_embedded. Requests that run finish in the mode in which they started.", Request = """{"mode": "direct"}""", Answer = Mode,
        },
        new("DELETE", "/admin/mode", Admin, "Follows the configuration's mode again") { Answer = Mode },
        new("GET", "/admin/providers", Admin, "The configured models, and how providers, keys and models are") { Answer = """{"models": [], "health": [], "keys": []}""" },
        new("GET", "/admin/keys", Admin, "The gateway's keys, without their secrets") { Description = AdminKey, Answer = """{"anonymous": "refuse", "file": "/data/keys.yaml", "keys": []}""" },
        new("POST", "/admin/keys", Admin, "Makes a key, whose secret is told this once")
        {
            Description = "Needs governance.keys_file. Gateways take it within a second.",
            Request = """{"id": "team-a", "models": ["openai/*", "route:code_generation"], "tags": {"team": "a"}, "limits": ["month"], "expires": "2027-01-31"}""",
            Answer = """{"id": "team-a", "secret": "msk_team-a_…", "hash": "sha256:…"}""",
        },
        new("POST", "/admin/keys/{id}/rotate", Admin, "Gives a key another secret; the one before opens nothing any more") { Answer = """{"id": "team-a", "secret": "msk_team-a_…", "hash": "sha256:…"}""" },
        new("PUT", "/admin/keys/{id}", Admin, "Disables a key, or enables it again") { Request = """{"disabled": true}""" },
        new("DELETE", "/admin/keys/{id}", Admin, "Ends a key"),
        new("GET", "/admin/limits", Admin, "Limits and budgets, how far they are used, and the last refusals") { Description = AdminKey, Answer = """{"store": "memory", "problem": null, "waiting": 0, "lost": 0, "limits": [], "refusals": []}""" },
        new("GET", "/admin/requests", Admin, "Requests on record, the latest first")
        {
            Description = "With governance.admin_key or request_log.admin_key as bearer token; without one from this machine alone. A page has next, which the next page takes as before.", Answer = RequestList,
            Parameters = [Filter, ("query", "before", "The next of the page before."), ("query", "limit", "Records of a page, 1 to 500; 50 if left out.")],
        },
        new("DELETE", "/admin/requests", Admin, "Deletes requests from the record")
        {
            Description = "What was said in them goes, too.", Answer = """{"deleted": 12}""", Parameters = [Filter, ("query", "all", "true deletes everything where there is no filter.")],
        },
        new("GET", "/admin/requests/{id}", Admin, "One request on record, whole") { Answer = RequestWhole },
        new("GET", "/admin/requests/aggregate", Admin, "Counts, tokens, cost and latencies of requests on record")
        {
            Answer = RequestAggregates,
            Parameters = [Filter, ("query", "group_by", "Up to three of model, route, provider, key, session and the other texts of a filter."), ("query", "interval", "Length of a stretch of time: 1m, 1h, 1d.")],
        },
        new("GET", "/admin/requests/export", Admin, "Requests on record, one a line")
        {
            AnswerType = "application/x-ndjson",
            Parameters = [Filter, ("query", "format", "ndjson or csv."), ("query", "inputs", "true adds what decisions were made on, where that is kept."), ("query", "limit", "Most records.")],
        },
        new("GET", "/admin/requests/tail", Admin, "Requests while they are recorded, as server-sent events") { AnswerType = "text/event-stream", Parameters = [Filter] },
        new("PUT", "/admin/requests/{id}/feedback", Admin, "Whether a request's route was right")
        {
            Description = "With route, which one would have been; null for none.", Request = """{"right": false, "route": "code_generation"}""",
            Answer = """{"id": "01KGA5ZV8R2N9K0000000000QX", "feedback": {"right": false, "route": "code_generation", "at": "2026-01-31T12:00:00+00:00"}}""",
        },
        new("GET", "/admin/requests/examples", Admin, "Requests with feedback as labelled prompts, for modelscan eval and calibrate")
        {
            Description = "Needs request_log.decision_inputs: text.", AnswerType = "application/x-ndjson", Parameters = [Filter],
        },
        new("POST", "/admin/requests/redecide", Admin, "What another policy would have decided for requests on record")
        {
            Description = "policy is a whole configuration; without one it is the one in force. Nobody is asked, and nothing is changed.",
            Request = """{"policy": "version: v0.4.0\n…", "filter": "since:24h", "limit": 10000}""", Answer = Redecisions,
        },
        new("GET", "/admin/requests/status", Admin, "Where requests are recorded, and what could not be") { Answer = """{"store": "sqlite", "place": "/var/lib/modelscan/requests.db", "problem": null, "waiting": 0, "shed_records": 0, "shed_bodies": 0, "filter_keys": ["route"]}""" },
        new("GET", "/admin/plano", Admin, "The state of the embedded Plano's container") { Answer = PlanoState },

        new("GET", "/healthz", Watching, "200 as long as the process serves") { AnswerType = "text/plain" },
        new("HEAD", "/healthz", Watching, "200 as long as the process serves") { AnswerType = "text/plain" },
        new("GET", "/health", Watching, "Whether every health check passes") { AnswerType = "text/plain" },
        new("GET", "/alive", Watching, "Whether the process need not be restarted") { AnswerType = "text/plain" },
        new("GET", "/metrics", Watching, "Metrics in Prometheus' text format") { AnswerType = "text/plain" },
        new("GET", "/console/{**path}", Watching, "The console, for browsers") { Description = "From this machine alone, or with the admin key: it asks for it.", AnswerType = "text/html" },
        new("POST", "/console/{**path}", Watching, "What is done in the console") { Description = "Forms of its own pages.", AnswerType = "text/html" },
        new("GET", "/", Watching, "What runs here and how to use it") { AnswerType = "text/html" },
        new("GET", "/openapi/{documentName}.json", Watching, "This description; v1 is the only one"),
    ];
}
