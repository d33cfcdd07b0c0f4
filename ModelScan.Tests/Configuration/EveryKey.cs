namespace ModelScan.Tests.Configuration;

/// <summary>
/// Configurations that together hold every key that does something, each with a value that is not what the gateway takes without it. Who adds a
/// key adds it here.
/// </summary>
internal static class EveryKey
{
    private static readonly string AnyFile = typeof(EveryKey).Assembly.Location;

    private static readonly string Direct = $$"""
        version: v0.4.0
        listeners: [{ type: model, name: m, address: 127.0.0.2, port: 12345, timeout: 7s }]
        model_providers:
          - model: openai/gpt-4o
            name: big
            access_key: $NO_SUCH_VARIABLE-1
            default: true
            base_url: http://one.example/v1
            http_host: other.example
            internal: true
            headers: { x-team: a }
            capabilities:
              like: openai/gpt-4.1
              context: 1000
              input: 900
              output: 800
              output_field: max_tokens
              in: [text]
              out: [text]
              tools: true
              parallel_tools: true
              max_tools: 3
              sampling: true
              developer_role: true
              one_system_message: true
              structured_output: json
              formats: [chat]
              refused_fields: [seed]
              reasoning: { efforts: [low], min_budget: 1, max_budget: 2, adaptive: true, can_be_off: true, return_field: thoughts }
          - { model: own/m, base_url: "http://two.example/v1", provider_interface: openai, passthrough_auth: true }
          - { model: openai/old, name: old, endpoint: three.example, port: 8443, protocol: http }
          - { model: amazon_bedrock/x, aws: { region: us-west-2, access_key_id: a, secret_access_key: $B-1, session_token: $C-1 } }
          - { model: amazon_bedrock/y, base_url: "https://bedrock-runtime.us-west-2.amazonaws.com", aws: { region: eu-west-1, profile: p }, capabilities: { reasoning: false } }
          - { model: anthropic/* }
        model_aliases: { fast: { target: anthropic/m } }
        routing_preferences:
          - { name: code, description: d, models: [big, own/m], selection_policy: { prefer: cheapest }, examples: [e], threshold: 0.4, default: true }
        model_metrics_sources:
          - { type: cost, provider: models.dev, url: "http://prices.example", refresh_interval: 60, model_aliases: { a: b }, auth: { type: bearer, token: $D-1 } }
          - { type: latency, provider: prometheus, url: "http://latency.example", query: q }
        prompt_caching: { enabled: true, session_affinity: false, inject_cache_control: false, min_prefix_tokens: 7, session_ttl_seconds: 9 }
        routing:
          mode: direct
          fallback: true
          broken_streams: event
          allow_mode_header: true
          direct: { default_provider: openai }
          proxy: { base_url: "http://plano.example/a", api_key: $E-1, timeout: 9s, retry_count: 1 }
          session_ttl_seconds: 60
          session_max_entries: 50
          session_cache: { type: redis, url: "redis://r", tenant_header: x-t }
          route_on_user_only: true
          routing_budget: { max_switch_spend_pct: 5, replenish_on_rebind: false, cache_read_discount: 0.5, record_counterfactual: true }
          timeouts: { connect: 1s, first_byte: 2s, idle: 3s, total: 4s }
          keep_alive: 5s
          shutdown: { delay: 3s, timeout: 20s }
          inline_routes: { max: 3, max_text: 2KB }
          headers: { to_provider: [x-a], to_client: [x-b] }
          allowed_hosts: [llm.example.com]
          max_request_body: 2MB
          classifier:
            type: endpoint
            threshold: 0.3
            stay: 1
            calibration: {{AnyFile}}
            base_url: http://router.example
            model: m
            access_key: $F-1
            prompt: orchestrator
            timeout: 3s
            cache: { enabled: true, entries: 5, age: 6s }
        overrides: { orchestrator_model_context_length: 999 }
        """;

    private static readonly string Embedded = """
        model_providers: [{ model: openai/gpt-4o }, { model: openai/gpt-4o-mini }]
        model_metrics_sources: [{ type: cost_metrics, url: "http://prices.example" }]
        routing:
          proxy: { base_url: "http://plano.example:1", passthrough_auth: true, max_retries: 2 }
          classifier: { kind: embedded, when_unsure: router_model, unsure_below: 0.4, base_url: "http://router.example", model: m }
          embedded:
            config_path: p.yaml
            image: i
            engine: podman
            pull: always
            pull_timeout: 1s
            ports: { ingress: 1, egress: 2 }
            env: { A: b }
            health_endpoint: /x
            health_interval: 2s
            health_timeout: 3s
            start_timeout: 4s
            max_restarts: 5
            restart_window: 6s
            while_starting: unavailable
            fallback: true
        """;

    private static readonly string Attached = $$"""
        model_providers: [{ model: openai/gpt-4o }]
        routing:
          classifier: { type: onnx, model: {{AnyFile}}, vocab: {{AnyFile}}, pooling: cls, max_tokens: 64 }
          embedded: { address: "http://plano.example", port: 5 }
        """;

    private static readonly string Older = """
        version: v0.3.0
        listeners: { egress_traffic: { address: 127.0.0.2, port: 12345, timeout: 3s } }
        model_providers:
          - { model: openai/gpt-4o, routing_preferences: [{ name: code, description: d }] }
          - { model: openai/gpt-4o-mini }
        overrides: { llm_routing_model: openai/gpt-4o }
        """;

    private static readonly string Unsure = """
        model_providers: [{ model: openai/gpt-4o }]
        routing: { classifier: { when_unsure: router_model } }
        overrides: { llm_routing_model: openai/gpt-4o }
        """;

