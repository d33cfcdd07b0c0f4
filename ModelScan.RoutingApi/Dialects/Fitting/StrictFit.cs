using ModelScan.RoutingApi.Capabilities;
using ModelScan.RoutingApi.Dialects.Canonical;

namespace ModelScan.RoutingApi.Dialects.Fitting;

/// <summary>Whether a schema can be kept to the letter: OpenAI refuses <c>strict</c> beside a schema that leaves anything open.</summary>
internal static class StrictFit
{
    /// <summary>What is said of it.</summary>
    public static bool Of(bool isWanted, RequestField? schema, string place, ModelCapabilities capabilities, Losses losses)
    {
        if (!isWanted || (capabilities.StrictTools && (capabilities.Schemas != SchemaProfile.OpenAiStrict || SchemaFit.IsStrict(schema))))
            return isWanted;
        losses.Change(place);
        return false;
    }
}
