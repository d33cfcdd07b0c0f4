using ModelScan.RoutingApi.Configuration;

namespace ModelScan.RoutingApi.Providers.Headers;

/// <summary>Which headers pass between clients and providers under a configuration: what vendors document, and what the configuration adds. Immutable.</summary>
internal sealed class HeaderLists
{
    // By the client's format, then by whether the body is translated.
    private readonly HeaderNames[] _toProvider;
    private readonly HeaderNames[] _toClient;

    /// <summary>Compiles the lists.</summary>
    public HeaderLists(ForwardedHeadersConfig config)
    {
        _toProvider = Compile(RequestHeaderRules.All, config.ToProvider);
        _toClient = Compile(AnswerHeaderRules.All, config.ToClient);
    }

    /// <summary>Those without additions.</summary>
    public static HeaderLists Documented { get; } = new(new ForwardedHeadersConfig());

    /// <summary>What of a client's headers a provider gets.</summary>
    public HeaderNames ToProvider(ApiFormat client, bool isTranslated) => _toProvider[Index(client, isTranslated)];

    /// <summary>What of a provider's headers a client gets.</summary>
    public HeaderNames ToClient(ApiFormat client, bool isTranslated) => _toClient[Index(client, isTranslated)];

    private static HeaderNames[] Compile(IReadOnlyList<HeaderRule> rules, IReadOnlyList<string> added)
    {
        var lists = new HeaderNames[2 * Enum.GetValues<ApiFormat>().Length];
        foreach (var format in Enum.GetValues<ApiFormat>())
        {
            foreach (var isTranslated in (bool[])[false, true])
                lists[Index(format, isTranslated)] = new HeaderNames([.. rules.Where(rule => rule.Holds(format, isTranslated)).Select(rule => rule.Name), .. added]);
        }

        return lists;
    }

    private static int Index(ApiFormat format, bool isTranslated) => 2 * (int)format + (isTranslated ? 1 : 0);
}
