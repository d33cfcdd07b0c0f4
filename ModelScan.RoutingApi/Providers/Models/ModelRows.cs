using System.Collections.Concurrent;

namespace ModelScan.RoutingApi.Providers.Models;

/// <summary>
/// Rows of the models.dev catalogue, by provider and id. Rows are parsed when somebody asks for them, so that a gateway with five models
/// reads five of fourteen hundred. Immutable; safe for concurrent use.
/// </summary>
public sealed class ModelRows
{
    // A branch of a family that had no model for this long is no measure for what comes next.
    private const int OutdatedAfterMonths = 18;

    private static readonly Lazy<ModelRows> FromProgram = new(ReadEmbedded);

    private readonly Entry[] _entries;
    private readonly ConcurrentDictionary<int, ModelRow> _rows = new();
    private readonly ConcurrentDictionary<(string Family, string Home), Relatives> _relatives = new();
    private readonly Lazy<Dictionary<string, int>> _byId;
    private readonly Lazy<ILookup<string, int>> _byKey;
    private readonly Lazy<ILookup<string, int>> _byFamily;
    private readonly ModelName?[] _names;

    private ModelRows(Entry[] entries)
    {
        _entries = entries;
        _names = new ModelName?[entries.Length];
        _byId = new(() =>
        {
            var ids = new Dictionary<string, int>(_entries.Length, StringComparer.OrdinalIgnoreCase);
            for (var i = 0; i < _entries.Length; i++)
                ids.TryAdd($"{_entries[i].Provider}/{_entries[i].Id}", i);
            return ids;
        });
        _byKey = new(() => Enumerable.Range(0, _entries.Length).ToLookup(i => NameOf(i).Key, StringComparer.Ordinal));
        _byFamily = new(() => Enumerable.Range(0, _entries.Length).ToLookup(i => NameOf(i).Family, StringComparer.Ordinal));
    }

    /// <summary>The rows inside the program.</summary>
    public static ModelRows Embedded => FromProgram.Value;

    /// <summary>Number of rows.</summary>
    public int Count => _entries.Length;

    /// <summary>Reads one object a line, each with its <c>provider/model</c> as <c>id</c> in front.</summary>
    public static ModelRows Read(ReadOnlyMemory<byte> lines)
    {
        var entries = new List<Entry>();
        for (var rest = lines; rest.Length > 0;)
        {
            var end = rest.Span.IndexOf((byte)'\n');
            var line = end < 0 ? rest : rest[..end];
            rest = end < 0 ? default : rest[(end + 1)..];
            if (IdOf(line.Span) is { } id && id.IndexOf('/', StringComparison.Ordinal) is > 0 and var slash)
                entries.Add(new Entry(id[..slash], id[(slash + 1)..], line, null));
        }

        return new ModelRows([.. entries]);
    }

    /// <summary>These rows under those of a feed (<c>{"openai":{"models":{"gpt-5":{…}}}}</c>): where both know a model, the feed's counts.</summary>
    /// <param name="catalogue">The feed; entries that are not of this shape are passed over.</param>
    public ModelRows Under(JsonElement catalogue)
    {
        var fresh = new Dictionary<string, Entry>(StringComparer.OrdinalIgnoreCase);
        if (catalogue.ValueKind != JsonValueKind.Object)
            return this;
        foreach (var provider in catalogue.EnumerateObject())
        {
            if (provider.Value.ValueKind != JsonValueKind.Object || !provider.Value.TryGetProperty("models", out var models) || models.ValueKind != JsonValueKind.Object)
                continue;
            foreach (var model in models.EnumerateObject().Where(model => model.Value.ValueKind == JsonValueKind.Object))
                fresh[$"{provider.Name}/{model.Name}"] = new Entry(provider.Name, model.Name, default, ModelRow.Read(model.Value) with { Id = $"{provider.Name}/{model.Name}" });
        }

        return fresh.Count == 0 ? this : new ModelRows([.. fresh.Values, .. _entries.Where(entry => !fresh.ContainsKey($"{entry.Provider}/{entry.Id}"))]);
    }

    /// <summary>The ids that a provider of the catalogue has.</summary>
    public IEnumerable<string> IdsOf(string provider) => _entries.Where(entry => entry.Provider == provider).Select(entry => entry.Id);

    /// <summary>Whether there is any model of that family.</summary>
    /// <param name="family">See <see cref="ModelName.Family"/>.</param>
    public bool Knows(string family) => _byFamily.Value.Contains(family);

    /// <summary>
    /// What is known of a model: the row of this very id; the same model in another build or packing; the one whose name it goes on from
    /// (<c>gpt-5.2-foo</c>: gpt-5.2); the newest of its line (<c>claude-opus-9</c>: the newest Opus); the newest of its family. Each is
    /// sought at the provider itself first, then at the family's home, then anywhere.
    /// </summary>
    /// <param name="provider">The provider's name in the catalogue; empty for one that is not in it.</param>
    /// <param name="id">The model as the provider knows it.</param>
    /// <param name="home">Who makes the family, as the catalogue calls him; empty for unknown.</param>
    /// <returns><see cref="ModelRow.Empty"/> where nobody knows its family.</returns>
    public ModelRow Find(string provider, string id, string home)
    {
        var exact = provider.Length > 0 && _byId.Value.TryGetValue($"{provider}/{id}", out var index) ? index : -1;
        var name = ModelName.Parse(id);
        if (exact < 0 && name.Family.Length == 0)
            return ModelRow.Empty;
        if (exact < 0)
            exact = Best(_byKey.Value[name.Key], provider, home);
        if (exact < 0)
            exact = Best(Continued(name), provider, home);
        if (exact < 0)
            exact = Newest(name, provider, home);
        if (exact < 0)
            return ModelRow.Empty;
        var row = RowAt(exact);
        if (_entries[exact].Provider == home)
            return row;
        var atHome = Best(_byKey.Value[NameOf(exact).Key], home, home);
        return atHome >= 0 && _entries[atHome].Provider == home ? row.Or(RowAt(atHome)) : row;
    }

