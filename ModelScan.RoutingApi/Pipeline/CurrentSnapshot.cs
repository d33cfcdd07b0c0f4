using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.ConversationState;
using ModelScan.RoutingApi.Decisions;
using ModelScan.RoutingApi.Decisions.Sessions;
using ModelScan.RoutingApi.Decisions.Subagents;
using ModelScan.RoutingApi.ModelMetrics;
using ModelScan.RoutingApi.Providers;
using ModelScan.RoutingApi.Providers.Health;
using ModelScan.RoutingApi.Providers.Models;

namespace ModelScan.RoutingApi.Pipeline;

/// <summary>
/// Holds the snapshot in force. A new configuration is compiled whole, then swapped in at once: requests that run keep the
/// snapshot they began with, later ones see the new.
/// </summary>
public sealed partial class CurrentSnapshot : IDisposable
{
    private readonly ClassifierFactory _classifiers;
    private readonly ModelMetricsRefresher _metrics;
    private readonly SessionAffinity _sessions;
    private readonly StoredResponses _responses;
    private readonly UpstreamHealth _health;
    private readonly UpstreamLoad _load;
    private readonly TimeProvider _time;
    private readonly ILogger<CurrentSnapshot> _logger;
    private readonly ModelCatalogue _catalogue;
    private readonly AgentFolders _agents;
    private readonly Uri? _mock;
    private readonly SemaphoreSlim _gate = new(1);
    private GatewaySnapshot _snapshot;

    /// <summary>Puts the first configuration in force.</summary>
    public CurrentSnapshot(
        LoadedConfig first, ClassifierFactory classifiers, ModelMetricsRefresher metrics, SessionAffinity sessions, UpstreamHealth health, UpstreamLoad load, TimeProvider time, IConfiguration configuration, ModelCatalogue catalogue, AgentFolders agents, StoredResponses responses, ILogger<CurrentSnapshot> logger)
    {
        (_classifiers, _metrics, _sessions, _health, _time, _logger) = (classifiers, metrics, sessions, health, time, logger);
        (_catalogue, _load, _agents, _responses) = (catalogue, load, agents, responses);
        _mock = MockAddress(configuration["MockProviders"]);
        _snapshot = Compile(first);
        Announce(_snapshot);
    }

    /// <summary>A new snapshot has come into force. Handlers run one after the other, in the order in which snapshots came.</summary>
    public event Action<GatewaySnapshot>? Replaced;

    /// <summary>The snapshot in force.</summary>
    public GatewaySnapshot Value => Volatile.Read(ref _snapshot);

    /// <summary>Compiles <paramref name="loaded"/> and puts it in force; on failure the old one stays.</summary>
    /// <exception cref="InvalidConfigException">The configuration is valid by itself but cannot be put in force.</exception>
    public async Task ReplaceAsync(LoadedConfig loaded, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            var next = Compile(loaded);
            try
            {
                await _sessions.ReconfigureAsync(loaded.Config.Session);
            }
            catch (FormatException exception)
            {
                throw new InvalidConfigException(loaded.Source, [new ConfigError("routing.session_cache.url", 0, exception.Message)]);
            }

            try
            {
                await _responses.ReconfigureAsync(loaded.Config.ResponsesState);
            }
            catch (FormatException exception)
            {
                throw new InvalidConfigException(loaded.Source, [new ConfigError("responses_state", 0, exception.Message)]);
            }

            Volatile.Write(ref _snapshot, next);
            Announce(next);
            Replaced?.Invoke(next);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _gate.Dispose();

    private GatewaySnapshot Compile(LoadedConfig loaded)
    {
        try
        {
            var models = new ModelDirectory(loaded.Config, _mock, _catalogue);
            var decisions = new DecisionSnapshot(loaded, models, _classifiers.Create(loaded.Config.Classifier), _time.GetUtcNow(), new CandidateState(_health.ReasonToLeaveAlone, _load.Of))
            {
                Subagents = RulesOf(loaded.Config),
            };
            if (loaded.Config.Mode == RoutingMode.Policy)
                _classifiers.Prepare(decisions.Routes.Set);
            return new GatewaySnapshot(decisions);
        }
        catch (ArgumentException exception)
        {
            throw new InvalidConfigException(loaded.Source, [new ConfigError("routing.classifier", 0, exception.Message)]);
        }
    }

    private SubagentRules? RulesOf(RoutingConfig config)
    {
        _agents.Use(config.Subagents is { Agents.Count: > 0 } named ? named.Folders : []);
        return config.Subagents is { } subagents ? new SubagentRules(subagents, _agents) : null;
    }

    private void Announce(GatewaySnapshot snapshot)
    {
        _metrics.Apply(snapshot.Config.MetricsSources);
        _metrics.WarnAboutModelsWithoutMetrics(snapshot.Config.Routes);
        Log.InForce(
            _logger, snapshot.Loaded.Source, snapshot.Loaded.Hash[..12], snapshot.Config.Mode, snapshot.Config.Providers.Count,
            snapshot.Config.Routes.Count, snapshot.Classifier.Name);
        foreach (var warning in snapshot.Loaded.Warnings)
            Log.Warning(_logger, warning);
        foreach (var notice in snapshot.Loaded.Notices)
            Log.Notice(_logger, notice);
    }

    // Plays providers for which there is no key.
    private static Uri? MockAddress(string? setting)
    {
        if (string.IsNullOrWhiteSpace(setting))
            return null;
        return Uri.TryCreate(setting, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" or "https+http"
            ? address
            : throw new InvalidOperationException($"MockProviders must be an http or https URL, not '{setting}'");
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Configuration {Source} ({Hash}) in force: mode {Mode}, {Models} models, {Routes} routes, classifier {Classifier}")]
        public static partial void InForce(ILogger logger, string source, string hash, RoutingMode mode, int models, int routes, string classifier);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Configuration: {Warning}")]
        public static partial void Warning(ILogger logger, ConfigError warning);

        [LoggerMessage(Level = LogLevel.Information, Message = "Configuration: {Notice}")]
        public static partial void Notice(ILogger logger, ConfigError notice);
    }
}
