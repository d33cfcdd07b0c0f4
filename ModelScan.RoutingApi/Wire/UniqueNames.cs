namespace ModelScan.RoutingApi.Wire;

/// <summary>Gives names that occur once: ids of calls, tools, documents. One that is taken gets a number, and the work does not grow with how often it was taken.</summary>
internal sealed class UniqueNames
{
    // The number that the next one of a name begins to look at.
    private readonly Dictionary<string, int> _next = new(StringComparer.Ordinal);

    /// <summary>Whether the name was free; it is taken now.</summary>
    public bool TryAdd(string name) => _next.TryAdd(name, 2);

    /// <summary>The name, or the first free of <c>name_2</c>, <c>name_3</c>, ….</summary>
    public string Add(string name) => Add(name, static (taken, number) => $"{taken}_{number}");

    /// <summary>The name, or the first free of those that <paramref name="numbered"/> makes of it.</summary>
    /// <param name="name">The name.</param>
    /// <param name="numbered">Makes another of it and a number from 2 on.</param>
    public string Add(string name, Func<string, int, string> numbered)
    {
        if (TryAdd(name))
            return name;
        var number = _next[name];
        var unique = numbered(name, number++);
        while (!TryAdd(unique))
            unique = numbered(name, number++);
        _next[name] = number;
        return unique;
    }
}
