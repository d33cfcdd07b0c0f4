namespace ModelScan.RoutingApi.Guards.Detection;

/// <summary>Something that was found in a text.</summary>
/// <param name="Start">Where it begins, in UTF-16 units.</param>
/// <param name="Length">How long it is.</param>
/// <param name="Kind">What it is, as records and metrics call it: <c>email</c>, <c>card</c>, <c>secret</c>.</param>
internal readonly record struct Finding(int Start, int Length, string Kind)
{
    /// <summary>Behind its last unit.</summary>
    public int End => Start + Length;
}

/// <summary>Looks for something in texts. Thread-safe.</summary>
internal interface ITextDetector
{
    /// <summary>Adds what is found, in the order in which it stands there.</summary>
    /// <exception cref="System.Text.RegularExpressions.RegexMatchTimeoutException">It took too long.</exception>
    void Find(ReadOnlySpan<char> text, List<Finding> findings);
}
