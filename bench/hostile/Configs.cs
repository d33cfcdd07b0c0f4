using System.Security.Cryptography;
using System.Text;

namespace Hostile;

/// <summary>The gateway's configuration: each provider speaks another format, and its models are called after what they do.</summary>
internal static class Configs
{
    /// <summary>May ask whatever there is.</summary>
    public const string Key = "msk_soak_ABCDEFGHIJKLMNOPQRSTUVWXYZabcdef";

    /// <summary>May ask models of Anthropic alone.</summary>
    public const string NarrowKey = "msk_narrow_ABCDEFGHIJKLMNOPQRSTUVWXYZabcdef";

    /// <summary>Has a budget that the first request uses up.</summary>
    public const string PoorKey = "msk_poor_ABCDEFGHIJKLMNOPQRSTUVWXYZabcdef";

    /// <summary>What no request may say.</summary>
    public const string Denied = "project falcon";

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

    /// <summary>With keys, limits of every kind, and guards around whole answers and streams.</summary>
    public static string Governed(Uri provider) => $$"""
        {{At(provider)}}
        governance:
          anonymous: allow
          keys:
            - { id: soak, hash: "{{Hash(Key)}}", tags: { team: a } }
            - { id: narrow, hash: "{{Hash(NarrowKey)}}", models: [anthropic/*] }
            - { id: poor, hash: "{{Hash(PoorKey)}}", limits: [poor] }
          limits:
            - { id: poor, kind: requests, amount: 1, window: month, per: key }
            - { id: tokens, kind: tokens, amount: 1000000000, window: hour, per: key }
            - { id: requests, kind: requests, amount: 100000000, window: minute, per: tag.team }
            - { id: at-once, kind: parallel, amount: 5000, per: key }
        guards:
          input: [{ type: pii }, { type: deny, name: codenames, patterns: ["{{Denied}}"] }]
          output: [{ type: secrets, action: note }]
          stream: window
        """;

    private static string Hash(string key) => $"sha256:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))}";
}
