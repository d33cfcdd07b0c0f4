using System.Runtime.CompilerServices;

namespace ModelScan.RoutingApi.RequestLog.Blocks;

/// <summary>
/// The texts of a block while it is written: each stands in it once, and records hold its number, from 1. Most records bring the very same
/// strings, so those are looked for by reference first, which costs a few nanoseconds whatever their length.
/// </summary>
/// <param name="redact">Takes secrets out of a text; called once for each that is not there yet.</param>
/// <param name="isClean">Whether a text is known to hold none, at once; <see langword="null"/> where nobody knows.</param>
internal sealed class TextTable(Func<string, string> redact, Func<string, bool>? isClean)
{
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly (string? Text, int Number)[] _recent = new (string?, int)[256];
    private readonly List<string> _texts = [];
    private bool _takesKnownOnly;
    private bool _hasMissed;

    public IReadOnlyList<string> Texts => _texts;

    /// <summary>The number of a text; 0 for none.</summary>
    /// <param name="text">The text.</param>
    /// <param name="isNew">Whether it is hardly the very same string as one before: then looking for that would be in vain.</param>
    [MethodImpl(MethodImplOptions.NoInlining)] // a record has a dozen of them
    public int NumberOf(string? text, bool isNew = false)
    {
        if (text is null)
            return 0;
        if (isNew)
            return Find(text);
        ref var recent = ref _recent[RuntimeHelpers.GetHashCode(text) & 255];
        if (ReferenceEquals(recent.Text, text))
            return recent.Number;
        var number = Find(text);
        if (number > 0)
            recent = (text, number);
        return number;
    }

    private int Find(string text)
    {
        if (!_numbers.TryGetValue(text, out var number))
        {
            var clean = Clean(text);
            if (_hasMissed)
                return 0;
            if (ReferenceEquals(clean, text) || !_numbers.TryGetValue(clean, out number))
            {
                _texts.Add(clean);
                number = _texts.Count;
                _numbers[clean] = number;
            }

            _numbers[text] = number;
        }

        return number;
    }

    /// <summary>A text that no other record has, so that the table would save nothing.</summary>
    public string Clean(string text)
    {
        if (!_takesKnownOnly)
            return redact(text);
        _hasMissed = _hasMissed || isClean is null || !isClean(text);
        return text;
    }

    /// <summary>What would have to be redacted is left out from now on.</summary>
    public void TakeKnownOnly() => _takesKnownOnly = true;

    /// <summary>Every text is taken again.</summary>
    /// <returns>Whether none was left out.</returns>
    public bool TakeAll()
    {
        var isWhole = !_hasMissed;
        (_takesKnownOnly, _hasMissed) = (false, false);
        return isWhole;
    }

    public void Clear()
    {
        _numbers.Clear();
        _texts.Clear();
        Array.Clear(_recent);
    }
}
