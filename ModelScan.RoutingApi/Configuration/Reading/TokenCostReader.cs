using System.Globalization;

namespace ModelScan.RoutingApi.Configuration.Reading;

/// <summary>
/// Reads how tokens are weighted: a sum of classes of tokens, each perhaps times a number (<c>input + cache_write + 0.1*cache_read + 5*output</c>). A class that is
/// not in it counts nothing.
/// </summary>
internal static class TokenCostReader
{
    private const double MostWeight = 1000;

    /// <summary>The classes by name.</summary>
    public static readonly string[] Classes = ["input", "cache_read", "cache_write", "output", "reasoning"];

    /// <summary>Reads a sum; <see langword="null"/> with a reason where it is none.</summary>
    public static TokenCost? Parse(string text, out string? problem)
    {
        var weights = new double[Classes.Length];
        foreach (var term in text.Split('+'))
        {
            if (ReadTerm(term.Trim()) is not var (place, weight))
            {
                problem = $"'{term.Trim()}' must be one of {string.Join(", ", Classes)}, perhaps times a number from 0 to {MostWeight}";
                return null;
            }

            weights[place] += weight;
        }

        problem = weights.Sum() > 0 ? null : "counts nothing";
        return problem is null ? new TokenCost(weights[0], weights[1], weights[2], weights[3], weights[4]) : null;
    }

    private static (int Place, double Weight)? ReadTerm(string term)
    {
        var factors = term.Split('*', StringSplitOptions.TrimEntries);
        if (factors.Length > 2)
            return null;
        var name = factors.Length == 2 && Array.IndexOf(Classes, factors[0]) < 0 ? factors[1] : factors[0];
        var place = Array.IndexOf(Classes, name);
        if (place < 0)
            return null;
        if (factors.Length == 1)
            return (place, 1);
        var number = ReferenceEquals(name, factors[0]) ? factors[1] : factors[0];
        return double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var weight) && weight <= MostWeight ? (place, weight) : null;
    }
}
