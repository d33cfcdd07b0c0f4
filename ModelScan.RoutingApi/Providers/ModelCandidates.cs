using ModelScan.RoutingApi.Capabilities;
using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Providers.Models;

namespace ModelScan.RoutingApi.Providers;

/// <summary>
/// The models among which the gateway chooses where nobody names one: every entry that answers in text and can be asked. Where the
/// configuration names none but wildcards, the newest that the catalogue knows behind them.
/// </summary>
internal static class ModelCandidates
{
    private const int MostOfAProvider = 24;

    // Models that answer in text by their row, and answer nobody.
    private static readonly string[] OtherPurposes = ["embed", "rerank", "moderation", "guard", "whisper", "transcribe", "tts", "speech", "image", "dall-e", "realtime", "audio", "ocr"];

    /// <summary>The candidates, in the order of the configuration.</summary>
    public static IReadOnlyList<ModelTarget> Of(RoutingConfig config, ModelDirectory models, ModelRows rows)
    {
        var named = config.Providers.Where(entry => entry is { IsWildcard: false, IsInternal: false }).Select(entry => models.Find(entry.Name)).OfType<ModelTarget>().Where(IsCandidate).ToArray();
        return named.Length > 0 ? named : [.. config.Providers.Where(entry => entry is { IsWildcard: true, IsInternal: false }).SelectMany(entry => Behind(entry, models, rows))];
    }

    private static IEnumerable<ModelTarget> Behind(ModelProviderConfig entry, ModelDirectory models, ModelRows rows)
    {
        var catalogue = Catalogue.ProviderCatalogue.Find(entry.Provider)?.CatalogueName ?? "";
        return rows.IdsOf(catalogue).Select(id => models.Find($"{entry.Provider}/{id}")).OfType<ModelTarget>()
            .Where(target => IsCandidate(target) && target.Capabilities is { Status: ModelStatus.Current, ToolCalls: true })
            .OrderByDescending(target => target.Row.ReleaseDate, StringComparer.Ordinal).Take(MostOfAProvider);
    }

    private static bool IsCandidate(ModelTarget target) =>
        target.Problem is null && !target.Api.IsGateway && target.Capabilities.Output.HasFlag(Modalities.Text)
        && !OtherPurposes.Any(word => target.ModelId.Contains(word, StringComparison.OrdinalIgnoreCase));
}
