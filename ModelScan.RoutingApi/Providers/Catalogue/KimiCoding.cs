using System.Collections.Frozen;
using System.Net.Http.Headers;
using ModelScan.RoutingApi.Capabilities;

namespace ModelScan.RoutingApi.Providers.Catalogue;

/// <summary>Kimi's endpoint for coding agents, for subscriptions: it answers those that say they are one, and it is known by its host and its model
/// under whatever name (https://www.kimi.com/coding/docs).</summary>
internal static class KimiCoding
{
    private const string Agent = "KimiCLI/";

    public static ProviderApi Api { get; } = new("kimi_coding")
    {
        CatalogueName = Moonshot.Api.CatalogueName,
        TelemetryName = Moonshot.Api.TelemetryName,
        BaseUrl = "https://api.kimi.com/coding/v1",
        KeyVariable = "KIMI_API_KEY",
        Hosts = ["api.kimi.com"],
        OnlyModels = ["kimi-for-coding"],
        Identify = Identify,
        Doors = [],
        Native = [ApiFormat.ChatCompletions, ApiFormat.Messages],
        OwnPrefixes = new Dictionary<ApiFormat, string> { [ApiFormat.Messages] = "/coding/v1" },
        Path = PathRule.AddsVersion,
        Capabilities = Moonshot.Api.Capabilities,
        Models =
        [
            .. Moonshot.Api.Models,
            new("kimi-for-coding", model => model with
            {
                StreamOptions = false,
                Reasoning = ReasoningSupport.None with { Thinks = true, ReturnField = ReasoningSupport.ContentField },
                RefusedFields = FrozenSet.Create("stream_options", "reasoning_effort", "web_search_options", "service_tier", "store"),
            }),
        ],
    };

    private static void Identify(HttpRequestHeaders headers, ClientFacts client)
    {
        if (headers.NonValidated.TryGetValues("User-Agent", out var agent) && agent.ToString().StartsWith(Agent, StringComparison.Ordinal))
            return;
        headers.Remove("User-Agent");
        headers.TryAddWithoutValidation("User-Agent", $"{Agent}1.3");
    }
}
