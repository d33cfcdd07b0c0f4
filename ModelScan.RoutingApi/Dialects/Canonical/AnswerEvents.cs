namespace ModelScan.RoutingApi.Dialects.Canonical;

/// <summary>Pushes events, for readers.</summary>
internal static class AnswerEvents
{
    public static void Begin(this IAnswerSink sink, string? id, long created)
    {
        var next = new AnswerEvent { Kind = AnswerEventKind.Begin, Id = id, Created = created };
        sink.Take(ref next);
    }

    public static void PartBegin(this IAnswerSink sink, PartKind kind, int part, bool isParagraph = false)
    {
        var next = new AnswerEvent { Kind = AnswerEventKind.PartBegin, PartKind = kind, Part = part, IsParagraph = isParagraph };
        sink.Take(ref next);
    }

    /// <summary>A call begins.</summary>
    /// <param name="sink">Takes it.</param>
    /// <param name="kind"><see cref="PartKind.Call"/> or <see cref="PartKind.TextCall"/>.</param>
    /// <param name="part">Its number.</param>
    /// <param name="id">The provider's id; <see langword="null"/> where it gives none.</param>
    /// <param name="name">The tool as the provider was told.</param>
    /// <param name="extra">What has to come back with the call, as JSON on one line; may be empty.</param>
    public static void CallBegin(this IAnswerSink sink, PartKind kind, int part, string? id, string name, ReadOnlySpan<byte> extra = default)
    {
        var next = new AnswerEvent { Kind = AnswerEventKind.PartBegin, PartKind = kind, Part = part, Id = string.IsNullOrEmpty(id) ? null : id, Name = name, Json = extra };
        sink.Take(ref next);
    }

    public static void Delta(this IAnswerSink sink, PartKind kind, int part, ReadOnlySpan<byte> token, ReadOnlySpan<byte> logprobs = default)
    {
        if (token.Length <= 2)
            return;
        var next = new AnswerEvent { Kind = AnswerEventKind.Delta, PartKind = kind, Part = part, Token = token, Json = logprobs };
        sink.Take(ref next);
    }

    public static void Citation(this IAnswerSink sink, int part, AnswerCitation citation)
    {
        var next = new AnswerEvent { Kind = AnswerEventKind.Citation, PartKind = PartKind.Text, Part = part, Citation = citation };
        sink.Take(ref next);
    }

    public static void ThoughtState(this IAnswerSink sink, int part, ThoughtStateKind kind, ReadOnlySpan<byte> token = default, ReadOnlySpan<byte> json = default, string? id = null, string? name = null)
    {
        var next = new AnswerEvent { Kind = AnswerEventKind.ThoughtState, PartKind = PartKind.Thought, Part = part, State = kind, Token = token, Json = json, Id = id, Name = name };
        sink.Take(ref next);
    }

    public static void PartEnd(this IAnswerSink sink, PartKind kind, int part)
    {
        var next = new AnswerEvent { Kind = AnswerEventKind.PartEnd, PartKind = kind, Part = part };
        sink.Take(ref next);
    }

    /// <summary>Reports what no other format has.</summary>
    /// <param name="sink">Takes it.</param>
    /// <param name="place">Where it stands, such as <c>content</c>.</param>
    /// <param name="type">Its type as a JSON string; empty for one that has none.</param>
    public static void LeaveOut(this IAnswerSink sink, string place, ReadOnlySpan<byte> type)
    {
        var next = new AnswerEvent { Kind = AnswerEventKind.LeftOut, Name = type.Length > 2 ? $"{place}.{EscapedText.Decode(type)}" : place };
        sink.Take(ref next);
    }

    public static void End(this IAnswerSink sink, AnswerEnd end)
    {
        if (sink.IsComplete)
            return;
        var next = new AnswerEvent { Kind = AnswerEventKind.End, End = end };
        sink.Take(ref next);
    }
}
