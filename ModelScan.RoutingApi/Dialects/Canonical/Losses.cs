namespace ModelScan.RoutingApi.Dialects.Canonical;

/// <summary>What became of something that the provider does not get as the client said it.</summary>
internal enum LossKind
{
    /// <summary>It is left out.</summary>
    Dropped,

    /// <summary>It is said in a weaker way: a limit lowered, an effort replaced, a schema loosened.</summary>
    Changed,
}

/// <summary>Something that the provider does not get as the client said it.</summary>
/// <param name="Path">Where it stands in the client's request, without indexes.</param>
/// <param name="Kind">What became of it.</param>
internal readonly record struct Loss(string Path, LossKind Kind);

/// <summary>Everything that one provider does not get as the client said it: each place once, in the order in which it was met.</summary>
internal sealed class Losses
{
    // A few are looked through faster than they are hashed; a client may send tens of thousands.
    private const int Few = 8;

    private readonly List<Loss> _losses = [];
    private HashSet<string>? _paths;

    public IReadOnlyList<Loss> All => _losses;

    /// <summary>The places, for the client.</summary>
    public IReadOnlyList<string> Paths => _losses.Count == 0 ? [] : _losses.ConvertAll(loss => loss.Path);

    /// <summary>Notes that something is left out.</summary>
    public void Drop(string path) => Add(path, LossKind.Dropped);

    /// <summary>Notes that something is said in a weaker way.</summary>
    public void Change(string path) => Add(path, LossKind.Changed);

    /// <summary>Notes that of an object everything but some members is left out.</summary>
    /// <param name="owner">The object; <see langword="null"/> for none.</param>
    /// <param name="place">Where it stands, without indexes.</param>
    /// <param name="known">The members that are understood.</param>
    public void DropOthers(RequestField? owner, string place, params ReadOnlySpan<string> known)
    {
        if (owner is not { } field)
            return;
        var fields = field.Fields();
        while (fields.MoveNext())
        {
            if (!fields.IsOneOf(known))
                Drop($"{place}.{fields.Current.Name}");
        }
    }

    /// <summary>Notes all that another list has.</summary>
    public void AddAll(Losses others)
    {
        foreach (var loss in others._losses)
            Add(loss.Path, loss.Kind);
    }

    private void Add(string path, LossKind kind)
    {
        if (_losses.Count == Few && _paths is null)
            _paths = new HashSet<string>(Paths, StringComparer.Ordinal);
        if (_paths?.Add(path) ?? !IsAmongFew(path))
            _losses.Add(new Loss(path, kind));
    }

    private bool IsAmongFew(string path)
    {
        foreach (var loss in _losses)
        {
            if (loss.Path == path)
                return true;
        }

        return false;
    }
}
