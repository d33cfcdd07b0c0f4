namespace ModelScan.Tests.Integration.Plano;

/// <summary>Plano configurations for the gateway that plays Plano.</summary>
internal static class PlanoText
{
    public const string Minimal = """
        version: v0.4.0
        listeners: [{ type: model, name: m, address: 0.0.0.0, port: 12000 }]
        model_providers: [{ model: openai/gpt-4o, default: true }]
        """;

    /// <summary>One model, played by a server of the machine that the container runs on.</summary>
    public static string WithProvider(string host, int port) => $$"""
        version: v0.4.0
        listeners: [{ type: model, name: m, address: 0.0.0.0, port: 12500 }]
        model_providers:
          - { model: openai/gpt-4o, access_key: $OPENAI_API_KEY, base_url: "http://{{host}}:{{port}}", default: true }
        """;
}
