using System.Collections.Frozen;
using System.Text;
using ModelScan.RoutingApi.Capabilities;

namespace ModelScan.RoutingApi.Providers.Catalogue;

/// <summary>Moonshot: Kimi. Its ids of tool calls have to come back as they were, thoughts too (https://platform.moonshot.ai/docs/api/chat).</summary>
internal static class Moonshot
{
    public static ProviderApi Api { get; } = new("moonshotai")
    {
        TelemetryName = "moonshot_ai",
        BaseUrl = "https://api.moonshot.ai/v1",
        Doors = [ProviderDoor.Files, ProviderDoor.Batches],
        KeyVariable = "MOONSHOT_API_KEY",
        IsKnownToPlano = true,
        IsInterface = true,
        Makes = ["kimi", "moonshot"],
        Native = [ApiFormat.ChatCompletions, ApiFormat.Messages],
        OwnPrefixes = new Dictionary<ApiFormat, string> { [ApiFormat.Messages] = "/anthropic/v1" },
        Capabilities = ProviderApi.ChatModelsWithoutFiles with { ReasoningContent = true, MaxTools = 128, ToolIds = ToolIdRule.AsGiven },
        Families =
        [
            new("kimi*", model => model with { ReasoningFamily = "moonshotai", ToolIds = ToolIdRule.AsGiven }),
            new("kimi-k*", model => model with { Images = false, ReasoningContent = true }) { Below = "2.5" },
            new("kimi-k*", model => model with { Images = true, ReasoningContent = true }) { From = "3" },
        ],
        Models =
        [
            new("*", model => model with { StructuredOutput = StructuredOutput.JsonMode }),
            new("kimi-k*", model => model with
            {
                Sampling = false,
                Reasoning = model.Reasoning with { Thinks = true, Efforts = Efforts.Low | Efforts.High | Efforts.Max },
                RefusedFields = FrozenSet.Create("temperature", "top_p", "n", "presence_penalty", "frequency_penalty"),
            }) { From = "3", InChat = [new MemberRule("reasoning_effort", KnownEffort)] },
        ],
    };

    // Without the type's name null would become an empty value.
    private static ReadOnlyMemory<byte>? KnownEffort(ReadOnlyMemory<byte> effort) => Encoding.UTF8.GetString(effort.Span) switch
    {
        "\"none\"" or "\"minimal\"" or "\"low\"" => "\"low\""u8.ToArray(),
        "\"medium\"" or "\"high\"" => "\"high\""u8.ToArray(),
        "\"max\"" => effort,
        _ => default(ReadOnlyMemory<byte>?),
    };
}
