using ModelScan.RoutingApi.Capabilities;

namespace ModelScan.RoutingApi.Providers.Models;

/// <summary>A fact about models of one family that no catalogue tells.</summary>
/// <param name="Lines">
/// The lines it holds for, by spaces: <c>claude-opus</c>; <c>claude*</c> with all that follow from it; <c>!gpt-oss*</c> for all but
/// those; <c>*</c> for every model.
/// </param>
/// <param name="Change">What it changes in what is known already.</param>
public sealed record FamilyRule(string Lines, Func<ModelCapabilities, ModelCapabilities> Change)
{
    private readonly string[] _lines = Lines.Split(' ', StringSplitOptions.RemoveEmptyEntries);
    private readonly ModelVersion? _from;
    private readonly ModelVersion? _below;

    /// <summary>The first version that it holds for. Models that name no version are taken for the newest.</summary>
    public string From { get => $"{_from}"; init => _from = ModelVersion.Parse(value); }

    /// <summary>The first version that it holds for no more.</summary>
    public string Below { get => $"{_below}"; init => _below = ModelVersion.Parse(value); }

    /// <summary>The dates or builds that it holds for; <see langword="null"/> for all.</summary>
    public Func<int, bool>? Builds { get; init; }

    /// <summary>The keys that it holds for, where the line does not tell models apart (gpt-4 and gpt-4o); <see langword="null"/> for all.</summary>
    public Func<string, bool>? Keys { get; init; }

    /// <summary>What is changed in Chat Completions requests that are already in that format.</summary>
    public IReadOnlyList<MemberRule> InChat { get; init; } = [];

    /// <summary>Whether it holds for a model.</summary>
    public bool Matches(ModelName name)
    {
        if (_from is { } from && name.Version is { } version && version.Rank < from.Rank)
            return false;
        if (_below is { } below && !(name.Version?.Rank < below.Rank))
            return false;
        if (Builds is { } builds && !builds(name.Build))
            return false;
        if (Keys is { } keys && !keys(name.Key))
            return false;
        var matches = false;
        foreach (var line in _lines)
        {
            if (line[0] == '!' && Covers(line.AsSpan(1), name.Line))
                return false;
            matches |= line[0] != '!' && Covers(line, name.Line);
        }

        return matches;
    }

    // A family and its branches (claude, claude-opus), not what merely begins alike.
    private static bool Covers(ReadOnlySpan<char> pattern, string line)
    {
        if (pattern[^1] != '*')
            return line.AsSpan().SequenceEqual(pattern);
        var stem = pattern[..^1];
        if (stem is ['*', ..])
            return line.AsSpan().Contains(stem[1..], StringComparison.Ordinal);
        return line.AsSpan().StartsWith(stem, StringComparison.Ordinal) && (stem.Length == 0 || line.Length == stem.Length || line[stem.Length] == '-');
    }
}
