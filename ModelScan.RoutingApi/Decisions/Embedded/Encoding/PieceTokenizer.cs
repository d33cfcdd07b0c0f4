using System.Globalization;

namespace ModelScan.RoutingApi.Decisions.Embedded.Encoding;

/// <summary>
/// Cuts text into word pieces. Every word gets U+2581 put in front and is cut along the path with the largest sum of piece
/// scores; a character that is no piece costs <see cref="UnknownPenalty"/> and becomes id 0, and a run of those within one
/// word counts once. Thread-safe.
/// </summary>
internal sealed class PieceTokenizer
{
    /// <summary>Characters of a text that are looked at.</summary>
    public const int MaxCharacters = 4_000;

    /// <summary>The id of what is no piece.</summary>
    public const int UnknownId = 0;

    private const char WordStart = '\u2581';
    private const int FirstPieceId = 6;
    private const int MaxPieceLength = 16;
    private const double UnknownPenalty = 20;
    private const int TrieNodes = 32_768;

    private readonly PieceTrie _trie = new(TrieNodes);

    private PieceTokenizer()
    {
    }

    /// <summary>
    /// Reads the vocabulary: one piece per line, <c>piece TAB score</c>, the line number being the id. The first six ids are
    /// special and match no text; of a piece that occurs twice the last line counts.
    /// </summary>
    /// <exception cref="InvalidDataException">A line has no score.</exception>
    public static PieceTokenizer Read(TextReader lines)
    {
        var tokenizer = new PieceTokenizer();
        for (var id = 0; lines.ReadLine() is { } line; id++)
        {
            var tab = line.LastIndexOf('\t');
            if (tab is < 0 or > MaxPieceLength && id >= FirstPieceId
                || !double.TryParse(line.AsSpan(tab + 1), NumberStyles.Float, CultureInfo.InvariantCulture, out var score))
                throw new InvalidDataException($"Line {id + 1} of the vocabulary is not a piece and its score.");
            if (id >= FirstPieceId)
                tokenizer._trie.Add(line.AsSpan(0, tab), id, score);
        }

        return tokenizer;
    }

    /// <summary>Writes the ids of <paramref name="text"/> until <paramref name="ids"/> is full.</summary>
    /// <returns>The number of ids: at least one, because text without any word counts as one unknown piece.</returns>
    public int Tokenize(ReadOnlySpan<char> text, Span<int> ids, TokenizerScratch scratch)
    {
        var count = 0;
        var words = new WordReader(scratch.Normalize(text));
        while (count < ids.Length && words.Next(out var word))
            count += Cut(word, ids[count..], scratch);
        if (count == 0)
            ids[count++] = UnknownId;
        return count;
    }

    /// <summary>The best path through one word (Viterbi), read backwards from the end of the word.</summary>
    private int Cut(ReadOnlySpan<char> word, Span<int> ids, TokenizerScratch scratch)
    {
        var length = word.Length + 1;
        scratch.ReserveWord(length + 1);
        Span<double> best = scratch.Best.AsSpan(0, length + 1);
        Span<int> from = scratch.From.AsSpan(0, length + 1), pieces = scratch.Pieces.AsSpan(0, length + 1);
        best.Fill(double.NegativeInfinity);
        best[0] = 0;
        for (var i = 0; i < length; i++)
        {
            // Every position is reachable: from i either a piece of one character or the unknown piece leads to i + 1.
            var node = PieceTrie.Root;
            var isPiece = false;
            for (var j = i; j < length; j++)
            {
                node = _trie.Next(node, j == 0 ? WordStart : word[j - 1]);
                if (node == PieceTrie.Root)
                    break;
                if (_trie.Id(node) < 0)
                    continue;
                isPiece |= j == i;
                if (best[i] + _trie.Score(node) >= best[j + 1])
                    (best[j + 1], from[j + 1], pieces[j + 1]) = (best[i] + _trie.Score(node), i, _trie.Id(node));
            }

            if (!isPiece && best[i] - UnknownPenalty > best[i + 1])
                (best[i + 1], from[i + 1], pieces[i + 1]) = (best[i] - UnknownPenalty, i, UnknownId);
        }

        // The path is found from its end, so the ids gather at the end of the array before they are copied in order.
        var path = scratch.Path.AsSpan(0, length + 1);
        var start = path.Length;
        for (var at = length; at > 0; at = from[at])
        {
            if (pieces[at] != UnknownId || start == path.Length || path[start] != UnknownId)
                path[--start] = pieces[at];
        }

        var found = path[start..];
        if (found.Length > ids.Length)
            found = found[..ids.Length];
        found.CopyTo(ids);
        return found.Length;
    }
}
