namespace ModelScan.RoutingApi.Decisions;

/// <summary>What a classifier knows of one route.</summary>
/// <param name="Name">Identifier of the route, as the answer returns it.</param>
/// <param name="Description">When to choose it, in plain words; may be empty.</param>
/// <param name="Examples">Prompts that belong to it; usually none.</param>
/// <param name="Threshold">Probability in 0..1 below which the route is not taken; <see langword="null"/> for no bound of its own.</param>
/// <param name="IsDefault">Whether it is declared as the route for what gets none.</param>
public sealed record ClassifiableRoute(string Name, string Description, IReadOnlyList<string> Examples, double? Threshold = null, bool IsDefault = false);

/// <summary>
/// The routes among which a classifier chooses, in declaration order. Two sets with the same content are equal, so that
/// whatever a classifier compiles for a set can be cached by it, whether the set came from the configuration or inline.
/// </summary>
public sealed class RouteSet : IEquatable<RouteSet>
{
    private readonly int _hash;

    /// <summary>Takes the routes over; the list must not change afterwards.</summary>
    public RouteSet(IReadOnlyList<ClassifiableRoute> routes)
    {
        Routes = routes;
        var hash = new HashCode();
        foreach (var route in routes)
        {
            hash.Add(route.Name);
            hash.Add(route.Description);
            hash.Add(route.Threshold);
            hash.Add(route.IsDefault);
            foreach (var example in route.Examples)
                hash.Add(example);
        }

        _hash = hash.ToHashCode();
    }

    /// <summary>The routes in declaration order.</summary>
    public IReadOnlyList<ClassifiableRoute> Routes { get; }

    /// <inheritdoc/>
    public bool Equals(RouteSet? other)
    {
        if (ReferenceEquals(this, other))
            return true;
        if (other is null || other._hash != _hash || other.Routes.Count != Routes.Count)
            return false;
        for (var i = 0; i < Routes.Count; i++)
        {
            ClassifiableRoute a = Routes[i], b = other.Routes[i];
            if (a.Name != b.Name || a.Description != b.Description || a.Threshold != b.Threshold || a.IsDefault != b.IsDefault || !a.Examples.SequenceEqual(b.Examples))
                return false;
        }

        return true;
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as RouteSet);

    /// <inheritdoc/>
    public override int GetHashCode() => _hash;
}
