using static ModelScan.RoutingApi.Dialects.Translation.Fate;

namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>Rows that the tables of all three clients of Converse share.</summary>
internal static class ConverseFates
{
    /// <summary>Converse's own fields in a request of any format.</summary>
    public static IReadOnlyList<FieldFate> OwnFields { get; } =
    [
        new("guardrailConfig", Carried, "Converse's own field, under Amazon's name"),
        new("performanceConfig", Carried, "as guardrailConfig"),
        new("requestMetadata", Carried, "as guardrailConfig"),
        new("additionalModelRequestFields", Carried, "as guardrailConfig; what is in it comes before what the gateway would put there"),
    ];

    /// <summary>
    /// The table of a client whose requests become Messages requests first: that of the first step without its answers, with
    /// <paramref name="others"/> in the place of rows of the same name, or behind them.
    /// </summary>
    public static IReadOnlyList<FieldFate> ThroughMessages(IReadOnlyList<FieldFate> first, IReadOnlyList<FieldFate> others)
    {
        var byField = others.ToDictionary(row => row.Field, StringComparer.Ordinal);
        var rows = new List<FieldFate>();
        foreach (var row in first)
        {
            if (row.Field.StartsWith("answer.", StringComparison.Ordinal) || row.Field.StartsWith("stream.", StringComparison.Ordinal))
                continue;
            rows.Add(byField.Remove(row.Field, out var other) ? other : row);
        }

        rows.AddRange(OwnFields);
        rows.AddRange(others.Where(row => byField.ContainsKey(row.Field)));
        return rows;
    }
}
