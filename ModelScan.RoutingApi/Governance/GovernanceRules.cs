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

    private GovernanceRules(GovernanceConfig config)
    {
        Config = config;
        Keys = new GatewayKeys(config.Keys);
        _models = config.Keys.Where(key => key.Models.Count > 0).DistinctBy(key => key.Id).ToFrozenDictionary(key => key.Id, key => new ModelPattern(key.Models), StringComparer.Ordinal);
        var ofKeys = config.Keys.SelectMany(key => key.Limits).ToHashSet(StringComparer.Ordinal);
        _callers = config.Keys.DistinctBy(key => key.Id).ToFrozenDictionary(key => key.Id, key => new Caller(key), StringComparer.Ordinal);
        Limits = [.. config.Limits.Select(limit => new Limit(limit, ofKeys.Contains(limit.Id)))];
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

    /// <summary>The limits that are for a request, whoever answers it; empty for none.</summary>
    public List<Limit> LimitsOf(ClientRequest request)
    {
        List<Limit>? found = null;
        foreach (var limit in Limits)
        {
            if (limit.Concerns(request))
                (found ??= new List<Limit>(Limits.Count)).Add(limit);
        }

        return found ?? [];
    }
}
