using ModelScan.RoutingApi.Capabilities;
using ModelScan.RoutingApi.Dialects.Canonical;

namespace ModelScan.RoutingApi.Dialects.Fitting;

/// <summary>Texts that end an answer: as many as the provider takes.</summary>
internal static class StopFit
{
    /// <summary>Those that are sent; the others are reported.</summary>
    public static List<RequestField> Of(NamedField stops, ModelCapabilities capabilities, bool allowsBlank, Losses losses)
    {
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
}