    private static ModelRows ReadEmbedded()
    {
        using var stream = typeof(ModelRows).Assembly.GetManifestResourceStream("models.jsonl") ?? throw new InvalidOperationException("models.jsonl is not in the program");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return Read(bytes);
    }

    private static string? IdOf(ReadOnlySpan<byte> line)
    {
        var begin = "{\"id\":\""u8;
        if (!line.StartsWith(begin))
            return null;
        line = line[begin.Length..];
        var end = line.IndexOf((byte)'"');
        return end < 0 ? null : System.Text.Encoding.UTF8.GetString(line[..end]);
    }

    private ModelName NameOf(int index) => _names[index] ??= ModelName.Parse(_entries[index].Id);

    private ModelRow RowAt(int index) => _entries[index].Row ?? _rows.GetOrAdd(index, static (i, rows) =>
    {
        var entry = rows._entries[i];
        using var document = JsonDocument.Parse(entry.Line);
        return ModelRow.Read(document.RootElement) with { Id = $"{entry.Provider}/{entry.Id}" };
    }, this);

    // Of equals: at the provider, at home, anywhere; there the "latest", the highest build, the last to come out.
    private int Best(IEnumerable<int> candidates, string provider, string home)
    {
        var best = -1;
        foreach (var candidate in candidates)
        {
            if (best < 0 || Compare(candidate, best, provider, home) > 0)
                best = candidate;
        }

        return best;
    }

    private int Compare(int a, int b, string provider, string home)
    {
        var near = Nearness(a, provider, home).CompareTo(Nearness(b, provider, home));
        if (near != 0)
            return near;
        var latest = IsLatest(a).CompareTo(IsLatest(b));
        if (latest != 0)
            return latest;
        var build = NameOf(a).Build.CompareTo(NameOf(b).Build);
        return build != 0 ? build : string.CompareOrdinal(RowAt(a).ReleaseDate, RowAt(b).ReleaseDate);
    }

    private int Nearness(int index, string provider, string home) =>
        _entries[index].Provider is var at && at == provider ? 2 : at == home ? 1 : 0;

    private bool IsLatest(int index) => _entries[index].Id.EndsWith("-latest", StringComparison.Ordinal);

    // gpt-5.2-foo-bar: gpt-5.2-foo, gpt-5.2. A name without a version says too little.
    private IEnumerable<int> Continued(ModelName name)
    {
        for (var key = name.Key; key.LastIndexOf('-') is > 0 and var dash;)
        {
            key = key[..dash];
            var shorter = _byKey.Value[key];
            if (shorter.Any() && ModelName.Parse(key).Version is not null)
                return shorter;
        }

        return [];
    }

    private int Newest(ModelName name, string provider, string home)
    {
        if (!_byFamily.Value.Contains(name.Family) || _relatives.GetOrAdd((name.Family, home), static (key, rows) => rows.RelativesOf(key.Family, key.Home), this) is not { Newest: >= 0 } relatives)
            return -1;
        for (var line = name.Line; line.Length > 0; line = line.LastIndexOf('-') is > 0 and var dash ? line[..dash] : "")
        {
            if (relatives.ByLine.TryGetValue(line, out var best))
                return Best(_byKey.Value[NameOf(best).Key], provider, home);
        }

        return relatives.Newest;
    }

    // At home is where a family is newest; a reseller may be behind.
    private Relatives RelativesOf(string family, string home)
    {
        var all = _byFamily.Value[family].Where(i => IsChat(RowAt(i))).ToArray();
        var atHome = all.Where(i => _entries[i].Provider == home).ToArray();
        var candidates = atHome.Length > 0 ? atHome : all;
        if (candidates.Length == 0)
            return new Relatives(-1, []);
        var newest = NewestOf(candidates);
        var lines = candidates.GroupBy(i => NameOf(i).Line, StringComparer.Ordinal).Select(group => (Line: group.Key, Best: NewestOf(group)))
            .Where(line => Months(RowAt(newest).ReleaseDate) - Months(RowAt(line.Best).ReleaseDate) <= OutdatedAfterMonths);
        return new Relatives(newest, lines.ToDictionary(line => line.Line, line => line.Best, StringComparer.Ordinal));
    }

    private int NewestOf(IEnumerable<int> candidates) => candidates.MaxBy(i => (RowAt(i).ReleaseDate, NameOf(i).Version?.Rank ?? 0));

    private static bool IsChat(ModelRow row) =>
        row.Out is null or Capabilities.Modalities.Text && row.Status != Capabilities.ModelStatus.Deprecated && row.ToolCall != false;

    private static int Months(string date) =>
        date.Length >= 7 && int.TryParse(date.AsSpan(0, 4), out var year) && int.TryParse(date.AsSpan(5, 2), out var month) ? (year * 12) + month : 0;

    // The newest of a family, and of each of its lines that is not outdated.
    private sealed record Relatives(int Newest, Dictionary<string, int> ByLine);

    private sealed record Entry(string Provider, string Id, ReadOnlyMemory<byte> Line, ModelRow? Row);
}
