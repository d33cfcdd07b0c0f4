using System.Globalization;
using ModelScan.RoutingApi.Configuration;

namespace ModelScan.RoutingApi.Routing.Attempts;

/// <summary>
/// The time limits of one attempt, and the client's presence, as one cancellation token. One limit runs at a time; the total
/// one cuts it short. Not thread-safe, save for the token.
/// </summary>
internal sealed class AttemptDeadline : IDisposable
{
    private readonly TimeoutsConfig _limits;
    private readonly TimeProvider _time;
    private readonly long _started;
    private readonly CancellationToken _client;
    private readonly CancellationTokenSource _source;
    private readonly CancellationToken _cutOff;
    private readonly CancellationTokenRegistration _registration;
    private readonly CancellationTokenRegistration _cutOffRegistration;
    private (string What, TimeSpan Limit) _running;

    /// <summary>Begins with the limit for the first byte.</summary>
    /// <param name="limits">The limits.</param>
    /// <param name="time">The clock.</param>
    /// <param name="started">When the client's request came; the total limit counts from there.</param>
    /// <param name="client">Cancelled when the client leaves.</param>
    /// <param name="cutOff">Cancelled when answers are ended because the process ends.</param>
    public AttemptDeadline(TimeoutsConfig limits, TimeProvider time, long started, CancellationToken client, CancellationToken cutOff = default)
    {
        (_limits, _time, _started, _client, _cutOff) = (limits, time, started, client, cutOff);
        _source = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        _registration = client.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), _source);
        _cutOffRegistration = cutOff.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), _source);
        ExpectFirstByte();
    }

    /// <summary>Cancelled when the client leaves, a limit is reached, or the process ends.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>Whether a limit was reached, the client being still there.</summary>
    public bool IsReached => _source.IsCancellationRequested && !_client.IsCancellationRequested;

    /// <summary>Whether the process ends, the client being still there.</summary>
    public bool IsCutOff => _cutOff.IsCancellationRequested && !_client.IsCancellationRequested;

    /// <summary>Which limit was reached, for people.</summary>
    public string Reached => string.Create(CultureInfo.InvariantCulture, $"{_running.What} {_running.Limit.TotalSeconds:0.###} s");

    /// <summary>Waits for the first byte of the answer from now on.</summary>
    public void ExpectFirstByte() => Arm(_limits.FirstByte, "no response within");

    /// <summary>Waits for the next piece of an answer from now on.</summary>
    public void ExpectNextPiece() => Arm(_limits.Idle, "no further data within");

    /// <summary>Waits for nothing of the provider's: the client is being written to.</summary>
    public void Pause() => Arm(Timeout.InfiniteTimeSpan, "");

    public void Dispose()
    {
        _registration.Dispose();
        _cutOffRegistration.Dispose();
        _source.Dispose();
    }

    private void Arm(TimeSpan limit, string what)
    {
        if (_source.IsCancellationRequested)
            return;
        var left = _limits.Total - _time.GetElapsedTime(_started);
        if (limit == Timeout.InfiniteTimeSpan || left < limit)
        {
            _running = ("no complete answer within", _limits.Total);
            _source.CancelAfter(left < TimeSpan.Zero ? TimeSpan.Zero : left);
            return;
        }

        _running = (what, limit);
        _source.CancelAfter(limit);
    }
}
