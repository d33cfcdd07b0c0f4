namespace Hostile;

/// <summary>The gateway's configuration: each provider speaks another format, and its models are called after what they do.</summary>
internal static class Configs
{
    public static string At(Uri provider, string more = "") => $$"""
        version: v0.4.0
        listeners: [{ type: model, name: m, port: 12000 }]
        model_providers:
          - { model: openai/ok, access_key: k, base_url: "{{provider}}", default: true }
          - { model: openai/*, access_key: k, base_url: "{{provider}}" }
          - { model: anthropic/*, access_key: k, base_url: "{{provider}}" }
          - { model: groq/*, access_key: k, base_url: "{{provider}}v1" }
        routing_preferences:
          - { name: code, description: writing functions and programs, models: [openai/ok, groq/ok] }
        routing: { mode: policy, max_request_body: 64MB, session_cache: { type: memory }{{more}} }
        """;
}
