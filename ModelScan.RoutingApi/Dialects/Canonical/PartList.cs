namespace ModelScan.RoutingApi.Dialects.Canonical;

/// <summary>What a writer keeps of some parts of an answer, found by their numbers: these ascend in the order in which parts begin.</summary>
/// <typeparam name="T">What is kept of a part.</typeparam>
internal sealed class PartList<T>
    where T : class
{
    private readonly List<(int Part, T Value)> _parts = [];

    public int Count => _parts.Count;

    /// <summary>Adds a part, which began after all that are here.</summary>
    public void Add(int part, T value) => _parts.Add((part, value));

    /// <summary>What is kept of a part; <see langword="null"/> where it is none of these. The latest, which is mostly meant, is found at once.</summary>
    public T? Find(int part)
    {
        var (low, high) = (0, _parts.Count - 1);
        for (var at = high; low <= high; at = (low + high) / 2)
        {
            if (_parts[at].Part == part)
                return _parts[at].Value;
            if (_parts[at].Part < part)
                low = at + 1;
            else
                high = at - 1;
        }

        return null;
    }

    public List<(int Part, T Value)>.Enumerator GetEnumerator() => _parts.GetEnumerator();
}
