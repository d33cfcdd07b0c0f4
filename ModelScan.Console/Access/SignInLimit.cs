namespace ModelScan.WebConsole.Access;

/// <summary>How many wrong keys may be tried in a while, by everybody together: an admin key is not to be found by trying. Thread-safe.</summary>
/// <param name="time">The clock.</param>
internal sealed class SignInLimit(TimeProvider time)
{
    /// <summary>Wrong keys in <see cref="Window"/>.</summary>
    public const int Most = 10;

    /// <summary>How long they count.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly Queue<long> _failures = new();
    private readonly Lock _lock = new();

    /// <summary>Whether nobody may try at this moment.</summary>
    public bool IsReached
    {
        get
        {
            lock (_lock)
            {
                while (_failures.TryPeek(out var oldest) && time.GetElapsedTime(oldest) > Window)
                    _failures.Dequeue();
                return _failures.Count >= Most;
            }
        }
    }

    /// <summary>A wrong key was given.</summary>
    public void Count()
    {
        lock (_lock)
        {
            if (_failures.Count < Most)
                _failures.Enqueue(time.GetTimestamp());
        }
    }
}
