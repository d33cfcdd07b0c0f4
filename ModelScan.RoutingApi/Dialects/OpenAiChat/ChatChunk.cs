using ModelScan.RoutingApi.UsageReports;

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
        var scan = new JsonScan(data);
        if (!scan.EntersObject())
            return chunk;
        while (scan.NextMember())
        {
            if (scan.NameIs("choices"u8))
                chunk.ReadChoices(ref scan);
            else if (scan.NameIs("id"u8))
                chunk.Id = scan.Text();
            else if (scan.NameIs("created"u8))
                chunk.Created = scan.Seconds();
            else if (scan.NameIs("usage"u8))
                chunk.Usage = ReadUsage(scan.Raw()) ?? chunk.Usage;
            else if (scan.NameIs("service_tier"u8))
                chunk.ServiceTier = scan.Text();
            else if (scan.NameIs("error"u8))
                chunk.IsError |= !ErrorOf(scan.Value()).IsEmpty;
            else if (scan.NameIs("object"u8))
                chunk.IsError |= scan.IsText("error"u8);
            else
                scan.Skip();
        }

        scan.End();
        return chunk;
    }

    private static TokenTotals? ReadUsage(ReadOnlySpan<byte> usage)
    {
        var counts = default(UsageCounts);
        var reader = EventJson.ReaderOf(usage);
        reader.Read();
        return counts.Read(ref reader) ? counts.WithDetailsInside() : null;
    }

    private static ReadOnlySpan<byte> ErrorOf(ReadOnlySpan<byte> value) => value is [(byte)'{' or (byte)'"', ..] ? value : default;

    private void ReadChoices(scoped ref JsonScan scan)
    {
        if (!scan.EntersArray())
            return;
        while (scan.NextItem())
        {
            if (scan.EntersObject())
                ReadChoice(ref scan);
        }
    }

    private void ReadChoice(scoped ref JsonScan scan)
    {
        // The index may stand behind the rest.
        var choice = default(ChatChunk);
        var index = 0;
        while (scan.NextMember())
        {
            if (scan.NameIs("delta"u8) || scan.NameIs("message"u8))
                choice.ReadDelta(ref scan);
            else if (scan.NameIs("index"u8))
                index = scan.Index();
            else if (scan.NameIs("finish_reason"u8))
                choice.FinishReason = scan.Text();
            else if (scan.NameIs("logprobs"u8))
                choice.ReadLogprobs(ref scan);
            else if (scan.NameIs("usage"u8))
                choice.Usage = ReadUsage(scan.Raw()); // Moonshot
            else if (scan.NameIs("error"u8))
                choice.ChoiceError = ErrorOf(scan.Value()); // OpenRouter
            else
                scan.Skip();
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

    private void ReadDelta(scoped ref JsonScan scan)
    {
        if (!scan.EntersObject())
            return;
        while (scan.NextMember())
        {
            if (scan.NameIs("content"u8))
                Content = scan.Value();
            else if (scan.NameIs("reasoning_content"u8))
                ReadReasoning(scan.Text(), isNamedSo: false);
            else if (scan.NameIs("reasoning"u8))
                ReadReasoning(scan.Text(), isNamedSo: true);
            else if (scan.NameIs("reasoning_details"u8))
                ReasoningDetails = scan.Value();
            else if (scan.NameIs("refusal"u8))
                Refusal = scan.Text();
            else if (scan.NameIs("tool_calls"u8))
                ToolCalls = scan.Value();
            else if (scan.NameIs("function_call"u8))
                FunctionCall = scan.Value();
            else if (scan.NameIs("annotations"u8))
                Annotations = scan.Value();
            else if (scan.NameIs("role"u8))
                scan.Skip();
            else if (!scan.Value().IsEmpty)
                OtherMember = scan.Name;
        }
    }

    // Some send both names with the same text.
    private void ReadReasoning(ReadOnlySpan<byte> text, bool isNamedSo)
    {
        if (text.Length <= 2 || (Reasoning.Length > 2 && isNamedSo))
            return;
        Reasoning = text;
        IsReasoningNamedSo = isNamedSo;
    }

    private void ReadLogprobs(scoped ref JsonScan scan)
    {
        if (!scan.EntersObject())
            return;
        while (scan.NextMember())
        {
            if (scan.NameIs("content"u8))
                Logprobs = scan.Value();
            else
                scan.Skip();
        }
    }
}
