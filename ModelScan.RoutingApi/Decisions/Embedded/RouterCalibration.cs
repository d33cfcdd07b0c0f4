using System.Text.Json;

namespace ModelScan.RoutingApi.Decisions.Embedded;

/// <summary>
/// The constants of the method, shipped beside the weights. <c>calibration.json</c> holds those in use;
/// <c>calibration.reference.json</c> those of the plain method that it grew out of, where the newer constants are missing and
/// therefore have no effect.
/// </summary>
internal sealed record RouterCalibration
{
    /// <summary>What a route's vectors are made of.</summary>
    public required RouteCalibration Routes { get; init; }

    /// <summary>The lexical term.</summary>
    public required LexicalCalibration Lexical { get; init; }

    /// <summary>What a score is measured against.</summary>
    public required AnchorCalibration Anchors { get; init; }

    /// <summary>From score to probability.</summary>
    public required LogisticCurve Logistic { get; init; }

    /// <summary>The rule for conversations.</summary>
    public required ConversationCalibration Conversation { get; init; }

    /// <summary>A pinned route is left only for one that is better by this much.</summary>
    public required double SwitchMargin { get; init; }

    /// <summary>Reads a file.</summary>
    /// <exception cref="InvalidDataException">Another version, or a constant is missing.</exception>
    public static RouterCalibration Read(Stream stream)
    {
        try
        {
            using var document = JsonDocument.Parse(stream);
            var root = document.RootElement;
            if (root.GetProperty("version").GetInt32() != 1)
                throw new InvalidDataException("The router's calibration has another version than 1.");
            return Read(root);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or FormatException or InvalidOperationException)
        {
            throw new InvalidDataException("The router's calibration is not readable: " + e.Message, e);
        }
    }

    private static RouterCalibration Read(JsonElement root)
    {
        JsonElement lexical = root.GetProperty("lexical"), turns = root.GetProperty("multiTurn"), anchors = root.GetProperty("anchors");
        var routes = root.TryGetProperty("routes", out var found) ? found : root;
        return new RouterCalibration
        {
            Routes = new RouteCalibration(
                Number(routes, "partsWeight", 0),
                Number(routes, "clauseWeight", 0),
                Number(routes, "hubWeight", 0),
                Number(root.GetProperty("examples"), "kappa")),
            Lexical = new LexicalCalibration(
                Number(lexical, "weight"),
                Number(lexical, "cap"),
                Number(lexical, "k1"),
                Number(lexical, "b"),
                Number(lexical, "wordWeight"),
                Number(lexical, "idfOffset")),
            Anchors = new AnchorCalibration((int)Number(anchors, "top"), Number(anchors, "nearRoute", 2)),
            Logistic = new LogisticCurve(Number(root.GetProperty("logistic"), "k"), Number(root.GetProperty("logistic"), "c")),
            Conversation = new ConversationCalibration
            {
                Decay = Number(turns, "decay"),
                Fade = Number(turns, "fade"),
                FloorScore = Number(turns, "floorScore"),
                BaseWeight = Number(turns, "baseWeight"),
                Gain = Number(turns, "gain"),
                AssistantWeight = Number(turns, "assistantWeight"),
                AssistantEvidence = Number(turns, "assistantEvidence", 0),
                MaxUserTurns = (int)Number(turns, "maxUserTurns"),
                TopicFloor = Number(turns, "topicFloor", Number(turns, "floorScore")),
                TopicGain = Number(turns, "topicGain", Number(turns, "gain")),
                TopicAnchors = (int)Number(turns, "topicAnchors", 0),
                Fillers = turns.TryGetProperty("fillers", out var fillers) ? [.. fillers.EnumerateArray().Select(f => f.GetString()!)] : [],
            },
            SwitchMargin = Number(root, "switchMargin"),
        };
    }

    private static double Number(JsonElement parent, string name, double? missing = null) =>
        parent.TryGetProperty(name, out var value) ? value.GetDouble() : missing ?? throw new KeyNotFoundException(name + " is missing.");
}

/// <summary>Constants of the routes' vectors.</summary>
/// <param name="PartsWeight">Weight of the name's and the description's own vectors together, against 1 for the whole text.</param>
/// <param name="ClauseWeight">Share 0..1 of the best clause of the description in a cosine; the rest is the whole route's.</param>
/// <param name="HubWeight">How much a route that lies close to texts of all sorts is held back when routes are compared.</param>
/// <param name="ExampleKappa">With n examples they weigh n / (n + this) against the route's text.</param>
internal sealed record RouteCalibration(double PartsWeight, double ClauseWeight, double HubWeight, double ExampleKappa);

/// <summary>Constants of the anchors.</summary>
/// <param name="Top">How many of the best anchors make up the anchor mean.</param>
/// <param name="NearRoute">From this cosine with a route on an anchor is about that route, and does not count; 2 for never.</param>
internal sealed record AnchorCalibration(int Top, double NearRoute);

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

/// <summary>Constants of the rule for conversations; <see cref="ConversationEvidence"/> has the formulas.</summary>
internal sealed record ConversationCalibration
{
    /// <summary>What is left of older evidence after a message that says nothing.</summary>
    public required double Decay { get; init; }

    /// <summary>How much faster a clear message makes older evidence fade.</summary>
    public required double Fade { get; init; }

    /// <summary>From this score on a message says which route is meant.</summary>
    public required double FloorScore { get; init; }

    /// <summary>Weight of a message that says nothing.</summary>
    public required double BaseWeight { get; init; }

    /// <summary>Weight per unit of score above the floor.</summary>
    public required double Gain { get; init; }

    /// <summary>Weight of the answer that the newest message replies to.</summary>
    public required double AssistantWeight { get; init; }

    /// <summary>What an answer of the assistant says about the routes, as a share of what a user's message would.</summary>
    public required double AssistantEvidence { get; init; }

    /// <summary>Newest user messages that count.</summary>
    public required int MaxUserTurns { get; init; }

    /// <summary>From this score on, with a route or with topical anchors, a message says whether any route is meant.</summary>
    public required double TopicFloor { get; init; }

    /// <summary>Weight per unit of score above the topic floor.</summary>
    public required double TopicGain { get; init; }

    /// <summary>Number of best topical anchors whose mean tells a message about something else from one about nothing; 0 for none.</summary>
    public required int TopicAnchors { get; init; }

    /// <summary>Names of anchors without a topic: yes, no, thanks.</summary>
    public required IReadOnlyList<string> Fillers { get; init; }
}
