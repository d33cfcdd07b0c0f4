using ModelScan.RoutingApi.Capabilities;
using ModelScan.RoutingApi.Dialects.Canonical;

namespace ModelScan.RoutingApi.Dialects.Fitting;

/// <summary>The bound of an answer: what the client asks for, at most what the model can write.</summary>
internal static class LimitFit
{
    /// <summary>The limit in tokens; <see langword="null"/> where the client sets none.</summary>
    /// <param name="request">The request.</param>
    /// <param name="capabilities">What the model can write.</param>
    /// <param name="least">The least that the provider takes; some refuse less, where others take 1.</param>
    /// <param name="losses">Takes note of a lowered limit.</param>
    public static int? Of(Request request, ModelCapabilities capabilities, int least, Losses losses)
    {
        if (request.Limit is not { } limit)
            return null;
        var asked = limit.Field.Count(1);
        var most = capabilities.MaxOutputTokens ?? int.MaxValue;
        if (asked > most)
            losses.Change(limit.Name);
        return Math.Max(least, Math.Min(asked, most));
    }
}
