namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>Collects the paths of what a translation leaves out: without indexes, each once, in the order of the request.</summary>
internal sealed class DroppedFields
{
    private readonly List<string> _paths = [];

    public IReadOnlyList<string> Paths => _paths;

    public void Add(string path)
    {
        if (!_paths.Contains(path, StringComparer.Ordinal))
            _paths.Add(path);
    }

    /// <summary>Adds <paramref name="owner"/>'s field <paramref name="name"/> if it is there.</summary>
    public void AddIfThere(RequestField owner, string name, string path)
    {
        if (owner.Find(name) is not null)
            Add(path);
    }
}
