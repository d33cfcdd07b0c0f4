namespace ModelScan.RoutingApi.Decisions.Embedded;

/// <summary>The constants of the decision rule, shipped beside the weights that they were fitted for.</summary>
internal sealed record DecisionCalibration
{
    private const int Version = 2;

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    /// <summary>Of a conversation's first message.</summary>
    public required SingleCalibration Single { get; init; }

    /// <summary>Of later ones.</summary>
    public required DialogueCalibration Dialogue { get; init; }

    /// <summary>Probability in 0..1 of the best route against none from which it is taken.</summary>
    public required double Threshold { get; init; }

    /// <summary>What prompts without a route have in common; <see langword="null"/> or empty where it was not learned.</summary>
    public PriorCalibration? Prior { get; init; }

    /// <summary>How close a prompt comes to those that have no route.</summary>
    public double PriorOf(ReadOnlySpan<float> prompt)
    {
        var sum = 0.0;
        for (var i = 0; Prior is { Vector: var vector } && i < vector.Count; i++)
            sum += vector[i] * prompt[i];
        return sum;
    }

    /// <summary>Reads a file.</summary>
    /// <param name="json">The file.</param>
    /// <param name="dimension">Components of the encoder's vectors; <see langword="null"/> where the prior is not used.</param>
    /// <exception cref="InvalidDataException">Another version, a constant is missing, or it belongs to another encoder.</exception>
    public static DecisionCalibration Read(Stream json, int? dimension)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            if (document.RootElement.GetProperty("version").GetInt32() != Version)
                throw new InvalidDataException($"The classifier's calibration has another version than {Version}.");
            var calibration = document.RootElement.Deserialize<DecisionCalibration>(Options)!;
            if (calibration.Prior is { Vector: { Count: > 0 } vector } && dimension is { } expected && vector.Count != expected)
                throw new InvalidDataException($"The calibration's prior has {vector.Count} numbers and belongs to another encoder: this one's vectors have {expected}.");
            return calibration;
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException("The classifier's calibration is not readable: " + exception.Message, exception);
        }
    }

    /// <summary>Writes what <see cref="Read"/> reads.</summary>
    public string Write() => JsonSerializer.Serialize(
        new { version = Version, Single, Threshold, Dialogue, Prior }, Indented);

    private static readonly JsonSerializerOptions Indented = new(JsonSerializerDefaults.Web) { WriteIndented = true };
}

/// <summary>Constants for a conversation's first message; <see cref="DecisionRule"/> has the formulas.</summary>
/// <param name="K">Utility of a cosine of one.</param>
/// <param name="C">Utility of none.</param>
/// <param name="B">How much it grows with the logarithm of the number of routes.</param>
/// <param name="Prior">Weight of the prior.</param>
internal sealed record SingleCalibration(double K, double C, double B, double Prior)
{
    /// <summary>
    /// Below this cosine a first message has no route, however few routes there are: with one or two, "hello" would be more probable a
    /// question for code than nothing at all. On the evaluation set no right decision lies below it.
    /// </summary>
    public double LeastCosine { get; init; } = 0.12;
}

/// <summary>Constants for later messages; <see cref="DecisionRule"/> has the formulas.</summary>
internal sealed record DialogueCalibration
{
    /// <summary>Weight of the newest message's cosine.</summary>
    public required double New { get; init; }

    /// <summary>Weight of the cosine of the message together with its predecessor.</summary>
    public required double Context { get; init; }

    /// <summary>For the previous route: the one constant to turn if routes should hold longer.</summary>
    public required double Stay { get; init; }

    /// <summary>For the previous route, the more the shorter the message is.</summary>
    public required double StayShort { get; init; }

    /// <summary>For the previous route, after a question of the assistant.</summary>
    public required double StayAsked { get; init; }

    /// <summary>Utility of none.</summary>
    public required double C { get; init; }

    /// <summary>How much it grows with the logarithm of the number of routes.</summary>
    public required double B { get; init; }

    /// <summary>Weight of the prior.</summary>
    public required double Prior { get; init; }

    /// <summary>For none, when the message before got none.</summary>
    public required double NoneStay { get; init; }

    /// <summary>For none, when the message before got none, the more the shorter this one is.</summary>
    public required double NoneStayShort { get; init; }

    /// <summary>From this many pieces on a message is not short.</summary>
    public required double ShortPieces { get; init; }

    /// <summary>Pieces of the message before that go together with the newest.</summary>
    public required int PreviousPieces { get; init; }
}

/// <summary>Which prompts have no route.</summary>
/// <param name="Vector">As many numbers as a vector has components.</param>
internal sealed record PriorCalibration(IReadOnlyList<double> Vector);
