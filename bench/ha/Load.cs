using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace HighAvailability;

/// <summary>What became of the requests of one run.</summary>
/// <param name="Requests">Requests that are answered whole.</param>
/// <param name="RequestsFailed">Those that got another status than 200, or no answer.</param>
/// <param name="Streams">Streams that were begun.</param>
/// <param name="StreamsCut">Those that did not reach their end.</param>
/// <param name="StreamsCutElsewhere">Those of the latter that another gateway than the one killed had been serving, or that never began.</param>
/// <param name="PinsLost">Sessions that were answered by another model than the one they had begun with.</param>
/// <param name="P99Milliseconds">Of requests that are answered whole.</param>
internal sealed record Counts(int Requests, int RequestsFailed, int Streams, int StreamsCut, int StreamsCutElsewhere, int PinsLost, double P99Milliseconds)
{
    /// <summary>What failed, by kind, for people who wonder.</summary>
    public required IReadOnlyDictionary<string, int> Reasons { get; init; }
}

/// <summary>200 requests a second, each in one of 60 sessions, and 40 streams of five seconds that follow each other.</summary>
internal sealed class Load(Uri address) : IAsyncDisposable
{
    private const int PerSecond = 200;
    private const int Streams = 40;
    private const int Sessions = 60;
    private const string Coding = "Write a Python function that implements binary search";

    private static readonly string[] Later = ["And in Rust, please", "Now with tests", "Make the function iterative"];

    private readonly HttpClient _client = new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromSeconds(20) }) { BaseAddress = address, Timeout = TimeSpan.FromSeconds(60) };
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentBag<Task> _requests = [];
    private readonly ConcurrentBag<double> _milliseconds = [];
    private readonly ConcurrentDictionary<string, int> _reasons = new();
    private readonly ConcurrentDictionary<int, string> _pins = new();
    private readonly ConcurrentDictionary<string, int> _cutBy = new();
    private readonly string _run = Guid.NewGuid().ToString("N");
    private Task _all = Task.CompletedTask;
    private int _failed;
    private int _streams;
    private int _cut;
    private int _pinsLost;

    public void Begin() => _all = Task.WhenAll([PaceAsync(), .. Enumerable.Range(0, Streams).Select(StreamAsync)]);

    /// <summary>Lets what is under way end, and counts.</summary>
    public async Task<Counts> EndAsync()
    {
        await _stop.CancelAsync();
        await _all;
        await Task.WhenAll(_requests);
        var sorted = _milliseconds.Order().ToArray();
        var worst = _cutBy.IsEmpty ? 0 : _cutBy.Values.Max();
        return new Counts(sorted.Length, _failed, _streams, _cut, _cut - worst, _pinsLost, sorted.Length == 0 ? 0 : sorted[(int)((sorted.Length - 1) * 0.99)])
        {
            Reasons = _reasons.ToDictionary(),
        };
    }

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        _stop.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task PaceAsync()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        var number = 0;
        while (!_stop.IsCancellationRequested)
        {
            for (var i = 0; i < PerSecond / 20; i++)
                _requests.Add(AskAsync(number++));
            await timer.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    private async Task AskAsync(int number)
    {
        var session = number % Sessions;
        var turn = number / Sessions;
        using var request = Request(turn == 0 ? Coding : Later[turn % Later.Length], stream: false);
        request.Headers.Add("x-model-affinity", $"{_run}-{session.ToString(CultureInfo.InvariantCulture)}");
        var started = Stopwatch.GetTimestamp();
        try
        {
            using var response = await _client.SendAsync(request);
            var text = await response.Content.ReadAsStringAsync();
            if (!response.IsSuccessStatusCode || !text.EndsWith('}'))
            {
                Fail($"request: status {(int)response.StatusCode}");
                return;
            }

            _milliseconds.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            var model = response.Headers.TryGetValues("x-modelscan-model", out var values) ? values.First() : "";
            if (_pins.GetOrAdd(session, model) != model)
            {
                _pins[session] = model;
                Interlocked.Increment(ref _pinsLost);
            }
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException)
        {
            Fail($"request: {exception.GetBaseException().Message}");
        }
    }

    private void Fail(string reason)
    {
        Interlocked.Increment(ref _failed);
        _reasons.AddOrUpdate(reason, 1, static (_, count) => count + 1);
    }

    private async Task StreamAsync(int number)
    {
        await Task.Delay(number * 100);
        while (!_stop.IsCancellationRequested)
        {
            Interlocked.Increment(ref _streams);
            var replica = "none";
            try
            {
                using var request = Request("Tell me a long story", stream: true);
                using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
                replica = response.Headers.TryGetValues("x-replica", out var values) ? values.First() : "none";
                var text = await response.Content.ReadAsStringAsync();
                if (response.IsSuccessStatusCode && text.TrimEnd().EndsWith("[DONE]", StringComparison.Ordinal))
                    continue;
                Cut(replica, $"stream: status {(int)response.StatusCode}, ended early");
            }
            catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException)
            {
                Cut(replica, $"stream: {exception.GetBaseException().Message}");
            }
        }
    }

    private void Cut(string replica, string reason)
    {
        Interlocked.Increment(ref _cut);
        _cutBy.AddOrUpdate(replica, 1, static (_, count) => count + 1);
        _reasons.AddOrUpdate(reason, 1, static (_, count) => count + 1);
    }

    private static HttpRequestMessage Request(string prompt, bool stream) => new(HttpMethod.Post, "/v1/chat/completions")
    {
        Content = new StringContent(
            $$"""{"model":"openai/general","stream":{{(stream ? "true" : "false")}},"messages":[{"role":"user","content":"{{prompt}}"}]}""", Encoding.UTF8, "application/json"),
    };
}
