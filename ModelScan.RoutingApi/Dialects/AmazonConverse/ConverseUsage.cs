using System.Text.Json;
using ModelScan.RoutingApi.Dialects.AnthropicMessages;

namespace ModelScan.RoutingApi.Dialects.AmazonConverse;

/// <summary>
/// Token counts as Converse writes them; like Anthropic's, the input is what touched no cache
/// (https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_TokenUsage.html).
/// </summary>
internal static class ConverseUsage
{
    /// <summary>Reads a <c>usage</c> object at the reader's position on top of what is known.</summary>
    public static void Read(ref Utf8JsonReader json, ref MessagesCounts counts)
    {
        if (json.TokenType != JsonTokenType.StartObject)
        {
            json.Skip();
            return;
        }

        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("inputTokens"u8))
                counts.Input = TokenCount.Read(ref json, counts.Input);
            else if (json.ValueTextEquals("outputTokens"u8))
                counts.Output = TokenCount.Read(ref json, counts.Output);
            else if (json.ValueTextEquals("cacheReadInputTokens"u8))
                counts.CacheRead = TokenCount.Read(ref json, counts.CacheRead);
            else if (json.ValueTextEquals("cacheWriteInputTokens"u8))
                counts.CacheWrite = TokenCount.Read(ref json, counts.CacheWrite);
            else
                TokenCount.SkipValue(ref json);
        }
    }
}
