namespace ModelScan.WebConsole.Parts;

/// <summary>Filters as text: taking conditions apart and putting them together for links.</summary>
public static class RequestFilterText
{
    /// <summary>The conditions of a filter, quotes kept with what they hold together.</summary>
    public static IReadOnlyList<string> Conditions(string filter)
    {
        var conditions = new List<string>();
        var (start, isQuoted) = (-1, false);
        for (var i = 0; i <= filter.Length; i++)
        {
            var ends = i == filter.Length || (char.IsWhiteSpace(filter[i]) && !isQuoted);
            if (ends)
            {
                if (start >= 0)
                    conditions.Add(filter[start..i]);
                start = -1;
                continue;
            }

            if (filter[i] == '"')
                isQuoted = !isQuoted;
            if (start < 0)
                start = i;
        }

        return conditions;
    }

    /// <summary>A condition on a text; <c>none</c> where there is none.</summary>
    /// <param name="key">What it is about.</param>
    /// <param name="value">The text.</param>
    public static string Condition(string key, string? value) =>
        string.IsNullOrEmpty(value) ? $"{key}:none"
        : value.AsSpan().IndexOfAny(' ', '\t', ',') >= 0 ? $"{key}:\"{value.Replace("\"", "", StringComparison.Ordinal)}\""
        : $"{key}:{value}";

    /// <summary>A filter with a condition more; what it said on the same matter goes.</summary>
    public static string With(string filter, string condition)
    {
        var key = KeyOf(condition);
        return string.Join(' ', Conditions(filter).Where(known => KeyOf(known) != key || key.Length == 0).Append(condition));
    }

    /// <summary>A filter without one of its conditions.</summary>
    public static string Without(string filter, string condition) => string.Join(' ', Conditions(filter).Where(known => known != condition));

    private static string KeyOf(string condition) => condition.IndexOf(':', StringComparison.Ordinal) is var colon and > 0 ? condition[..colon] : "";
}
