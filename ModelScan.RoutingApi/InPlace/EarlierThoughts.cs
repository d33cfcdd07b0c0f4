using System.Text;
using System.Text.Json.Nodes;

namespace ModelScan.RoutingApi.InPlace;

/// <summary>
/// A request without the thoughts of earlier turns, for a provider that has refused them (<see cref="Dialects.RefusedThoughts"/>): that of a
/// conversation which has moved between two providers of one format, whose thoughts look alike to everybody but the two.
/// </summary>
internal static class EarlierThoughts
{
    private static readonly string[] ChatMembers = ["reasoning_content", "reasoning", "reasoning_details"];

    /// <summary>The rules.</summary>
    /// <param name="format">The request's format.</param>
    /// <param name="body">The request.</param>
    public static IReadOnlyList<MemberRule> RulesFor(ApiFormat format, ReadOnlyMemory<byte> body) => format switch
    {
        ApiFormat.Messages when EndsWithinToolLoop(body) =>
        [
            // Who thinks has to go on with the thought that led to the call.
            new("messages", SealedReasoningRemoval.ThoughtsFromMessages) { ReportedAs = "messages.content.thinking" }, new("thinking"), ThinkingRules.NoEditsOfThoughts,
        ],
        ApiFormat.Messages => [new("messages", SealedReasoningRemoval.ThoughtsFromMessages) { ReportedAs = "messages.content.thinking" }],
        ApiFormat.Responses => [new("input", SealedReasoningRemoval.ThoughtsFromInput) { ReportedAs = "input.reasoning" }],
        ApiFormat.ChatCompletions => [new("messages", FromChat) { ReportedAs = "messages.reasoning_content" }],
        _ => [],
    };

    private static bool EndsWithinToolLoop(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body, WireJson.Reading);
            return document.RootElement.TryGetProperty("messages", out var messages) && messages.ValueKind == JsonValueKind.Array && messages.GetArrayLength() > 0
                && messages[messages.GetArrayLength() - 1] is { ValueKind: JsonValueKind.Object } last && last.TryGetProperty("content", out var content) && content.ValueKind == JsonValueKind.Array
                && content.EnumerateArray().Any(static block => block.ValueKind == JsonValueKind.Object && block.TryGetProperty("type", out var type) && type.ValueEquals("tool_result"u8));
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private static ReadOnlyMemory<byte>? FromChat(ReadOnlyMemory<byte> messages)
    {
        try
        {
            if (JsonNode.Parse(messages.Span) is not JsonArray turns)
                return messages;
            var isChanged = false;
            foreach (var turn in turns.OfType<JsonObject>().Where(static turn => turn["role"]?.GetValueKind() == JsonValueKind.String && turn["role"]!.GetValue<string>() == "assistant"))
            {
                foreach (var name in ChatMembers)
                    isChanged |= turn.Remove(name);
            }

            return isChanged ? Encoding.UTF8.GetBytes(turns.ToJsonString()) : messages;
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException or InvalidOperationException)
        {
            return messages;
        }
    }
}
