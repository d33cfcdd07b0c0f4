using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace ModelScan.RoutingApi.Configuration.Reading;

/// <summary>
/// Looks at a file event by event, before anything is built of it: what is built is walked by recursion, and hashed where it is a key. So
/// depth is bounded, through aliases as well; nothing contains itself; keys are plain text; and what aliases repeat is bounded.
/// </summary>
internal static class YamlBounds
{
    private const int MaxDepth = 64;
    private const int MaxRepeated = 100_000;

    /// <summary>Reports the first thing that is out of bounds.</summary>
    /// <param name="text">The file.</param>
    /// <param name="scope">Where to.</param>
    /// <returns>Whether everything is within bounds.</returns>
    /// <exception cref="YamlException">It is no YAML.</exception>
    public static bool Check(string text, ConfigScope scope)
    {
        var parser = new Parser(new StringReader(text));
        var open = new Stack<Node>();
        var anchored = new Dictionary<string, Extent>(StringComparer.Ordinal);
        var repeated = 0L;
        while (parser.MoveNext())
        {
            if (Problem(parser.Current!, open, anchored, ref repeated) is not { } problem)
                continue;
            scope.Error("root", (int)parser.Current!.Start.Line, problem);
            return false;
        }

        return true;
    }

    private static string? Problem(ParsingEvent current, Stack<Node> open, Dictionary<string, Extent> anchored, ref long repeated)
    {
        var isKey = open.TryPeek(out var around) && around.IsMapping && around.Children % 2 == 0;
        switch (current)
        {
            case MappingStart or SequenceStart:
                if (isKey)
                    return "keys must be plain text";
                open.Push(new Node(current is MappingStart, NameOf((NodeEvent)current)));
                return open.Count > MaxDepth ? $"nested deeper than {MaxDepth} levels" : null;
            case MappingEnd or SequenceEnd:
                var closed = open.Pop();
                Add(new Extent(closed.Extent.Size + 1, closed.Extent.Height + 1), closed.Anchor, open, anchored);
                return null;
            case Scalar scalar:
                Add(new Extent(1, 0), NameOf(scalar), open, anchored);
                return null;
            case AnchorAlias alias:
                if (isKey)
                    return "keys must be plain text";
                if (open.Any(node => node.Anchor == alias.Value.Value))
                    return $"the alias *{alias.Value.Value} stands inside of what it names";
                var extent = anchored.GetValueOrDefault(alias.Value.Value);
                repeated += extent.Size;
                if (open.Count + extent.Height > MaxDepth)
                    return $"nested deeper than {MaxDepth} levels";
                Add(extent, null, open, anchored);
                return repeated > MaxRepeated ? $"aliases repeat more than {MaxRepeated} values" : null;
            default:
                return null;
        }
    }

    private static void Add(Extent extent, string? anchor, Stack<Node> open, Dictionary<string, Extent> anchored)
    {
        if (anchor is not null)
            anchored[anchor] = extent;
        if (open.TryPeek(out var around))
            around.Add(extent);
    }

    private static string? NameOf(NodeEvent node) => node.Anchor.IsEmpty ? null : node.Anchor.Value;

    /// <summary>How much a part of the file is.</summary>
    /// <param name="Size">Its values, itself included.</param>
    /// <param name="Height">How many levels lie below it.</param>
    private readonly record struct Extent(long Size, int Height);

    private sealed class Node(bool isMapping, string? anchor)
    {
        public bool IsMapping => isMapping;

        public string? Anchor => anchor;

        public int Children { get; private set; }

        public Extent Extent { get; private set; }

        public void Add(Extent child)
        {
            Children++;
            Extent = new Extent(Extent.Size + child.Size, Math.Max(Extent.Height, child.Height));
        }
    }
}
