using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json.Serialization;
using ModelScan.RoutingApi.Conversations;
using ModelScan.RoutingApi.Decisions.Embedded;

namespace ModelScan.RoutingApi.Routing.Records;

/// <summary>
/// What a decision is made on, as it is kept: <c>[{"text": "…"}, {"text": "…", "answers_question": true}]</c>, the person's newest messages as the
/// embedded classifier reads them, the oldest first.
/// </summary>
internal static class DecisionInput
{
    private const int LongestMessage = 4000;

    // Umlauts and ideographs as they are, so that whoever reads the log can.
    private static readonly JsonSerializerOptions Readable = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    };

    /// <summary>Picks the messages of a conversation.</summary>
    public static string Write(IReadOnlyList<ConversationMessage> messages) => JsonSerializer.Serialize(
        ConversationTurns.Of(messages, EmbeddedRouteClassifier.MaxTurns).Turns.Select(turn => new Message(Beginning(turn.Text.Trim()), turn.AnswersQuestion)), Readable);

    /// <summary>The same with the vectors that an encoder made of each message; what is not one each is left as it is.</summary>
    /// <param name="input">What <see cref="Write"/> wrote.</param>
    /// <param name="encoder">Which encoder it was.</param>
    /// <param name="vectors">One for each message; <see langword="null"/> where there is none.</param>
    public static string WithVectors(string input, string encoder, IReadOnlyList<Half[]?> vectors)
    {
        var messages = Messages(input);
        if (messages.Length != vectors.Count)
            return input;
        return JsonSerializer.Serialize(
            messages.Zip(vectors, (message, vector) => vector is null ? message : message with { Encoder = encoder, Vector = Convert.ToBase64String(MemoryMarshal.AsBytes<Half>(vector)) }), Readable);
    }

    /// <summary>The vectors that <see cref="WithVectors"/> wrote for an encoder.</summary>
    public static IReadOnlyList<Half[]?> Vectors(string? input, string encoder) => [.. Messages(input).Select(message => message.Encoder == encoder ? VectorOf(message) : null)];

    /// <summary>A conversation that is decided alike; empty where the text is none that <see cref="Write"/> wrote.</summary>
    public static IReadOnlyList<ConversationMessage> Read(string? input)
    {
        var messages = new List<ConversationMessage>();
        foreach (var message in Messages(input))
        {
            if (message.AnswersQuestion)
                messages.Add(new ConversationMessage(ConversationRole.Assistant, "?"));
            messages.Add(new ConversationMessage(ConversationRole.User, message.Text));
        }

        return messages;
    }

    /// <summary>The newest message; <see langword="null"/> for none.</summary>
    public static string? Newest(string? input) => Messages(input) is [.., var last] ? last.Text : null;

    private static string Beginning(string text) => text.Length > LongestMessage ? text[..LongestMessage] : text;

    private static Message[] Messages(string? input)
    {
        try
        {
            return input is null ? [] : JsonSerializer.Deserialize<Message[]>(input, Readable) ?? [];
        }
        catch (JsonException)
        {
            // The redactor, or somebody, has changed it.
            return [];
        }
    }

    private static Half[]? VectorOf(Message message)
    {
        Span<byte> bytes = new byte[message.Vector?.Length ?? 0];
        return message.Vector is { } text && Convert.TryFromBase64String(text, bytes, out var length) && length % 2 == 0 ? MemoryMarshal.Cast<byte, Half>(bytes[..length]).ToArray() : null;
    }

    private sealed record Message(string Text, bool AnswersQuestion, string? Encoder = null, string? Vector = null);
}
