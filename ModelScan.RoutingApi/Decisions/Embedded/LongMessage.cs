using ModelScan.RoutingApi.Decisions.Embedded.Encoder;

namespace ModelScan.RoutingApi.Decisions.Embedded;

/// <summary>
/// Reads messages that are longer than the encoder's cap: the beginning, and where an instruction stands behind a pasted text, that
/// instruction first. One run of the encoder either way. How other ways fare: <c>bench/RouterEval/RESULTS.md</c>.
/// </summary>
internal static class LongMessage
{
    /// <summary>Share of the pieces that the closing instruction may take.</summary>
    private const double ClosingShare = 0.75;

    /// <summary>The shipped reading.</summary>
    public static MessagePieces Read(EncoderModel model, string text)
    {
        var beginning = model.Pieces(text);
        if (beginning.Length < model.Room)
            return new MessagePieces(beginning, MessageExtent.Whole);
        return ClosingOf(text) is { } closing
            ? new MessagePieces(Joined(model, closing, beginning, ClosingShare), MessageExtent.ClosingAndBeginning)
            : new MessagePieces(beginning, MessageExtent.Beginning);
    }

    /// <summary>The instruction at the end, unless the message opens with one and its end asks nothing: then that end belongs to the text.</summary>
    public static string? ClosingOf(string text)
    {
        var closing = Instruction.Closing(text);
        return closing.IsEmpty || !RequestWords.Asks(closing) && !Instruction.Opening(text).IsEmpty ? null : closing.ToString();
    }

    /// <summary>The instruction's first pieces, as many as its share, and the beginning's in what room is left.</summary>
    public static int[] Joined(EncoderModel model, string instruction, int[] beginning, double share)
    {
        var first = model.Pieces(instruction);
        first = first[..Math.Min(first.Length, (int)(model.Room * share))];
        return [.. first, .. beginning.AsSpan(0, Math.Min(beginning.Length, model.Room - first.Length))];
    }
}
