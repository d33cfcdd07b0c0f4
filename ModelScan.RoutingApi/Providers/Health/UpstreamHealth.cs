using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace ModelScan.RoutingApi.Providers.Health;

/// <summary>
/// Knows how providers, keys and models are, from what requests to them came to. It outlives configurations: a reload heals nobody.
/// Thread-safe; state in memory, of this process alone.
/// </summary>
public sealed partial class UpstreamHealth
{
    // Names behind wildcards come from clients; beyond this many nothing more is known.
    private const int MaxCells = 4096;

    private readonly ConcurrentDictionary<(HealthScope Scope, string Name), HealthCell> _cells = new();
    private readonly ConditionalWeakTable<ModelTarget, Cells> _byTarget = [];
    private readonly TimeProvider _time;
    private readonly Random _random;
    private readonly Action<string, string, string> _count;
    private readonly ILogger<UpstreamHealth> _logger;

    /// <summary>Begins with everybody healthy.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="random">Spreads the ends of cool-downs.</param>
    /// <param name="count">Counts a cool-down by scope, name and reason.</param>
    /// <param name="logger">Tells of cool-downs, and raises the alarm where somebody has to mend something.</param>
    public UpstreamHealth(TimeProvider time, Random random, Action<string, string, string> count, ILogger<UpstreamHealth> logger) =>
        (_time, _random, _count, _logger) = (time, random, count, logger);

    /// <summary>Everybody of whom anything is known.</summary>
    public IReadOnlyList<HealthReport> Reports => [.. _cells.Values.Select(cell => cell.Report()).OrderBy(report => report.Scope).ThenBy(report => report.Name, StringComparer.Ordinal)];

    /// <summary>Why a model is left alone for now; <see langword="null"/> while it is not.</summary>
    public string? ReasonToLeaveAlone(ModelTarget target) =>
        Of(target) is { } cells ? cells.Model.Reason ?? cells.Key?.Reason ?? cells.Provider.Reason : null;

    /// <summary>Whether a request may be sent: to whoever is healthy always, after a cool-down one at a time.</summary>
    public bool TryEnter(ModelTarget target) =>
        Of(target) is not { } cells || (cells.Provider.TryEnter() && (cells.Key?.TryEnter() ?? true) && cells.Model.TryEnter());

    /// <summary>Takes note of what a request to a model came to.</summary>
    /// <param name="target">The model.</param>
    /// <param name="signal">What it says.</param>
    /// <param name="retryAfter">For how long the provider wants to be left alone, if it said so.</param>
    public void Observe(ModelTarget target, HealthSignal signal, TimeSpan? retryAfter = null)
    {
        if (Of(target) is not { } cells)
            return;
        switch (signal)
        {
            case HealthSignal.Answered:
                cells.Provider.Observe(signal, null);
                cells.Key?.Observe(signal, null);
                cells.Model.Observe(signal, null);
                break;
            case HealthSignal.Unreachable:
                cells.Provider.Observe(signal, retryAfter);
                break;
            case HealthSignal.AccountRefused:
                cells.Key?.Observe(signal, retryAfter);
                break;
            case HealthSignal.RateLimited when target.UsesClientsCredential:
                break; // the client's limit is nobody else's
            default:
                cells.Model.Observe(signal, retryAfter);
                break;
        }
    }

    // A Plano has a health check of its own where we run it, and decides itself whom to ask.
    private Cells? Of(ModelTarget target)
    {
        if (target.Api.IsGateway)
            return null;
        if (_byTarget.TryGetValue(target, out var known))
            return known;
        var config = target.Config;
        if (config.IsWildcard && _cells.Count >= MaxCells)
            return null;
        var made = new Cells(
            Cell(HealthScope.Provider, config.BaseUrl is { } address ? $"{config.Provider} at {address.Authority}" : config.Provider),
            target.UsesClientsCredential || string.IsNullOrEmpty(config.AccessKey) ? null : Cell(HealthScope.Key, KeyName(target)),
            Cell(HealthScope.Model, config.IsWildcard || config.Name == target.Name ? target.Name : config.Name, config.IsWildcard ? config.Name : null));
        return _byTarget.GetValue(target, _ => made);
    }

    // Entries with the same key share its health, whatever they are called; the key itself is told to nobody.
    private static string KeyName(ModelTarget target)
    {
        var hash = System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(target.Config.AccessKey!));
        return $"{target.Config.Provider} key {Convert.ToHexStringLower(hash.AsSpan(0, 3))}";
    }

    // A name that comes from a client is no label: metrics have its wildcard.
    private HealthCell Cell(HealthScope scope, string name, string? label = null) => _cells.GetOrAdd(
        (scope, name), static (key, made) => new HealthCell(key.Scope, key.Name, made.Health._time, made.Health._random, made.Health.CooledDown) { Label = made.Label }, (Health: this, Label: label));

    private void CooledDown(HealthCell cell, string reason, TimeSpan left)
    {
        _count(HealthReport.NameOf(cell.Scope), cell.Label ?? cell.Name, reason);
        if (cell.Scope == HealthScope.Key || reason == "its provider does not have it")
            Log.Alarm(_logger, cell.Name, reason, left.TotalSeconds);
        else
            Log.CoolsDown(_logger, cell.Name, reason, left.TotalSeconds);
    }

    private sealed record Cells(HealthCell Provider, HealthCell? Key, HealthCell Model);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "{Name} {Reason}: left alone for {Seconds:0.#} s")]
        public static partial void CoolsDown(ILogger logger, string name, string reason, double seconds);

        [LoggerMessage(Level = LogLevel.Error, Message = "{Name}: {Reason}, which somebody has to mend; left alone for {Seconds:0.#} s")]
        public static partial void Alarm(ILogger logger, string name, string reason, double seconds);
    }
}
