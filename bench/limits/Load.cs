using System.Collections.Concurrent;
using System.Diagnostics;

namespace Limits;

/// <summary>What clients saw.</summary>
/// <param name="Answered">Requests with an answer.</param>
/// <param name="Refused">Requests that the limit refused.</param>
/// <param name="Other">Everything else.</param>
internal readonly record struct Counts(int Answered, int Refused, int Other);

/// <summary>Asks all gateways in turn, five times as often as the limit allows.</summary>
internal sealed class Load(Gateways gateways)
{
    /// <summary>Requests a second.</summary>
    public const int PerSecond = 500;

    private const int MostAtOnce = 192;

    /// <summary>Sends so many requests at an even pace, from the beginning of a second on.</summary>
    /// <returns>How many seconds of the clock it touched, and what came of it.</returns>
    public async Task<(int Windows, Counts Counts)> RunAsync(int requests, Func<Task> cause, CancellationToken cancellationToken)
    {
        await Task.Delay(1000 - DateTimeOffset.UtcNow.Millisecond, cancellationToken);
        var first = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var causing = cause();
        var statuses = new ConcurrentBag<int>();
        using var room = new SemaphoreSlim(MostAtOnce);
        var running = new List<Task>(requests);
        var clock = Stopwatch.StartNew();
        for (var number = 0; number < requests; number++)
        {
            var wait = TimeSpan.FromSeconds((double)number / PerSecond) - clock.Elapsed;
            if (wait > TimeSpan.FromMilliseconds(1))
                await Task.Delay(wait, cancellationToken);
            await room.WaitAsync(cancellationToken);
            var turn = number;
            running.Add(Task.Run(
                async () =>
                {
                    try
                    {
                        statuses.Add(await gateways.AskAsync(turn, "second", cancellationToken));
                    }
                    finally
                    {
                        room.Release();
                    }
                }, cancellationToken));
        }

        // The last second is sent in whole, so that as many windows were used as are counted.
        var windows = (int)(DateTimeOffset.UtcNow.ToUnixTimeSeconds() - first);
        if (DateTimeOffset.UtcNow.Millisecond > 500)
            windows++;
        await Task.WhenAll(running);
        await causing;
        return (windows, new Counts(statuses.Count(status => status == 200), statuses.Count(status => status == 429), statuses.Count(status => status is not (200 or 429))));
    }
}
