using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace LoadTest.Load;

/// <summary>
/// Sends requests at random moments, so many a second on the average, whether the ones before have been answered or not. It sleeps in
/// between: wrk with pauses keeps its core busy, and two of them on one core are each late by the other's turn, some milliseconds.
/// </summary>
/// <param name="client">Sends; its timeout bounds every request.</param>
/// <param name="kind">What is sent.</param>
/// <param name="body">The body; may hold <see cref="RequestKind.NumberMark"/>.</param>
/// <param name="perSecond">Requests per second.</param>
internal sealed partial class PacedLoad(HttpClient client, RequestKind kind, string body, int perSecond)
{
    private const int Sessions = 1000;

    private static int s_runs;

    private readonly DelayHistogram _delays = new();
    private readonly List<Task> _requests = [];
    private readonly int _run = Interlocked.Increment(ref s_runs);
    private long _failures;

    /// <summary>Sends for as long as that, and waits for the last answers.</summary>
    public async Task<LoadResult> RunAsync(TimeSpan duration, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        await Task.Factory.StartNew(() => Send(duration, cancellationToken), cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        var sent = clock.Elapsed;
        await Task.WhenAll(_requests);
        return new LoadResult(_delays.Count, sent, TimeSpan.FromMicroseconds(_delays.PercentileUs(0.5)), TimeSpan.FromMicroseconds(_delays.PercentileUs(0.99)), _failures);
    }

    // Moments as those of many people who know nothing of each other: a Poisson process.
    private void Send(TimeSpan duration, CancellationToken cancellationToken)
    {
        var (clock, next) = (Stopwatch.StartNew(), TimeSpan.Zero);
        for (var number = 0; ; number++)
        {
            next -= TimeSpan.FromSeconds(Math.Log(1 - Random.Shared.NextDouble()) / perSecond);
            if (next >= duration || cancellationToken.IsCancellationRequested)
                return;
            if (next - clock.Elapsed is { Ticks: > 0 } pause)
                _ = Sleep((uint)pause.TotalMicroseconds);
            _requests.Add(AskAsync(number, cancellationToken));
        }
    }

    private async Task AskAsync(int number, CancellationToken cancellationToken)
    {
        var text = kind.Variety == Variety.Prompts ? body.Replace(RequestKind.NumberMark, $"{_run}-{number}", StringComparison.Ordinal) : body;
        using var request = new HttpRequestMessage(HttpMethod.Post, kind.Path) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(text)) };
        foreach (var (name, value) in kind.Headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, value))
                request.Content.Headers.TryAddWithoutValidation(name, value);
        }

        if (kind.Variety == Variety.Sessions)
            request.Headers.TryAddWithoutValidation("x-model-affinity", $"session-{number % Sessions}");
        var start = Stopwatch.GetTimestamp();
        try
        {
            using var answer = await client.SendAsync(request, cancellationToken);
            await answer.Content.ReadAsByteArrayAsync(cancellationToken);
            _delays.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
            if (!answer.IsSuccessStatusCode)
                Interlocked.Increment(ref _failures);
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
        {
            Interlocked.Increment(ref _failures);
        }
    }

    // Thread.Sleep knows milliseconds only.
    [LibraryImport("libc", EntryPoint = "usleep")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Sleep(uint microseconds);
}
