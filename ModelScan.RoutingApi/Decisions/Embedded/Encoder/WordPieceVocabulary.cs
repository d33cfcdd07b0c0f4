namespace ModelScan.RoutingApi.Decisions.Embedded.Encoder;

/// <summary>
/// The word pieces by text: those that begin a word, and those that go on with one (<c>##</c> before them in the file, which is not kept).
/// The number of a piece is that of its line, from 0.
/// </summary>
internal sealed class WordPieceVocabulary
{
    private const string Continuation = "##";

    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _beginnings;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _continuations;
    private readonly int _longestBeginning = 1;
    private readonly int _longestContinuation = 1;

    private WordPieceVocabulary(IEnumerable<string> lines)
    {
        var beginnings = new Dictionary<string, int>(StringComparer.Ordinal);
        var continuations = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var line in lines)
        {
            if (line.Length > Continuation.Length && line.StartsWith(Continuation, StringComparison.Ordinal))
            {
                continuations[line[Continuation.Length..]] = Count++;
                _longestContinuation = Math.Max(_longestContinuation, line.Length - Continuation.Length);
            }
            else
            {
                beginnings[line] = Count++;
                _longestBeginning = Math.Max(_longestBeginning, line.Length);
                if (line.Length > 1 && Ideographs.StartsWith(line))
                    LongestIdeographic = Math.Max(LongestIdeographic, line.Length);
            }
        }

        _beginnings = beginnings.GetAlternateLookup<ReadOnlySpan<char>>();
        _continuations = continuations.GetAlternateLookup<ReadOnlySpan<char>>();
        (Start, End, Unknown) = (Special("[CLS]"), Special("[SEP]"), Special("[UNK]"));
    }

    /// <summary>Number of pieces.</summary>
    public int Count { get; }

    /// <summary>Stands before every text.</summary>
    public int Start { get; }

    /// <summary>Stands after every text.</summary>
    public int End { get; }

    /// <summary>Stands for what is in no piece.</summary>
    public int Unknown { get; }

    /// <summary>Length of the longest piece that begins with an ideograph, in UTF-16 units.</summary>
    public int LongestIdeographic { get; } = 1;

    /// <summary>Reads one piece a line, <c>\n</c> or <c>\r\n</c> between them.</summary>
    /// <exception cref="InvalidDataException">A special piece is missing.</exception>
    public static WordPieceVocabulary Read(TextReader file)
    {
        // Not ReadLine: some pieces are characters at which it would end a line.
        // A file from Windows has \r before each end, which belongs to no piece.
        var lines = file.ReadToEnd().Split('\n');
        if (lines[0].EndsWith('\r'))
            lines = [.. lines.Select(line => line.EndsWith('\r') ? line[..^1] : line)];
        return new WordPieceVocabulary(lines[^1].Length == 0 ? lines[..^1] : lines);
    }

    /// <summary>The longest piece with which <paramref name="rest"/> of a word begins; its length is 0 when there is none.</summary>
    public (int Piece, int Length) Longest(ReadOnlySpan<char> rest, bool isBeginning, int maxLength = int.MaxValue)
    {
        var pieces = isBeginning ? _beginnings : _continuations;
        for (var length = Math.Min(rest.Length, Math.Min(maxLength, isBeginning ? _longestBeginning : _longestContinuation)); length > 0; length--)
        {
            if (pieces.TryGetValue(rest[..length], out var piece))
                return (piece, length);
        }

        return default;
    }

    private int Special(string piece) => _beginnings.TryGetValue(piece, out var number)
        ? number
        : throw new InvalidDataException($"The vocabulary has no {piece}: it is not one of word pieces.");
}
