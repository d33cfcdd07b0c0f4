using System.Text.Json;

namespace ModelScan.RoutingApi.Decisions.Embedded;

/// <summary>The constants of the method; made together with the weights and shipped beside them as <c>calibration.json</c>.</summary>
internal sealed record RouterCalibration
{
    /// <summary>The lexical term.</summary>
    public required LexicalCalibration Lexical { get; init; }

    /// <summary>How many of the best anchors make up the anchor mean.</summary>
    public required int AnchorTop { get; init; }

    /// <summary>From score to probability.</summary>
    public required LogisticCurve Logistic { get; init; }

    /// <summary>With n examples they weigh n / (n + this) against the route's text.</summary>
    public required double ExampleKappa { get; init; }

    /// <summary>The rule for conversations.</summary>
    public required ConversationCalibration Conversation { get; init; }

    /// <summary>A pinned route is left only for one that is better by this much.</summary>
    public required double SwitchMargin { get; init; }

    /// <summary>Reads the file.</summary>
    /// <exception cref="InvalidDataException">Another version, or a constant is missing.</exception>
    public static RouterCalibration Read(Stream stream)
    {
        try
        {
            using var document = JsonDocument.Parse(stream);
            var root = document.RootElement;
            if (root.GetProperty("version").GetInt32() != 1)
                throw new InvalidDataException("The router's calibration has another version than 1.");
            JsonElement lexical = root.GetProperty("lexical"), turns = root.GetProperty("multiTurn"), logistic = root.GetProperty("logistic");
            return new RouterCalibration
            {
                Lexical = new LexicalCalibration(
                    Number(lexical, "weight"),
                    Number(lexical, "cap"),
                    Number(lexical, "k1"),
                    Number(lexical, "b"),
                    Number(lexical, "wordWeight"),
                    Number(lexical, "idfOffset")),
                AnchorTop = root.GetProperty("anchors").GetProperty("top").GetInt32(),
                Logistic = new LogisticCurve(Number(logistic, "k"), Number(logistic, "c")),
                ExampleKappa = Number(root.GetProperty("examples"), "kappa"),
                Conversation = new ConversationCalibration(
                    Number(turns, "decay"),
                    Number(turns, "fade"),
                    Number(turns, "floorScore"),
                    Number(turns, "baseWeight"),
                    Number(turns, "gain"),
                    Number(turns, "assistantWeight"),
                    turns.GetProperty("maxUserTurns").GetInt32()),
                SwitchMargin = Number(root, "switchMargin"),
            };
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or FormatException or InvalidOperationException)
        {
            throw new InvalidDataException("The router's calibration is not readable: " + e.Message, e);
        }
    }

    private static double Number(JsonElement parent, string name) => parent.GetProperty(name).GetDouble();
}

/// <summary>Constants of the lexical term (BM25 over the routes' texts).</summary>
/// <param name="Weight">Weight of the term in the score.</param>
/// <param name="Cap">The term counts up to here.</param>
/// <param name="K1">How slowly repetitions of a word in a route's text saturate.</param>
/// <param name="B">How much long route texts are held back.</param>
/// <param name="WordWeight">Factor before every word's weight.</param>
/// <param name="IdfOffset">Added inside the logarithm of a word's rarity, so that words of all routes still count a little.</param>
internal sealed record LexicalCalibration(double Weight, double Cap, double K1, double B, double WordWeight, double IdfOffset);

/// <summary>p = 1 / (1 + exp(-(k d + c))).</summary>
internal readonly record struct LogisticCurve(double K, double C)
{
    /// <summary>The probability for a score above the anchors of <paramref name="d"/>.</summary>
    public double Probability(double d) => 1 / (1 + Math.Exp(-(K * d + C)));
}

/// <summary>Constants of the rule for conversations.</summary>
/// <param name="Decay">What is left of older evidence after a message that says nothing.</param>
/// <param name="Fade">How much faster a clear message makes older evidence fade.</param>
/// <param name="FloorScore">From this score on a message says something.</param>
/// <param name="BaseWeight">Weight of a message that says nothing.</param>
/// <param name="Gain">Weight per unit of score above the floor.</param>
/// <param name="AssistantWeight">Weight of the answer that the newest message replies to.</param>
/// <param name="MaxUserTurns">Newest user messages that count.</param>
internal sealed record ConversationCalibration(
    double Decay, double Fade, double FloorScore, double BaseWeight, double Gain, double AssistantWeight, int MaxUserTurns);
