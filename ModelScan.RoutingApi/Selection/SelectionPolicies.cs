using System.Globalization;

namespace ModelScan.RoutingApi.Selection;

/// <summary>Every selection policy. To add one: its file beside this one, and a line here.</summary>
public static class SelectionPolicies
{
    /// <summary>All of them, as messages list them.</summary>
    public static IReadOnlyList<ISelectionPolicy> All { get; } =
    [
        new Cheapest(),
        new Fastest(),
        new LeastBusy(),
        new Shuffled(),
        new DeclaredOrder(),
    ];

    /// <summary>What a route without a policy has.</summary>
    public static ISelectionPolicy Default { get; } = Find(DeclaredOrder.ConfiguredName)!;

    /// <summary>Their names, for messages.</summary>
    public static string Names { get; } = string.Join(", ", All.Select(policy => policy.Name));

    /// <summary>The policy of that name; <see langword="null"/> if there is none. No name, or an empty one, is the default.</summary>
    public static ISelectionPolicy? Find(string? name)
    {
        if (string.IsNullOrEmpty(name))
            return Default;
        foreach (var policy in All)
        {
            if (policy.Name == name)
                return policy;
        }

        return null;
    }

    /// <summary>Nothing for the first, <c>2nd </c>, <c>3rd </c>, <c>4th </c>, <c>11th </c>, <c>21st </c>.</summary>
    internal static string Ordinal(int position)
    {
        if (position == 1)
            return "";
        var suffix = (position % 100) is >= 11 and <= 13 ? "th" : (position % 10) switch { 1 => "st", 2 => "nd", 3 => "rd", _ => "th" };
        return string.Create(CultureInfo.InvariantCulture, $"{position}{suffix} ");
    }
}
