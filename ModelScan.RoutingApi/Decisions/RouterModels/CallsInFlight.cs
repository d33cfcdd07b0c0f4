using System.Collections.Concurrent;

namespace ModelScan.RoutingApi.Decisions.RouterModels;

/// <summary>
/// Lets concurrent callers with the same question share one call. The call belongs to none of them: one who gives up leaves the
/// others waiting undisturbed, and a call that all have left runs to its own end (its timeout bounds it).
/// </summary>
internal sealed class CallsInFlight
{
    private readonly ConcurrentDictionary<UInt128, Lazy<Task<RouterReply>>> _calls = new();

    /// <summary>Joins the call for <paramref name="key"/>, or starts it.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was canceled; the call goes on.</exception>
    public Task<RouterReply> JoinAsync(UInt128 key, Func<Task<RouterReply>> start, CancellationToken cancellationToken) =>
        _calls.GetOrAdd(key, _ => new Lazy<Task<RouterReply>>(() => RunAsync(key, start))).Value.WaitAsync(cancellationToken);

    private async Task<RouterReply> RunAsync(UInt128 key, Func<Task<RouterReply>> start)
    {
        try
        {
            return await start().ConfigureAwait(false);
        }
        finally
        {
            _calls.TryRemove(key, out _);
        }
    }
}
