using System.Numerics;

namespace ModelScan.RoutingApi.Decisions.Embedded.Encoding;

/// <summary>
/// The pieces as a tree of characters: one lookup per character finds all pieces that start at a position. Edges live in one
/// open-addressed table from (node, character) to node; nodes fit in 16 bits.
/// </summary>
internal sealed class PieceTrie
{
    /// <summary>The node before the first character.</summary>
    public const int Root = 0;

    private readonly uint[] _edges;
    private readonly ushort[] _targets;
    private readonly int _shift;
    private readonly List<short> _ids = [-1];
    private readonly List<double> _scores = [0];

    /// <summary>Makes an empty tree with room for <paramref name="nodes"/> nodes.</summary>
    public PieceTrie(int nodes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(nodes, ushort.MaxValue);
        var size = BitOperations.RoundUpToPowerOf2((uint)nodes * 2);
        _shift = 32 - BitOperations.Log2(size);
        _edges = new uint[size];
        _targets = new ushort[size];
    }

    /// <summary>Adds a piece; one that is there already is replaced.</summary>
    /// <exception cref="InvalidDataException">The pieces have more characters than the tree has room for.</exception>
    public void Add(ReadOnlySpan<char> piece, int id, double score)
    {
        var node = Root;
        foreach (var character in piece)
        {
            var slot = Slot(node, character);
            if (_targets[slot] == 0)
            {
                if (_ids.Count > _edges.Length / 2)
                    throw new InvalidDataException("The pieces do not fit into the tree.");
                _edges[slot] = Edge(node, character);
                _targets[slot] = (ushort)_ids.Count;
                _ids.Add(-1);
                _scores.Add(0);
            }

            node = _targets[slot];
        }

        _ids[node] = (short)id;
        _scores[node] = score;
    }

    /// <summary>The node that <paramref name="character"/> leads to, or <see cref="Root"/> when no piece goes on that way.</summary>
    public int Next(int node, char character) => _targets[Slot(node, character)];

    /// <summary>The id of the piece that ends at <paramref name="node"/>, or -1.</summary>
    public int Id(int node) => _ids[node];

    /// <summary>The score (a log probability) of the piece that ends at <paramref name="node"/>.</summary>
    public double Score(int node) => _scores[node];

    private static uint Edge(int node, char character) => (uint)node << 16 | character;

    /// <summary>The slot of an edge, or the free one where it belongs. At most half of the slots are taken, so the search ends.</summary>
    private int Slot(int node, char character)
    {
        var edge = Edge(node, character);
        var slot = (int)(edge * 0x9E3779B1u >> _shift);
        while (_targets[slot] != 0 && _edges[slot] != edge)
            slot = (slot + 1) & (_edges.Length - 1);
        return slot;
    }
}
