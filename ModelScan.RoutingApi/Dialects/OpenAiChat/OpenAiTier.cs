using ModelScan.RoutingApi.Dialects.Canonical;

namespace ModelScan.RoutingApi.Dialects.OpenAiChat;

/// <summary>The tier that serves a request, of which OpenAI and Anthropic have words of their own.</summary>
internal static class OpenAiTier
{
    /// <summary>Writes Anthropic's <c>service_tier</c> as OpenAI calls it, where it means something there.</summary>
    public static void Write(Utf8JsonWriter json, Request request, Losses losses)
    {
        var tier = request.Take("service_tier")?.Text;
        if (tier == "standard_only")
            json.WriteString("service_tier"u8, "default"u8);
        else if (tier is not (null or "auto"))
            losses.Drop("service_tier");
    }
}
