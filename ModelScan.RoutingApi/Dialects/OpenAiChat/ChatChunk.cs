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

    /// <summary>Reads an event's data; what is no object says nothing.</summary>
    /// <exception cref="InvalidRequestException">It ends too early, or goes on behind its end.</exception>
    /// <exception cref="JsonException">A member is not valid JSON.</exception>
    public static ChatChunk Read(ReadOnlySpan<byte> data)
    {
        var chunk = default(ChatChunk);
        if (data.TrimStart(" \t\r\n"u8) is not [(byte)'{', ..])
            return chunk;
        var members = new BodyMembers(data);
        while (members.Read())
        {
            var value = members.Value;
            if (members.NameIs("choices"u8))
                chunk.ReadChoices(value);
            else if (members.NameIs("id"u8))
                chunk.Id = EventJson.Text(value);
            else if (members.NameIs("created"u8))
                chunk.Created = EventJson.Seconds(value);
            else if (members.NameIs("usage"u8))
                chunk.Usage = ReadUsage(value) ?? chunk.Usage;
            else if (members.NameIs("service_tier"u8))
                chunk.ServiceTier = EventJson.Text(value);
            else if (members.NameIs("error"u8))
                chunk.IsError |= !ErrorOf(value).IsEmpty;
            else if (members.NameIs("object"u8))
                chunk.IsError |= value.SequenceEqual("\"error\""u8);
        }

        return chunk;
    }

    private static TokenTotals? ReadUsage(ReadOnlySpan<byte> usage)
    {
        var counts = default(UsageCounts);
        var reader = EventJson.ReaderOf(usage);
        reader.Read();
        return counts.Read(ref reader) ? counts.WithDetailsInside() : null;
    }

    private static ReadOnlySpan<byte> ErrorOf(ReadOnlySpan<byte> value) => value[0] is (byte)'{' or (byte)'"' ? EventJson.Value(value) : default;

    private void ReadChoices(ReadOnlySpan<byte> choices)
    {
        if (choices[0] != '[')
            return;
        var items = new BodyItems(choices);
        while (items.Read())
        {
            if (items.Value[0] == '{')
                ReadChoice(items.Value);
        }
    }

    private void ReadChoice(ReadOnlySpan<byte> json)
    {
        // The index may stand behind the rest.
        var choice = default(ChatChunk);
        var index = 0;
        var members = new BodyMembers(json);
        while (members.Read())
        {
            var value = members.Value;
            if (members.NameIs("delta"u8) || members.NameIs("message"u8))
                choice.ReadDelta(value);
            else if (members.NameIs("index"u8))
                index = EventJson.Index(value);
            else if (members.NameIs("finish_reason"u8))
                choice.FinishReason = EventJson.Text(value);
            else if (members.NameIs("logprobs"u8))
                choice.ReadLogprobs(value);
            else if (members.NameIs("usage"u8))
                choice.Usage = ReadUsage(value); // Moonshot
            else if (members.NameIs("error"u8))
                choice.ChoiceError = ErrorOf(value); // OpenRouter
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

    private void ReadDelta(ReadOnlySpan<byte> delta)
    {
        if (delta[0] != '{')
            return;
        var members = new BodyMembers(delta);
        while (members.Read())
        {
            var value = members.Value;
            if (members.NameIs("content"u8))
                Content = EventJson.Value(value);
            else if (members.NameIs("reasoning_content"u8))
                ReadReasoning(value, isNamedSo: false);
            else if (members.NameIs("reasoning"u8))
                ReadReasoning(value, isNamedSo: true);
            else if (members.NameIs("reasoning_details"u8))
                ReasoningDetails = EventJson.Value(value);
            else if (members.NameIs("refusal"u8))
                Refusal = EventJson.Text(value);
            else if (members.NameIs("tool_calls"u8))
                ToolCalls = EventJson.Value(value);
            else if (members.NameIs("function_call"u8))
                FunctionCall = EventJson.Value(value);
            else if (members.NameIs("annotations"u8))
                Annotations = EventJson.Value(value);
            else if (!members.NameIs("role"u8) && !value.SequenceEqual("null"u8))
                OtherMember = EventJson.Text(members.Name);
        }
    }

    // Some send both names with the same text.
    private void ReadReasoning(ReadOnlySpan<byte> value, bool isNamedSo)
    {
        var text = EventJson.Text(value);
        if (text.Length <= 2 || (Reasoning.Length > 2 && isNamedSo))
            return;
        Reasoning = text;
        IsReasoningNamedSo = isNamedSo;
    }

    private void ReadLogprobs(ReadOnlySpan<byte> logprobs)
    {
        if (logprobs[0] != '{')
            return;
        var members = new BodyMembers(logprobs);
        while (members.Read())
        {
            if (members.NameIs("content"u8))
                Logprobs = EventJson.Value(members.Value);
        }
    }
}
