using System.Numerics;

namespace ModelScan.RoutingApi.Capabilities;

/// <summary>How much a model is to think (<c>reasoning_effort</c>, <c>output_config.effort</c>): one value, or the set of those that a model knows.</summary>
[Flags]
public enum Efforts
{
    /// <summary>Nothing said; as a set, none is known.</summary>
    Unset = 0,

    /// <summary>Not at all.</summary>
    None = 1,

    /// <summary>Hardly.</summary>
    Minimal = 2,

    /// <summary>A little.</summary>
    Low = 4,

    /// <summary>The usual.</summary>
    Medium = 8,

    /// <summary>Much.</summary>
    High = 16,

    /// <summary>Very much.</summary>
    XHigh = 32,

    /// <summary>As much as the model can.</summary>
    Max = 64,
}

/// <summary>Efforts by name and by nearness.</summary>
public static class EffortWords
{
    // Where each stands; what lies between two known ones goes up as far as high, and down beyond, where each step costs a multiple.
    private static readonly double[] Positions = [-1, 1, 2, 3.1, 4, 4.9, 6];
    private static readonly string[] Words = ["none", "minimal", "low", "medium", "high", "xhigh", "max"];

    /// <summary>The effort that a request calls <paramref name="word"/>; <see cref="Efforts.Unset"/> for words that mean none.</summary>
    public static Efforts Parse(ReadOnlySpan<char> word)
    {
        for (var i = 0; i < Words.Length; i++)
        {
            if (word.SequenceEqual(Words[i]))
                return (Efforts)(1 << i);
        }

        return Efforts.Unset;
    }

    /// <summary>What requests call one effort; empty for <see cref="Efforts.Unset"/>.</summary>
    public static string Word(this Efforts effort) => effort == Efforts.Unset ? "" : Words[BitOperations.TrailingZeroCount((int)effort)];

    /// <summary>The highest of a set; <see cref="Efforts.Unset"/> of an empty one.</summary>
    public static Efforts Highest(this Efforts known) => known == Efforts.Unset ? known : (Efforts)(1 << BitOperations.Log2((uint)known));

    /// <summary>The set with every effort from the lowest that it has up to <paramref name="highest"/>, and nothing above.</summary>
    public static Efforts UpTo(this Efforts known, Efforts highest)
    {
        var lowest = known == Efforts.Unset ? (int)Efforts.Low : (int)known & -(int)known;
        return (Efforts)((((int)highest << 1) - 1) & ~(lowest - 1));
    }

    /// <summary>
    /// The known effort closest to the one that is wanted. Thinking is not switched off by it: <see cref="Efforts.None"/> only comes of
    /// <see cref="Efforts.None"/>, and where that is not known becomes the lowest.
    /// </summary>
    /// <param name="known">What the model knows.</param>
    /// <param name="wanted">One effort.</param>
    /// <returns><see cref="Efforts.Unset"/> where the model knows none, or none is wanted.</returns>
    public static Efforts Nearest(this Efforts known, Efforts wanted)
    {
        if (wanted == Efforts.Unset || (known & wanted) != Efforts.Unset)
            return wanted;
        var best = Efforts.Unset;
        var bestDistance = double.MaxValue;
        var position = Positions[BitOperations.TrailingZeroCount((int)wanted)];
        for (var i = 1; i < Words.Length; i++)
        {
            var distance = Math.Abs(Positions[i] - position);
            if (((int)known & (1 << i)) != 0 && distance < bestDistance)
                (best, bestDistance) = ((Efforts)(1 << i), distance);
        }

        return best;
    }
}
