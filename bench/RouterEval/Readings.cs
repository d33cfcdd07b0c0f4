using ModelScan.RoutingApi.Decisions.Embedded;
using ModelScan.RoutingApi.Decisions.Embedded.Encoder;

namespace RouterEval;

/// <summary>Ways to read a message that is longer than the encoder's cap; one run of the encoder each. The shipped one is <c>closing-beginning</c>.</summary>
internal static class Readings
{
    public const string Shipped = "closing-beginning";

    public static IReadOnlyDictionary<string, MessageReading> All { get; } = new Dictionary<string, MessageReading>
    {
        ["beginning"] = (model, text) => new MessagePieces(model.Pieces(text), MessageExtent.Beginning),
        ["end"] = (model, text) => new MessagePieces(model.Pieces(text[Math.Max(0, text.Length - 150)..]), MessageExtent.Beginning),
        ["halves"] = (model, text) => Long(model, text, beginning => [.. beginning.AsSpan(0, model.Room / 2), .. End(model, text, model.Room - model.Room / 2)]),
        ["closing"] = (model, text) => Long(model, text, beginning => LongMessage.ClosingOf(text) is { } closing ? model.Pieces(closing) : beginning),
        ["any-closing"] = (model, text) => Long(model, text, beginning => Instruction.Closing(text) is { IsEmpty: false } closing ? model.Pieces(closing.ToString()) : beginning),
        ["opening-or-closing"] = (model, text) => Long(model, text, beginning =>
            LongMessage.ClosingOf(text) is { } closing ? model.Pieces(closing)
            : Instruction.Opening(text) is { IsEmpty: false } opening ? model.Pieces(opening.ToString()) : beginning),
        ["closing-half"] = (model, text) => Long(model, text, beginning => LongMessage.ClosingOf(text) is { } closing ? LongMessage.Joined(model, closing, beginning, 0.5) : beginning),
        [Shipped] = LongMessage.Read,
        ["opening-closing-beginning"] = (model, text) => Long(model, text, beginning =>
            LongMessage.ClosingOf(text) is not { } closing ? beginning
            : Instruction.Opening(text) is { IsEmpty: false } opening ? LongMessage.Joined(model, opening.ToString(), model.Pieces(closing), 0.5)
            : LongMessage.Joined(model, closing, beginning, 0.75)),
        ["closing-most"] = (model, text) => Long(model, text, beginning => LongMessage.ClosingOf(text) is { } closing ? LongMessage.Joined(model, closing, beginning, 1) : beginning),
        ["beginning-closing"] = (model, text) => Long(model, text, beginning => LongMessage.ClosingOf(text) is { } closing ? BeginningFirst(model, closing, beginning) : beginning),
        ["closing-16"] = (model, text) => Long(model, text, beginning => LongMessage.ClosingOf(text) is { } closing ? WithSome(model, closing, beginning, 16) : beginning),
        ["closing-8"] = (model, text) => Long(model, text, beginning => LongMessage.ClosingOf(text) is { } closing ? WithSome(model, closing, beginning, 8) : beginning),
        ["opening-closing-8"] = (model, text) => Long(model, text, beginning =>
            LongMessage.ClosingOf(text) is { } closing ? WithSome(model, closing, beginning, 8)
            : Instruction.Opening(text) is { IsEmpty: false } opening ? model.Pieces(opening.ToString()) : beginning),
    };

    private static MessagePieces Long(EncoderModel model, string text, Func<int[], int[]> pieces)
    {
        var beginning = model.Pieces(text);
        return beginning.Length < model.Room ? new MessagePieces(beginning, MessageExtent.Whole) : new MessagePieces(pieces(beginning), MessageExtent.Beginning);
    }

    private static int[] End(EncoderModel model, string text, int count)
    {
        // Pieces are counted from the front: a window is moved until it holds as many as there is room for.
        var tail = text[Math.Max(0, text.Length - 4 * count)..];
        var pieces = model.Pieces(tail);
        return pieces[Math.Max(0, pieces.Length - count)..];
    }

    private static int[] BeginningFirst(EncoderModel model, string closing, int[] beginning)
    {
        var last = model.Pieces(closing);
        last = last[..Math.Min(last.Length, model.Room * 3 / 4)];
        return [.. beginning.AsSpan(0, model.Room - last.Length), .. last];
    }

    private static int[] WithSome(EncoderModel model, string closing, int[] beginning, int some)
    {
        var first = model.Pieces(closing);
        first = first[..Math.Min(first.Length, model.Room)];
        return [.. first, .. beginning.AsSpan(0, Math.Min(some, model.Room - first.Length))];
    }
}
