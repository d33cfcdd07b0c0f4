using System.Text;
using System.Text.Json.Nodes;
using ModelScan.RoutingApi.Capabilities;
using ModelScan.RoutingApi.InPlace;
using ModelScan.RoutingApi.Providers.Catalogue;
using ModelScan.RoutingApi.Providers.Models;

namespace ModelScan.RoutingApi.Providers;

/// <summary>
/// What is changed in a request that is already of the provider's own format: what its model refuses, what the provider wants in
/// another form, and what only this gateway understands. Where there is nothing of it the client's bytes go as they are.
/// </summary>
internal static class RequestRules
{
    // Settings for the router that older clients hide in the metadata; providers limit what stands there.
    private static readonly MemberRule RouterMetadata = new("metadata", WithoutRouterSettings) { IsReported = false };

    // Thoughts of a provider of another format, which this one would take for forged.
    private static readonly MemberRule[] InMessages =
    [
        RouterMetadata,
        new("messages", SealedReasoningRemoval.FromMessages) { ReportedAs = "messages.content.thinking" },
        new("messages", SealedReasoningRemoval.BlanksFromMessages) { IsReported = false },
    ];

    private static readonly MemberRule[] InResponses = [RouterMetadata, new("input", SealedReasoningRemoval.FromInput) { ReportedAs = "input.reasoning" }];
    private static readonly MemberRule[] InChat = [RouterMetadata];

    /// <summary>The rules for requests of <paramref name="format"/> to a model.</summary>
    /// <param name="api">Its provider.</param>
    /// <param name="name">What it is.</param>
    /// <param name="capabilities">What it can take.</param>
    /// <param name="format">The format.</param>
    public static IReadOnlyList<MemberRule> For(ProviderApi api, ModelName name, ModelCapabilities capabilities, ApiFormat format)
    {
        var rules = new List<MemberRule>(format switch
        {
            ApiFormat.Messages => InMessages,
            ApiFormat.Responses => InResponses,
            _ => InChat,
        });
        rules.AddRange(api.Rules.GetValueOrDefault(format) ?? []);
        if (format == ApiFormat.ChatCompletions && !api.IsGateway)
        {
            rules.AddRange(KnownCapabilities.RulesFor(api, name).SelectMany(rule => rule.InChat));
            rules.AddRange(capabilities.RefusedFields.Where(field => field is not ("max_tokens" or "max_completion_tokens")).Select(field => new MemberRule(field)));
        }

        if (!api.IsGateway)
            rules.AddRange(InPlaceRules.For(format, capabilities));
        return rules;
    }

    private static ReadOnlyMemory<byte>? WithoutRouterSettings(ReadOnlyMemory<byte> metadata)
    {
        if (metadata.Span.IndexOf("_preference_config\""u8) < 0)
            return metadata;
        try
        {
            if (JsonNode.Parse(metadata.Span) is not JsonObject members || !(members.Remove("plano_preference_config") | members.Remove("archgw_preference_config")))
                return metadata;
            return members.Count == 0 ? null : (ReadOnlyMemory<byte>?)Encoding.UTF8.GetBytes(members.ToJsonString());
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException)
        {
            return metadata;
        }
    }
}