    private static readonly string Conversations = """
        model_providers: [{ model: openai/gpt-4o }]
        responses_state:
          store: postgres
          path: other.db
          connection_string: Host=db
          retention: 2h
          max_responses: 5
          max_size: 64MB
          max_response_size: 2KB
          timeout: 3s
        routing: { websocket: { enabled: false, max_connections: 7, idle_timeout: 2s, ping_interval: 3s, lifetime: 4s } }
        """;

    private static readonly string PlanosConversations = """
        model_providers: [{ model: openai/gpt-4o }]
        state_storage: { type: postgres, connection_string: Host=db }
        """;

    private static readonly string Agents = """
        model_providers:
          - model: openai/gpt-4o
            doors: [embeddings, images]
            retry_policy:
              fallback_models: [openai/gpt-4o-mini, archgw/m]
              default_strategy: same_provider
              default_max_attempts: 3
              on_status_codes: [{ codes: [429, 500], strategy: same_model, max_attempts: 1 }]
              on_timeout: { strategy: same_model, max_attempts: 4 }
              backoff: { apply_to: same_model, base_ms: 5, max_ms: 50, jitter: false }
          - { model: openai/gpt-4o-mini }
        providers:
          archgw: { base_url: "http://arch.example", format: openai, api_key: $G-1 }
          mine: { base_url: "http://mine.example", format: anthropic, passthrough_auth: true }
        subagents:
          enable: true
          mappings: { reviewer: "archgw:m" }
          folders: [a, b]
          rules:
            - { when: long_context, above: 7, model: archgw/m }
            - { when: images, model: gpt-4o }
            - { when: background, models: ["*a*", "*b*"], model: gpt-4o }
        routing: { cors: { origins: ["https://a.example", "https://b.example"], max_age: 7s } }
        """;

    private static readonly string Log = """
        model_providers: [{ model: openai/gpt-4o }]
        request_log:
          store: postgres
          path: other.db
          connection_string: Host=db
          retention: { age: 1d, size: 64MB }
          bodies: all
          body_limit: 2KB
          redact: [abc]
          decision_inputs: text
          admin_key: $G-1
        console: { enabled: false }
        """;

    private static readonly string Governed = """
        model_providers:
          - { model: openai/gpt-4o, access_keys: [$H-1, $I-2], key_selection: least_loaded }
          - { model: openai/o3 }
        governance:
          anonymous: allow
          admin_key: 0123456789abcdef
          metrics: admin
          keys_file: keys.yaml
          store: redis
          redis: redis://limits
          on_store_failure: closed
          store_timeout: 50ms
          lease: 30s
          unknown_price: allow
          budget_status: 402
          keys:
            - id: a
              hash: sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
              models: [openai/gpt-4o]
              tags: { team: a }
              expires: 2027-01-31
              limits: [month]
              disabled: true
          limits:
            - { id: month, kind: spend, amount: 5, window: month, timezone: Europe/Berlin, per: key, mode: shadow, warn_at: [50], on_exceeded: { fallback: [openai/gpt-4o, openai/o3] } }
            - { id: minute, kind: tokens, amount: 5, window: minute, cost: input, models: [openai/gpt-4o], headers: { x-team: a }, tags: { team: a }, on_exceeded: route_cheaper }
        """;

    private static readonly string PlanosLimits = """
        model_providers: [{ model: openai/gpt-4o }]
        ratelimits: [{ model: gpt-4o, selector: { key: x-team, value: a }, limit: { tokens: 7, unit: minute } }]
        """;

    private static readonly string Guarded = """
        listeners: [{ type: model, name: m, input_filters: [in], output_filters: [out] }]
        model_providers: [{ model: openai/gpt-4o }]
        filters:
          - { id: in, type: http, url: "http://filter.example", tool: t, timeout: 3s, max_size: 2KB, on_error: open, stream: buffer }
          - { id: out, url: "http://other.example" }
        prompt_guards: { input_guards: { jailbreak: { on_exception: { message: no } } } }
        guards:
          input:
            - { type: pii, name: people, action: note, entities: [email, card], message: m }
            - { type: deny, patterns: [abc, def] }
            - { type: length, max_characters: 7 }
            - { type: jailbreak, threshold: 0.7, endpoint: "http://judge.example", api_key: $H-1, timeout: 3s, on_error: open }
          output:
            - { type: pii, name: people, action: note, entities: [email, card], message: m }
            - { type: deny, patterns: [abc, def] }
            - { type: length, max_characters: 7 }
            - { type: json_schema, action: note }
          stream: buffer
          window: 99
        response_cache: { enabled: true, requests: all, max_age: 3m, max_size: 2MB, max_answer_size: 2KB }
        """;

    /// <summary>The configurations, the ones with other spellings of a section among them.</summary>
    public static IReadOnlyList<string> Documents { get; } =
    [
        Direct, Embedded, Attached, Older, Unsure, Agents, Guarded, Log, Conversations, PlanosConversations, Governed, PlanosLimits,
        .. ((string[])[Direct, Older, Agents, Governed]).Select(text => Respell(text, "model_providers", "llm_providers")),
        .. ((string[])[Direct, Embedded]).Select(text => Respell(text, "proxy", "plano_proxy")),
        .. ((string[])[Embedded, Attached]).Select(text => Respell(text, "embedded", "plano_embedded")),
    ];

    private static string Respell(string text, string name, string other) => text.Replace($"{name}:", $"{other}:", StringComparison.Ordinal);
}
