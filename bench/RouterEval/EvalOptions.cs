using System.Globalization;

namespace RouterEval;

/// <summary>What the command line asks for.</summary>
internal sealed record EvalOptions
{
    public const string Usage = """
        RouterEval FOLDER [--method final|reference] [--endpoint URL --model NAME] [--threshold X] [--json FILE]
        RouterEval --write-anchors FILE

          FOLDER           evaluation set: routes.jsonl, items.jsonl, episodes.jsonl, dialogues.jsonl
          --method         embedded classifier: as shipped (final), or the plain method that it grew out of (reference)
          --endpoint       asks a router model at an OpenAI-compatible URL instead; --model names it
          --threshold      probability from which a route is taken, 0..1; 0.5 unless said otherwise
          --json           writes all numbers to a file as well
          --write-anchors  encodes the built-in route texts anew and writes their vectors

        Exit code 1: the numbers are worse than expected.json beside FOLDER allows (reference: differ from it).
        """;

    public string? Folder { get; private init; }

    public string Method { get; private init; } = "final";

    /// <summary>Which classifier is meant: <c>endpoint</c> when a URL is given, else the embedded one's method.</summary>
    public string Kind => Endpoint is null ? Method : "endpoint";

    public Uri? Endpoint { get; private init; }

    public string? Model { get; private init; }

    public double Threshold { get; private init; } = 0.5;

    public string? JsonFile { get; private init; }

    public string? AnchorFile { get; private init; }

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
                "--method" => options with { Method = Value() },
                "--endpoint" => options with { Endpoint = new Uri(Value()) },
                "--model" => options with { Model = Value() },
                "--threshold" => options with { Threshold = double.Parse(Value(), CultureInfo.InvariantCulture) },
                "--json" => options with { JsonFile = Value() },
                "--write-anchors" => options with { AnchorFile = Value() },
                var flag when flag.StartsWith('-') => throw new FormatException($"{flag} is not known."),
                var folder => options with { Folder = folder },
            };
        }

        if (options.Folder is null && options.AnchorFile is null)
            throw new FormatException("No evaluation folder given.");
        return options;
    }
}
