using System.Collections.Frozen;

namespace ModelScan.RoutingApi.Providers.Headers;

/// <summary>A header, or a family of them, that passes.</summary>
/// <param name="Name">In lower case. With <c>*</c> at its end all whose names begin so: <c>anthropic-*</c>, <c>x-stainless-*</c>.</param>
/// <param name="Why">What it is for, or who documents it.</param>
internal sealed record HeaderRule(string Name, string Why)
{
    /// <summary>Formats of the client in which it passes; empty for all.</summary>
    public IReadOnlyList<ApiFormat> Formats { get; init; } = [];

    /// <summary>Whether it speaks of the body, or of the client's own format, so that it does not pass where that is translated.</summary>
    public bool OnlyUntranslated { get; init; }

    /// <summary>Whether the name is the beginning of names.</summary>
    public bool IsPrefix => Name.EndsWith('*');

    public bool Holds(ApiFormat format, bool isTranslated) => !(isTranslated && OnlyUntranslated) && (Formats.Count == 0 || Formats.Contains(format));
}

/// <summary>
/// The names that pass in one direction, format and manner, compiled. A family is found by the beginning of a name up to its first hyphen, or
/// to its second where the name begins with <c>x-</c>: one look, however many families there are.
/// </summary>
internal sealed class HeaderNames
{
    private readonly FrozenSet<string> _names;
    private readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> _families;
    private readonly string[] _others;

    /// <summary>Compiles names; those that end in <c>*</c> are beginnings of names.</summary>
    public HeaderNames(IEnumerable<string> names)
    {
        var (exact, families, others) = (new List<string>(), new List<string>(), new List<string>());
        foreach (var name in names)
        {
            var beginning = name.TrimEnd('*');
            if (beginning.Length == name.Length)
                exact.Add(name);
            else if (FamilyOf(beginning).Length == beginning.Length)
                families.Add(beginning);
            else
                others.Add(beginning);
        }

        _names = exact.ToFrozenSet(StringComparer.OrdinalIgnoreCase);
        _families = families.ToFrozenSet(StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();
        _others = [.. others];
    }

    /// <summary>Whether a header of this name passes.</summary>
    public bool Contains(string name)
    {
        if (_names.Contains(name) || _families.Contains(FamilyOf(name)))
            return true;
        foreach (var beginning in _others)
        {
            if (name.StartsWith(beginning, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }

    private static ReadOnlySpan<char> FamilyOf(ReadOnlySpan<char> name)
    {
        var skipped = name.StartsWith("x-", StringComparison.OrdinalIgnoreCase) ? 2 : 0;
        var hyphen = name[skipped..].IndexOf('-');
        return hyphen < 0 ? default : name[..(skipped + hyphen + 1)];
    }
}
