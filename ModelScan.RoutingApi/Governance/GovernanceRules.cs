using System.Collections.Frozen;
using System.Runtime.CompilerServices;
using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Governance.Keys;
using ModelScan.RoutingApi.Governance.Limits;
using ModelScan.RoutingApi.Pipeline;

namespace ModelScan.RoutingApi.Governance;

/// <summary>What <c>governance</c> says, compiled once for each configuration. Immutable.</summary>
internal sealed class GovernanceRules
{
    private static readonly ConditionalWeakTable<GovernanceConfig, GovernanceRules> Compiled = [];
    private static GovernanceRules? _last;

    private readonly FrozenDictionary<string, ModelPattern> _models;
    private readonly FrozenDictionary<string, Caller> _callers;
    private readonly bool _dependOnHeaders;
    private readonly LimitsOfRequest _ofAnonymous;
    private readonly FrozenDictionary<string, LimitsOfRequest> _ofKeys;

    private GovernanceRules(GovernanceConfig config)
    {
        Config = config;
        Keys = new GatewayKeys(config.Keys);
        _models = config.Keys.Where(key => key.Models.Count > 0).DistinctBy(key => key.Id).ToFrozenDictionary(key => key.Id, key => new ModelPattern(key.Models), StringComparer.Ordinal);
        var ofKeys = config.Keys.SelectMany(key => key.Limits).ToHashSet(StringComparer.Ordinal);
        _callers = config.Keys.DistinctBy(key => key.Id).ToFrozenDictionary(key => key.Id, key => new Caller(key), StringComparer.Ordinal);
        Limits = [.. config.Limits.Select(limit => new Limit(limit, ofKeys.Contains(limit.Id)))];
        _dependOnHeaders = config.Limits.Any(limit => limit.Headers.Count > 0);
        _ofAnonymous = LimitsOfRequest.Of(Limits.Where(limit => limit.ConcernsKey(null)));
        _ofKeys = config.Keys.DistinctBy(key => key.Id).ToFrozenDictionary(key => key.Id, key => LimitsOfRequest.Of(Limits.Where(limit => limit.ConcernsKey(key))), StringComparer.Ordinal);
    }

    /// <summary>What the configuration says.</summary>
    public GovernanceConfig Config { get; }

    /// <summary>The keys.</summary>
    public GatewayKeys Keys { get; }

    /// <summary>The limits, in the order of the configuration.</summary>
    public IReadOnlyList<Limit> Limits { get; }

    /// <summary>The rules of a configuration.</summary>
    public static GovernanceRules Of(GovernanceConfig config)
    {
        if (Volatile.Read(ref _last) is { } last && ReferenceEquals(last.Config, config))
            return last;
        var rules = Compiled.GetValue(config, static config => new GovernanceRules(config));
        Volatile.Write(ref _last, rules);
        return rules;
    }

    /// <summary>The models that a key opens; <see langword="null"/> for all.</summary>
    public ModelPattern? ModelsOf(GatewayKeyConfig? key) => key is null ? null : _models.GetValueOrDefault(key.Id);

    /// <summary>Whoever has a key.</summary>
    public Caller CallerOf(GatewayKeyConfig key) => _callers[key.Id];

    /// <summary>The limits that are for a request, whoever answers it.</summary>
    public LimitsOfRequest LimitsOf(ClientRequest request)
    {
        var limits = request.Caller?.Key is { } key ? _ofKeys.GetValueOrDefault(key.Id, LimitsOfRequest.None) : _ofAnonymous;
        return _dependOnHeaders ? LimitsOfRequest.Of(limits.All.Where(limit => limit.ConcernsHeaders(request))) : limits;
    }
}
