using ModelScan.RoutingApi.Dialects.Translation;
using ModelScan.RoutingApi.Dialects.Usage;

namespace ModelScan.RoutingApi.Dialects.OpenAiChat;

/// <summary>
/// What an answer's reader needs of one chat completion chunk, or of a whole chat completion, which has the same members with
/// <c>message</c> for <c>delta</c>: slices of the data, found in one pass before anything is made of them, so that a chunk that is not JSON
/// leaves no trace. Of several choices only number 0 counts.
/// </summary>
internal ref struct ChatChunk
{
    /// <summary>The JSON string of <c>id</c>.</summary>
    public ReadOnlySpan<byte> Id;

    /// <summary>Seconds since 1970; 0 where absent.</summary>
    public long Created;

    /// <summary>Whether the chunk, or its choice, says that the provider failed.</summary>
    public bool IsError;

    /// <summary>The error of the choice, where it stands there.</summary>
    public ReadOnlySpan<byte> ChoiceError;

    /// <summary>Whether there is a choice 0.</summary>
    public bool HasChoice;

    /// <summary>The JSON string of <c>service_tier</c>.</summary>
    public ReadOnlySpan<byte> ServiceTier;

    /// <summary>The JSON string of choice 0's <c>finish_reason</c>.</summary>
    public ReadOnlySpan<byte> FinishReason;

    public TokenTotals? Usage;

    /// <summary>String or array of parts.</summary>
    public ReadOnlySpan<byte> Content;

    /// <summary>The JSON string of the reasoning.</summary>
    public ReadOnlySpan<byte> Reasoning;

    /// <summary>Whether it stood in <c>reasoning</c>, not in <c>reasoning_content</c>.</summary>
    public bool IsReasoningNamedSo;

    public ReadOnlySpan<byte> ReasoningDetails;
    public ReadOnlySpan<byte> Refusal;
    public ReadOnlySpan<byte> ToolCalls;
    public ReadOnlySpan<byte> FunctionCall;
    public ReadOnlySpan<byte> Annotations;

    /// <summary>A member of the message that is none of these, as a JSON string; the last one, where there are several.</summary>
    public ReadOnlySpan<byte> OtherMember;

    /// <summary>The array of token probabilities of the content.</summary>
    public ReadOnlySpan<byte> Logprobs;

    /// <summary>Reads an event's data.</summary>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public static ChatChunk Read(ReadOnlySpan<byte> data)
    {
        var chunk = default(ChatChunk);
        var json = EventJson.ReaderOf(data);
        json.Read();
        if (json.TokenType != JsonTokenType.StartObject)
            return chunk;
        while (json.NextMember())
        {
            if (json.ValueTextEquals("choices"u8))
                chunk.ReadChoices(ref json, data);
            else if (json.ValueTextEquals("id"u8))
                chunk.Id = json.Text(data);
            else if (json.ValueTextEquals("created"u8))
                chunk.Created = json.Seconds();
            else if (json.ValueTextEquals("usage"u8))
                chunk.Usage = ReadUsage(ref json) ?? chunk.Usage;
            else if (json.ValueTextEquals("service_tier"u8))
                chunk.ServiceTier = json.Text(data);
            else if (json.ValueTextEquals("error"u8))
                chunk.IsError |= !ErrorOf(json.Value(data)).IsEmpty;
            else if (json.ValueTextEquals("object"u8))
                chunk.IsError |= json.IsText("error"u8);
            else
                json.SkipValue();
        }

        json.Read();
        return chunk;
    }

    private static TokenTotals? ReadUsage(scoped ref Utf8JsonReader json)
    {
        var counts = default(UsageCounts);
        json.Read();
        return counts.Read(ref json) ? counts.WithDetailsInside() : null;
    }

    private static ReadOnlySpan<byte> ErrorOf(ReadOnlySpan<byte> value) => !value.IsEmpty && value[0] is (byte)'{' or (byte)'"' ? value : default;

    private void ReadChoices(scoped ref Utf8JsonReader json, ReadOnlySpan<byte> data)
    {
        if (!json.EntersArray())
            return;
        while (json.NextObject())
            ReadChoice(ref json, data);
    }

    private void ReadChoice(scoped ref Utf8JsonReader json, ReadOnlySpan<byte> data)
    {
        // The index may stand behind the rest.
        var choice = default(ChatChunk);
        var index = 0;
        while (json.NextMember())
        {
            if (json.ValueTextEquals("delta"u8) || json.ValueTextEquals("message"u8))
                choice.ReadDelta(ref json, data);
            else if (json.ValueTextEquals("index"u8))
                index = json.Index(0);
            else if (json.ValueTextEquals("finish_reason"u8))
                choice.FinishReason = json.Text(data);
            else if (json.ValueTextEquals("logprobs"u8))
                choice.ReadLogprobs(ref json, data);
            else if (json.ValueTextEquals("usage"u8))
                choice.Usage = ReadUsage(ref json); // Moonshot
            else if (json.ValueTextEquals("error"u8))
                choice.ChoiceError = ErrorOf(json.Value(data)); // OpenRouter
            else
                json.SkipValue();
        }

        if (index != 0 || HasChoice)
            return;
        choice.Id = Id;
        choice.Created = Created;
        choice.ServiceTier = ServiceTier;
        choice.HasChoice = true;
        choice.Usage ??= Usage;
        choice.IsError = IsError || !choice.ChoiceError.IsEmpty;
        this = choice;
    }

    private void ReadDelta(scoped ref Utf8JsonReader json, ReadOnlySpan<byte> data)
    {
        if (!json.EntersValue())
            return;
        while (json.NextMember())
        {
            if (json.ValueTextEquals("content"u8))
                Content = json.Value(data);
            else if (json.ValueTextEquals("reasoning_content"u8))
                ReadReasoning(ref json, data, isNamedSo: false);
            else if (json.ValueTextEquals("reasoning"u8))
                ReadReasoning(ref json, data, isNamedSo: true);
            else if (json.ValueTextEquals("reasoning_details"u8))
                ReasoningDetails = json.Value(data);
            else if (json.ValueTextEquals("refusal"u8))
                Refusal = json.Text(data);
            else if (json.ValueTextEquals("tool_calls"u8))
                ToolCalls = json.Value(data);
            else if (json.ValueTextEquals("function_call"u8))
                FunctionCall = json.Value(data);
            else if (json.ValueTextEquals("annotations"u8))
                Annotations = json.Value(data);
            else
                ReadOther(ref json, data);
        }
    }

    private void ReadOther(scoped ref Utf8JsonReader json, ReadOnlySpan<byte> data)
    {
        var name = json.ValueTextEquals("role"u8) ? default : json.NameToken(data);
        if (!json.Value(data).IsEmpty && !name.IsEmpty)
            OtherMember = name;
    }

    // Some send both names with the same text.
    private void ReadReasoning(scoped ref Utf8JsonReader json, ReadOnlySpan<byte> data, bool isNamedSo)
    {
        var text = json.Text(data);
        if (text.Length <= 2 || (Reasoning.Length > 2 && isNamedSo))
            return;
        Reasoning = text;
        IsReasoningNamedSo = isNamedSo;
    }

    private void ReadLogprobs(scoped ref Utf8JsonReader json, ReadOnlySpan<byte> data)
    {
        if (!json.EntersValue())
            return;
        while (json.NextMember())
        {
            if (json.ValueTextEquals("content"u8))
                Logprobs = json.Value(data);
            else
                json.SkipValue();
        }
    }
}
