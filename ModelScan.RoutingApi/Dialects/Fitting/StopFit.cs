using ModelScan.RoutingApi.Capabilities;
using ModelScan.RoutingApi.Dialects.Canonical;

namespace ModelScan.RoutingApi.Dialects.Fitting;

/// <summary>Texts that end an answer: as many as the provider takes.</summary>
internal static class StopFit
{
    /// <summary>Those that are sent; the others are reported.</summary>
    public static List<RequestField> Of(NamedField? wanted, ModelCapabilities capabilities, bool allowsBlank, Losses losses)
    {
        if (wanted is not { } stops)
            return [];
        var given = stops.Field.IsText ? [stops.Field] : stops.Field.Items().ToList();
        var most = capabilities.MaxStopSequences ?? int.MaxValue;
        var kept = new List<RequestField>();
        foreach (var stop in given)
        {
            if (kept.Count == most || stop.AsText().IsEmptyText || (!allowsBlank && string.IsNullOrWhiteSpace(stop.Text)))
                losses.Drop(stops.Name);
            else
                kept.Add(stop);
        }

        return kept;
    }

    /// <summary>Writes those that are sent, if there are any.</summary>
    /// <param name="json">The provider's request.</param>
    /// <param name="name">What they are called there.</param>
    /// <param name="stops">What is sent.</param>
    public static void Write(Utf8JsonWriter json, ReadOnlySpan<byte> name, List<RequestField> stops)
    {
        if (stops.Count == 0)
            return;
        json.WriteStartArray(name);
        foreach (var stop in stops)
            json.WriteRawValue(stop.Raw, skipInputValidation: true);
        json.WriteEndArray();
    }
}
