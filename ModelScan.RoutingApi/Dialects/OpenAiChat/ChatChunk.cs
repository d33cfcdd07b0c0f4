using System.Text.Json;
using ModelScan.RoutingApi.Dialects.OpenAiChat;

namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>
/// What a stream's translation needs of one chat completion chunk: slices of the event's data, found in one pass before anything is
/// written, so that a chunk that is not JSON leaves no trace.
/// </summary>
internal ref struct ChatChunk
{
    /// <summary>The JSON string of <c>id</c>.</summary>
    public ReadOnlySpan<byte> Id;

    /// <summary>Whether the chunk says that the provider failed.</summary>
    public bool IsError;

    /// <summary>The JSON string of choice 0's <c>finish_reason</c>.</summary>
    public ReadOnlySpan<byte> FinishReason;

    public TokenTotals? Usage;

    /// <summary>String or array of parts.</summary>
    public ReadOnlySpan<byte> Content;

    /// <summary>The JSON string of the reasoning.</summary>
    public ReadOnlySpan<byte> Reasoning;

    public ReadOnlySpan<byte> ReasoningDetails;
    public ReadOnlySpan<byte> Refusal;
    public ReadOnlySpan<byte> ToolCalls;
    public ReadOnlySpan<byte> FunctionCall;
    public ReadOnlySpan<byte> Annotations;

    /// <summary>Reads an event's data.</summary>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public static ChatChunk Read(ReadOnlySpan<byte> data)
    {
        var chunk = default(ChatChunk);
        var json = EventJson.ReaderOf(data);
        json.Read();
        if (json.TokenType != JsonTokenType.StartObject)
            return chunk;
        ReadOnlySpan<byte> choices = default;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("id"u8))
            {
                chunk.Id = EventJson.Text(ref json, data);
            }
            else if (json.ValueTextEquals("choices"u8))
            {
                choices = EventJson.Value(ref json, data);
            }
            else if (json.ValueTextEquals("usage"u8))
            {
                json.Read();
                chunk.Usage = ChatUsage.Read(ref json) ?? chunk.Usage;
            }
            else if (json.ValueTextEquals("error"u8))
            {
                json.Read();
                chunk.IsError = json.TokenType is JsonTokenType.StartObject or JsonTokenType.String;
                json.Skip();
            }
            else if (json.ValueTextEquals("object"u8))
            {
                json.Read();
                chunk.IsError |= json.TokenType == JsonTokenType.String && json.ValueTextEquals("error"u8);
                json.Skip();
            }
            else
            {
                TokenCount.SkipValue(ref json);
            }
        }

        json.Read();
        chunk.ReadChoices(choices);
        return chunk;
    }

    private void ReadChoices(ReadOnlySpan<byte> choices)
    {
        if (choices.IsEmpty)
            return;
        var json = EventJson.ReaderOf(choices);
        json.Read();
        if (json.TokenType != JsonTokenType.StartArray)
            return;
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (json.TokenType == JsonTokenType.StartObject)
                ReadChoice(ref json, choices);
            else
                json.Skip();
        }
    }

    // Only choice 0: a message is one.
    private void ReadChoice(scoped ref Utf8JsonReader json, ReadOnlySpan<byte> choices)
    {
        ReadOnlySpan<byte> delta = default;
        ReadOnlySpan<byte> reason = default;
        var index = 0;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("index"u8))
            {
                json.Read();
                index = json.TokenType == JsonTokenType.Number && json.TryGetInt32(out var number) ? number : 0;
                json.Skip();
            }
            else if (json.ValueTextEquals("delta"u8))
            {
                delta = EventJson.Value(ref json, choices);
            }
            else if (json.ValueTextEquals("finish_reason"u8))
            {
                reason = EventJson.Text(ref json, choices);
            }
            else
            {
                TokenCount.SkipValue(ref json);
            }
        }

        if (index != 0)
            return;
        FinishReason = reason;
        ReadDelta(delta);
    }

    private void ReadDelta(ReadOnlySpan<byte> delta)
    {
        if (delta.IsEmpty || delta[0] != '{')
            return;
        var json = EventJson.ReaderOf(delta);
        json.Read();
        ReadOnlySpan<byte> otherReasoning = default;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("content"u8))
                Content = EventJson.Value(ref json, delta);
            else if (json.ValueTextEquals("reasoning_content"u8))
                Reasoning = EventJson.Text(ref json, delta);
            else if (json.ValueTextEquals("reasoning"u8))
                otherReasoning = EventJson.Text(ref json, delta);
            else if (json.ValueTextEquals("reasoning_details"u8))
                ReasoningDetails = EventJson.Value(ref json, delta);
            else if (json.ValueTextEquals("refusal"u8))
                Refusal = EventJson.Text(ref json, delta);
            else if (json.ValueTextEquals("tool_calls"u8))
                ToolCalls = EventJson.Value(ref json, delta);
            else if (json.ValueTextEquals("function_call"u8))
                FunctionCall = EventJson.Value(ref json, delta);
            else if (json.ValueTextEquals("annotations"u8))
                Annotations = EventJson.Value(ref json, delta);
            else
                TokenCount.SkipValue(ref json);
        }

        if (Reasoning.IsEmpty)
            Reasoning = otherReasoning;
    }
}
