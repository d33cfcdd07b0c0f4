using ModelScan.RoutingApi.Conversations;
using ModelScan.RoutingApi.Decisions.Embedded.Encoder;

namespace ModelScan.RoutingApi.Decisions.Embedded;

/// <summary>
/// The vectors on which a conversation is decided, each message's own and, from the second on, the one that it has together with the message
/// before it: to be kept beside the conversation, so that deciding it once more costs no run of the encoder.
/// </summary>
internal static class KnownVectors
{
    /// <summary>Vectors of the messages of a conversation, as far as all of a message's are remembered.</summary>
    /// <param name="model">The encoder.</param>
    /// <param name="vectors">What is remembered.</param>
    /// <param name="reading">What counts of a long message.</param>
    /// <param name="messages">The conversation.</param>
    /// <returns>One for each of the person's messages that count, the oldest first: one vector after the other, or <see langword="null"/>.</returns>
    public static Half[]?[] Of(EncoderModel model, PromptVectors vectors, MessageReading reading, IReadOnlyList<ConversationMessage> messages) =>
        [.. Texts(model, reading, messages).Select(texts => Joined(vectors, texts))];

    /// <summary>Remembers vectors that <see cref="Of"/> gave for the same conversation; those that do not fit it are left out.</summary>
    public static void Remember(EncoderModel model, PromptVectors vectors, MessageReading reading, IReadOnlyList<ConversationMessage> messages, IReadOnlyList<Half[]?> known)
    {
        var dimension = model.Encoder.Dimension;
        foreach (var (texts, halves) in Texts(model, reading, messages).Zip(known))
        {
            if (halves is null || halves.Length != dimension * texts.Count)
                continue;
            for (var i = 0; i < texts.Count; i++)
                vectors.Remember(texts[i], Array.ConvertAll(halves[(i * dimension)..((i + 1) * dimension)], static half => (float)half));
        }
    }

    /// <summary>Has the encoder make those that are not remembered, as some of many.</summary>
    /// <exception cref="RouteClassificationException">The encoder is too busy, or failed.</exception>
    public static async ValueTask PrepareAsync(EncoderModel model, PromptVectors vectors, MessageReading reading, IReadOnlyList<ConversationMessage> messages, CancellationToken cancellationToken)
    {
        foreach (var ids in Texts(model, reading, messages).SelectMany(static texts => texts))
            await vectors.PrepareAsync(ids, cancellationToken).ConfigureAwait(false);
    }

    private static IEnumerable<IReadOnlyList<int[]>> Texts(EncoderModel model, MessageReading reading, IReadOnlyList<ConversationMessage> messages)
    {
        int[]? before = null;
        foreach (var turn in ConversationTurns.Of(messages, EmbeddedRouteClassifier.MaxTurns).Turns)
        {
            var pieces = reading(model, turn.Text).Pieces;
            yield return before is null
                ? [model.Ids(pieces)]
                : [model.Ids(pieces), ConversationWalk.Together(model, before, pieces, model.Calibration.Dialogue.PreviousPieces)];
            before = pieces;
        }
    }

    private static Half[]? Joined(PromptVectors vectors, IReadOnlyList<int[]> texts)
    {
        var all = new List<Half>();
        foreach (var ids in texts)
        {
            if (!vectors.TryGet(ids, out var vector))
                return null;
            all.AddRange(Array.ConvertAll(vector, static value => (Half)value));
        }

        return [.. all];
    }
}
