using System.Collections.Frozen;

namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>The translators by the pair of formats that they join.</summary>
public sealed class TranslatorTable(IEnumerable<ITranslator> translators)
{
    private readonly FrozenDictionary<(ApiFormat Client, ApiFormat Provider), ITranslator> _translators =
        translators.ToFrozenDictionary(translator => (translator.Client, translator.Provider));

    /// <summary>The translator for a pair, or <see langword="null"/>.</summary>
    public ITranslator? Find(ApiFormat client, ApiFormat provider) => _translators.GetValueOrDefault((client, provider));
}
