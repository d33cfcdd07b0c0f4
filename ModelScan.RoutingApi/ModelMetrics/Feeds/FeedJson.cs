namespace ModelScan.RoutingApi.ModelMetrics.Feeds;

/// <summary>Reads JSON that somebody else wrote: nothing here throws, whatever the shape.</summary>
internal static class FeedJson
{
    /// <summary>The member, or <see langword="null"/> if there is none, it is JSON null, or this is no object.</summary>
    public static JsonElement? Member(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object
        && element.TryGetProperty(name, out var member)
        && member.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined)
            ? member
            : null;

    /// <summary>The member's text, or <see langword="null"/> if it is not a string.</summary>
    public static string? Text(this JsonElement element, string name) =>
        element.Member(name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    /// <summary>The member as an amount: finite and at least 0. A missing one and an odd one differ only in <paramref name="present"/>.</summary>
    public static double? Amount(this JsonElement element, string name, out bool present)
    {
        var member = element.Member(name);
        present = member is not null;
        return member is { ValueKind: JsonValueKind.Number } number && number.TryGetDouble(out var amount) && double.IsFinite(amount) && amount >= 0
            ? amount
            : null;
    }
}
