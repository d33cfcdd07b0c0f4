namespace RouterEval;

/// <summary>What the command line asks for.</summary>
internal sealed record EvalOptions
{
    public const string Usage = """
        RouterEval [FOLDER...] [--endpoint URL --model NAME] [--examples N] [--json FILE] [--readings]
                   [--encoder MODEL --vocab FILE]

          FOLDER           evaluation sets; without one, the one that lies beside the program. Either configurations (configs.jsonl,
                           items.jsonl, dialogues.jsonl) or episodes (routes.jsonl, items.jsonl, episodes.jsonl, dialogues.jsonl)
          --endpoint       asks a router model at an OpenAI-compatible URL instead of the embedded classifier; --model names it
          --examples       gives each route of an episode set N prompts of its label as examples
          --json           writes the numbers of an episode set to a file as well
          --encoder        fits the constants for another encoder (ONNX, mean pooling) on a set of configurations; --vocab names its word pieces
          --readings       compares the ways to read long messages, on a set of configurations

        Exit code 1: the numbers differ from expected.json.
        """;

    public IReadOnlyList<string> Folders { get; private init; } = [];

    /// <summary>Which classifier is meant: <c>endpoint</c> when a URL is given, else the embedded one.</summary>
    public string Kind => Endpoint is null ? "embedded" : "endpoint";

    public Uri? Endpoint { get; private init; }

    public string? Model { get; private init; }

    public string? JsonFile { get; private init; }

    public int Examples { get; private init; }

    public bool ComparesReadings { get; private init; }

    public string? Encoder { get; private init; }

    public string? Vocabulary { get; private init; }

    /// <summary>The set that is part of the program.</summary>
    public static string OwnFolder { get; } = Path.Combine(AppContext.BaseDirectory, "Sets");

    /// <summary>Reads the command line.</summary>
    /// <exception cref="FormatException">It cannot be understood.</exception>
    public static EvalOptions Parse(string[] args)
    {
        var options = new EvalOptions();
        for (var i = 0; i < args.Length; i++)
        {
            string Value() => ++i < args.Length ? args[i] : throw new FormatException($"{args[i - 1]} needs a value.");
            options = args[i] switch
            {
                "--endpoint" => options with { Endpoint = new Uri(Value()) },
                "--model" => options with { Model = Value() },
                "--examples" => options with { Examples = int.Parse(Value(), System.Globalization.CultureInfo.InvariantCulture) },
                "--json" => options with { JsonFile = Value() },
                "--encoder" => options with { Encoder = Value() },
                "--vocab" => options with { Vocabulary = Value() },
                "--readings" => options with { ComparesReadings = true },
                var flag when flag.StartsWith('-') => throw new FormatException($"{flag} is not known."),
                var folder => options with { Folders = [.. options.Folders, folder] },
            };
        }

        return options.Folders.Count > 0 ? options : options with { Folders = [OwnFolder] };
    }
}
