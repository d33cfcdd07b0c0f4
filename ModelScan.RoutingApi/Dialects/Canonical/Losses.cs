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
    private readonly List<Loss> _losses = [];

    public IReadOnlyList<Loss> All => _losses;

    /// <summary>The places, for the client.</summary>
    public IReadOnlyList<string> Paths => _losses.Count == 0 ? [] : _losses.ConvertAll(loss => loss.Path);

    /// <summary>Notes that something is left out.</summary>
    public void Drop(string path) => Add(path, LossKind.Dropped);

    /// <summary>Notes that something is said in a weaker way.</summary>
    public void Change(string path) => Add(path, LossKind.Changed);

    /// <summary>Notes all that another list has.</summary>
    public void AddAll(Losses others)
    {
        foreach (var loss in others._losses)
            Add(loss.Path, loss.Kind);
    }

    private void Add(string path, LossKind kind)
    {
        foreach (var loss in _losses)
        {
            if (loss.Path == path)
                return;
        }

        _losses.Add(new Loss(path, kind));
    }
}
