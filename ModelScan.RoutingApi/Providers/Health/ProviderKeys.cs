using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using ModelScan.RoutingApi.Configuration;

namespace ModelScan.RoutingApi.Providers.Health;

/// <summary>
/// Chooses among several keys of a provider (<c>access_keys</c>), and leaves those alone for a while that it refuses (401, 402, 403) or wants to hear less of (429). What is
/// known of a key outlives configurations. Keys are told to nobody: messages and answers have a digest. Thread-safe; of this process alone.
/// </summary>
public sealed partial class ProviderKeys(TimeProvider time, ILogger<ProviderKeys> logger)
{
    private static readonly TimeSpan Refused = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Forbidden = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Limited = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<string, State> _states = new(StringComparer.Ordinal);
    private readonly ConditionalWeakTable<ModelProviderConfig, Ring> _rings = [];

    /// <summary>The keys of an entry that has several, in the order of the configuration.</summary>
    public IReadOnlyList<(string Name, int InFlight, string? Reason, TimeSpan? Left)> Report(ModelProviderConfig config)
    {
        if (config.AccessKeys.Count < 2)
            return [];
        var now = time.GetTimestamp();
        return [.. RingOf(config).States.Select(state => (state.Name, Volatile.Read(ref state.InFlight), now < state.Until ? state.Reason : null, now < state.Until ? time.GetElapsedTime(now, state.Until) : (TimeSpan?)null))];
    }

    /// <summary>Takes a key for one request; nothing where the provider has one at most.</summary>
    public Lease Take(ModelTarget target)
    {
        if (target.Config.AccessKeys.Count < 2 || target.UsesClientsCredential || target.IsMocked)
            return default;
        var ring = RingOf(target.Config);
        var place = ring.Choose(target.Config.KeySelection, time.GetTimestamp());
        Interlocked.Increment(ref ring.States[place].InFlight);
        return new Lease(this, ring, place, target.Config.AccessKeys[place]);
    }

    private Ring RingOf(ModelProviderConfig config) => _rings.GetValue(config, config => new Ring([.. config.AccessKeys.Select(key => StateOf(config.Provider, key))]));

    private State StateOf(string provider, string key)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
        return _states.GetOrAdd($"{provider} {hash}", _ => new State($"{provider} key {hash[..6]}"));
    }

    private void Degrade(State state, int status, TimeSpan? retryAfter)
    {
        var (reason, otherwise) = status switch
        {
            StatusCodes.Status429TooManyRequests => ("rate limited", Limited),
            StatusCodes.Status403Forbidden => ("may not", Forbidden),
            _ => ("is refused", Refused),
        };
        var left = retryAfter is { } asked && asked > TimeSpan.Zero ? (asked < Longest ? asked : Longest) : otherwise;
        state.Reason = reason;
        Volatile.Write(ref state.Until, time.GetTimestamp() + (long)(left.TotalSeconds * time.TimestampFrequency));
        Log.Degraded(logger, state.Name, reason, left.TotalSeconds);
    }

    /// <summary>A key while a request has it. Dispose it once, when the request is over.</summary>
    public readonly struct Lease : IDisposable
    {
        private readonly ProviderKeys _keys;
        private readonly Ring? _ring;
        private readonly int _place;

        internal Lease(ProviderKeys keys, Ring ring, int place, string secret) => (_keys, _ring, _place, Secret) = (keys, ring, place, secret);

        /// <summary>The key; <see langword="null"/> where there is nothing to choose.</summary>
        public string? Secret { get; }

        /// <summary>Takes note of what the provider answered.</summary>
        /// <param name="status">HTTP status.</param>
        /// <param name="retryAfter">For how long it wants to be left alone, if it says so.</param>
        /// <returns>Whether another key is worth a try.</returns>
        public bool Observe(int status, TimeSpan? retryAfter)
        {
            if (_ring is null || status is not (StatusCodes.Status401Unauthorized or StatusCodes.Status402PaymentRequired or StatusCodes.Status403Forbidden or StatusCodes.Status429TooManyRequests))
                return false;
            _keys.Degrade(_ring.States[_place], status, retryAfter);
            return _ring.HasHealthy(_keys.Now);
        }

        /// <inheritdoc/>
        public void Dispose()
        {
            if (_ring is not null)
                Interlocked.Decrement(ref _ring.States[_place].InFlight);
        }
    }

    private long Now => time.GetTimestamp();

    /// <summary>What is known of a key.</summary>
    internal sealed class State(string name)
    {
        public int InFlight;
        public long Until;

        public string Name => name;

        public string Reason { get; set; } = "";
    }

    /// <summary>The keys of one entry.</summary>
    internal sealed class Ring(State[] states)
    {
        private int _next = -1;

        public State[] States => states;

        public bool HasHealthy(long now) => Array.Exists(states, state => Volatile.Read(ref state.Until) <= now);

        // Where all are left alone, the one that is so for the shortest time.
        public int Choose(KeySelection selection, long now)
        {
            var first = (int)((uint)Interlocked.Increment(ref _next) % (uint)states.Length);
            var best = -1;
            for (var i = 0; i < states.Length; i++)
            {
                var place = (first + i) % states.Length;
                if (Volatile.Read(ref states[place].Until) > now)
                    continue;
                if (selection == KeySelection.RoundRobin)
                    return place;
                if (best < 0 || Volatile.Read(ref states[place].InFlight) < Volatile.Read(ref states[best].InFlight))
                    best = place;
            }

            for (var i = 0; best < 0 && i < states.Length; i++)
            {
                if (Array.TrueForAll(states, state => states[i].Until <= state.Until))
                    best = i;
            }

            return Math.Max(0, best);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "{Key} {Reason}: left alone for {Seconds:0.#} s")]
        public static partial void Degraded(ILogger logger, string key, string reason, double seconds);
    }
}
