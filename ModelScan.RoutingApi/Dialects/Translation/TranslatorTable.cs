using System.Collections.Frozen;

namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>The translators by the pair of formats that they join; of two for one pair the one registered later counts.</summary>
public sealed class TranslatorTable
{
    private readonly FrozenDictionary<(ApiFormat Client, ApiFormat Provider), ITranslator> _translators;

    /// <summary>Takes over whatever is registered.</summary>
    public TranslatorTable(IEnumerable<ITranslator> translators)
    {
        var byPair = new Dictionary<(ApiFormat, ApiFormat), ITranslator>();
        foreach (var translator in translators)
            byPair[(translator.Client, translator.Provider)] = translator;
        _translators = byPair.ToFrozenDictionary();
    }

    /// <summary>The translator for a pair, or <see langword="null"/>.</summary>
    public ITranslator? Find(ApiFormat client, ApiFormat provider) => _translators.GetValueOrDefault((client, provider));
}
