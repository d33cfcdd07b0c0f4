using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using LoadTest.Servers;

namespace LoadTest.Load;

/// <summary>
/// Opens many paced streams, one connection each, evenly over a few seconds; counts for a while; reports. Runs as a process of
/// its own. Its lines on standard output say when counting starts and what came out.
/// </summary>
internal sealed class StreamLoad(Uri address, RequestKind kind, string body, int streams, TimeSpan opening, TimeSpan counting)
{
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan FirstEventLimit = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan StallLimit = TimeSpan.FromMilliseconds(250);

    private readonly DelayHistogram _delays = new();
    private readonly DelayHistogram _firsts = new();
    private volatile bool _counting;
    private int _begun;
    private int _failures;
    private string? _firstFailure;

    /// <summary>The command line of the process: arguments for <see cref="FromArguments"/>.</summary>
    public static string[] Arguments(Uri server, RequestKind kind, StreamShape shape, int streams, TimeSpan opening, TimeSpan counting) =>
    [
        "streams", new Uri(server, kind.Path).ToString(), kind.Api.ToString(), kind.Variety.ToString(), kind.Stream(shape),
        streams.ToString(CultureInfo.InvariantCulture), opening.ToString("c"), counting.ToString("c"),
    ];

    public static StreamLoad FromArguments(ReadOnlySpan<string> arguments) => new(
        new Uri(arguments[0]),
        new RequestKind("", Enum.Parse<ApiPath>(arguments[1]), "", Enum.Parse<Variety>(arguments[2])),
        arguments[3],
        int.Parse(arguments[4], CultureInfo.InvariantCulture),
        TimeSpan.Parse(arguments[5], CultureInfo.InvariantCulture),
        TimeSpan.Parse(arguments[6], CultureInfo.InvariantCulture));

    public async Task RunAsync(TextWriter output)
    {
        using var end = new CancellationTokenSource();
        using var client = new HttpMessageInvoker(new SocketsHttpHandler { UseProxy = false, UseCookies = false, ActivityHeadersPropagator = null });
        var running = new Task[streams];
        for (var i = 0; i < streams; i++)
        {
            running[i] = ReadAsync(client, i, end.Token);
            await Task.Delay(opening / streams, CancellationToken.None);
        }

        for (var waited = TimeSpan.Zero; waited < FirstEventLimit && Volatile.Read(ref _begun) + Volatile.Read(ref _failures) < streams; waited += Settling)
            await Task.Delay(Settling, CancellationToken.None);

        _counting = true;
        var start = PacedStream.Now();
        await output.WriteLineAsync(StreamReport.CountingMark);
        await output.FlushAsync(CancellationToken.None);
        await Task.Delay(counting, CancellationToken.None);
        _counting = false;
        var seconds = (PacedStream.Now() - start) / 1e9;
        var failures = streams - running.Count(stream => !stream.IsCompleted) is var ended && ended > _failures ? ended : _failures;
        await output.WriteLineAsync(Report(seconds, failures).ToLine());
        await output.FlushAsync(CancellationToken.None);
        await end.CancelAsync();
        await Task.WhenAll(running);
    }

    private async Task ReadAsync(HttpMessageInvoker client, int number, CancellationToken end)
    {
        // Off the loop that opens streams, so that no stream waits for another.
        await Task.Yield();
        var sent = PacedStream.Now();
        var first = true;
        void Take(long moment)
        {
            var now = PacedStream.Now();
            if (first)
            {
                first = false;
                Interlocked.Increment(ref _begun);
                _firsts.Add((now - sent) / 1e3);
            }

            if (_counting)
                _delays.Add((now - moment) / 1e3);
        }

        try
        {
            using var request = Request(number);
            using var response = await client.SendAsync(request, end);
            if (response.StatusCode != HttpStatusCode.OK)
                throw new HttpRequestException($"HTTP {(int)response.StatusCode}: {await response.Content.ReadAsStringAsync(end)}");
            await using var stream = await response.Content.ReadAsStreamAsync(end);
            var buffer = new byte[4096];
            var finder = new MomentFinder();
            while (await stream.ReadAsync(buffer, end) is var read and > 0)
                finder.Find(buffer.AsSpan(0, read), Take);
            throw new HttpRequestException("the stream ended early");
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // As planned.
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            if (end.IsCancellationRequested)
                return;
            Interlocked.Increment(ref _failures);
            Interlocked.CompareExchange(ref _firstFailure, exception.Message, null);
        }
    }

    private HttpRequestMessage Request(int number)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new StringContent(body, MediaTypeHeaderValue.Parse("application/json")) };
        foreach (var (name, value) in kind.Headers.Where(header => header.Name != "content-type"))
            request.Headers.TryAddWithoutValidation(name, value);
        if (kind.Variety == Variety.Sessions)
            request.Headers.TryAddWithoutValidation("x-model-affinity", string.Create(CultureInfo.InvariantCulture, $"stream-{number}"));
        return request;
    }

    private StreamReport Report(double seconds, int failures) => new(
        _delays.Count, seconds, _firsts.PercentileUs(0.5), _firsts.PercentileUs(0.99), _delays.PercentileUs(0.5), _delays.PercentileUs(0.99),
        _delays.MaxUs, _delays.CountAbove(StallLimit), failures, _firstFailure);
}
