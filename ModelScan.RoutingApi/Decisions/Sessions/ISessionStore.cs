using ModelScan.RoutingApi.Configuration;

namespace ModelScan.RoutingApi.Decisions.Sessions;

/// <summary>
/// Where bindings live between requests. Thread-safe. A store never throws for a reason of its own: a read that fails says
/// so, a write that fails is counted, and the request goes on without a session.
/// </summary>
public interface ISessionStore : IAsyncDisposable
{
    /// <summary>Reads the binding of a session; sees every write that this process has handed over before.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    ValueTask<SessionRead> GetAsync(string storeKey, CancellationToken cancellationToken);

    /// <summary>
    /// Hands a binding over to be kept for <paramref name="ttl"/>, a second or more, and returns at once.
    /// </summary>
    void Set(string storeKey, SessionBinding binding, TimeSpan ttl);

    /// <summary>Takes over what a changed configuration says of a store at the same address; nothing, for most.</summary>
    void Reconfigure(SessionConfig config)
    {
    }
}

/// <summary>How a read went.</summary>
public enum SessionReadStatus
{
    /// <summary>The session is not known.</summary>
    Miss,

    /// <summary>The session was found.</summary>
    Hit,

    /// <summary>The store could not be asked. What it holds is not known, and so must not be replaced.</summary>
    Error,

    /// <summary>The store holds something that is no binding; the next write replaces it.</summary>
    Invalid,
}

/// <summary>The result of a read.</summary>
/// <param name="Status">How it went.</param>
/// <param name="Binding">What was found, with <see cref="SessionReadStatus.Hit"/>.</param>
public readonly record struct SessionRead(SessionReadStatus Status, SessionBinding? Binding = null)
{
    /// <summary>The session is not known.</summary>
    public static SessionRead Miss => default;

    /// <summary>The store could not be asked.</summary>
    public static SessionRead Error => new(SessionReadStatus.Error);

    /// <summary>The store holds something that is no binding.</summary>
    public static SessionRead Invalid => new(SessionReadStatus.Invalid);

    /// <summary>The session was found.</summary>
    public static SessionRead Hit(SessionBinding binding) => new(SessionReadStatus.Hit, binding);
}
