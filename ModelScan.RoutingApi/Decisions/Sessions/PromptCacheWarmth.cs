namespace ModelScan.RoutingApi.Decisions.Sessions;

/// <summary>
/// How long a provider's prompt cache is taken to hold a prefix after its last use. No provider publishes a promise that
/// is both exact and kept, so all share one window, whatever the model.
/// </summary>
public static class PromptCacheWarmth
{
    /// <summary>The window unless said otherwise: 300 s, the shortest that the large providers document.</summary>
    public static readonly TimeSpan DefaultWindow = TimeSpan.FromSeconds(300);

    /// <summary>The window of extended retention, and the most that is ever believed: 3600 s.</summary>
    public static readonly TimeSpan ExtendedWindow = TimeSpan.FromSeconds(3600);

    /// <summary>Whether a prefix used at <paramref name="lastUsed"/> is still cached at <paramref name="now"/> (both in epoch seconds).</summary>
    public static bool IsWarm(long lastUsed, long now, TimeSpan window)
        => IsWithin(lastUsed, now, window < ExtendedWindow ? window : ExtendedWindow);

    /// <summary>
    /// Whether at most <paramref name="window"/> has passed since <paramref name="lastUsed"/>. A time in the future, which a
    /// replica with a fast clock may have written, counts as just now.
    /// </summary>
    internal static bool IsWithin(long lastUsed, long now, TimeSpan window)
        => lastUsed > now || now - lastUsed <= (long)window.TotalSeconds;
}
