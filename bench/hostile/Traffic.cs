using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;

namespace Hostile;

/// <summary>One kind of request, what may come of it, and why.</summary>
/// <param name="Name">For the table.</param>
/// <param name="Weight">How often it is sent, relative to the others.</param>
/// <param name="Expected">Statuses that it may get; 0 for an answer that breaks off.</param>
/// <param name="Why">Why these.</param>
/// <param name="SendAsync">Sends one; the status.</param>
internal sealed record Kind(string Name, int Weight, int[] Expected, string Why, Func<int, Task<Reply>> SendAsync);

/// <summary>What came of a request.</summary>
/// <param name="Status">The status; 0 for an answer that breaks off.</param>
/// <param name="Said">What an error says.</param>
internal readonly record struct Reply(int Status, string Said = "")
{
    public static implicit operator Reply(int status) => new(status);
}

/// <summary>Requests of all formats to providers of all formats, with faults of clients and of providers among them. Same seed, same requests.</summary>
internal sealed class Traffic
{
    private static readonly string[] Providers = ["openai", "anthropic", "groq"];

    private readonly Gateway _gateway;
    private readonly Kind[] _kinds;
    private readonly int _weights;
    private readonly ConcurrentDictionary<(string Kind, int Status), int> _counts = new();
    private readonly ConcurrentQueue<string> _unexpected = new();

    public Traffic(Gateway gateway)
    {
        _gateway = gateway;
        _kinds =
        [
            new("whole answer", 420, [200], "", number => PostAsync(number, "ok", stream: false)),
            new("stream", 300, [200], "", number => PostAsync(number, "ok", stream: true)),
            new("slow answer", 20, [200], "", number => PostAsync(number, "slow", stream: false)),
            new("answer of 1 MB", 5, [200], "", number => PostAsync(number, "large-1", stream: false)),
            new("request of 1 MB", 5, [200], "", number => PostAsync(number, "ok", stream: false, new string('x', 1 << 20))),
            new("decision", 40, [200], "", number => PostAsync($"/routing{Path(number)}", Words.Request(Path(number), "openai/ok", stream: false, "write a function that sorts a list"))),
            new("list of models", 10, [200], "", _ => GetAsync("/v1/models")),
            new("metrics", 5, [200], "", _ => GetAsync("/metrics")),
            new("with a key", 100, [200], "", number => PostAsync(number, "ok", IsOdd(number), key: Configs.Key)),
            new("with a key, slow", 10, [200], "", number => PostAsync(number, "slow", IsOdd(number), key: Configs.Key)),
            new("with a mail address and a card", 20, [200], "both are redacted", number => PostAsync(number, "ok", IsOdd(number), "write to anna.schmidt@example.com that 4111 1111 1111 1111 was refused")),
            new("with a key: provider 503", 5, [502, 503], "as without one", number => PostAsync(number, "503", IsOdd(number), key: Configs.Key)),
            new("with a key: answer cut", 5, [0, 502], "as without one", number => PostAsync(number, "cut-within", IsOdd(number), key: Configs.Key)),
            new("with a key: leaves", 5, [0], "it has left", number => LeaveAsync(Words.Request(Path(number), $"{Providers[number % 3]}/slow", IsOdd(number)), Path(number), reads: 0, $"x-api-key: {Configs.Key}\r\n")),
            new("client: unknown key", 5, [401], "nobody gave it out", number => PostAsync(number, "ok", stream: false, key: "msk_nobody_ABCDEFGHIJKLMNOPQRSTUVWXYZabcdef")),
            new("client: key for other models", 5, [403], "it may not", number => PostAsync(Path(number), Words.Request(Path(number), "openai/ok", stream: false), key: Configs.NarrowKey)),
            new("client: budget used up", 5, [200, 429], "the first is answered", number => PostAsync(number, "ok", stream: false, key: Configs.PoorKey)),
            new("client: denied words", 5, [400], "a guard refuses them", number => PostAsync(number, "ok", IsOdd(number), $"tell me of {Configs.Denied}")),
            new("provider: 400", 10, [400], "the request is at fault", number => PostAsync(number, "400", IsOdd(number))),
            new("provider: 429", 10, [429], "the provider says so", number => PostAsync(number, "429", IsOdd(number))),
            new("provider: 500", 10, [500, 502], "as it is, or translated; 502 where the second try by direct mode failed, too", number => PostAsync(number, "500", IsOdd(number))),
            new("provider: 503", 10, [502, 503], "as 500", number => PostAsync(number, "503", IsOdd(number))),
            new("provider: closes without an answer", 10, [502], "the provider is at fault", number => PostAsync(number, "cut", IsOdd(number))),
            new("provider: resets", 10, [502], "the provider is at fault", number => PostAsync(number, "reset", IsOdd(number))),
            new("provider: closes within its answer", 10, [0, 502], "an answer that has begun breaks off; one that has not is a 502", number => PostAsync(number, "cut-within", IsOdd(number))),
            new("provider: no JSON", 10, [0, 200, 502], "passed as it is to a client of the same format; 502 where it would have to be translated", number => PostAsync(number, "garbage", IsOdd(number))),
            new("provider: redirect", 5, [502], "is not followed", number => PostAsync(number, "redirect", IsOdd(number))),
            new("provider: two lengths", 5, [502], "the provider is at fault", number => PostAsync(number, "two-lengths", IsOdd(number))),
            new("provider: no HTTP", 5, [502], "the provider is at fault", number => PostAsync(number, "no-http", IsOdd(number))),
            new("client: no JSON", 10, [400], "the client is at fault", number => PostAsync(Path(number), "hello")),
            new("client: unknown model", 10, [404], "nobody serves it", number => PostAsync(Path(number), Words.Request(Path(number), "nobody/knows-it", stream: false))),
            new("client: form", 5, [415], "a body says that it is JSON", number => PostAsync(Path(number), "a=b", "application/x-www-form-urlencoded")),
            new("client: foreign origin", 5, [403], "pages of other sites may not", _ => RawAsync("GET /v1/models HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: https://evil.example\r\nConnection: close\r\n\r\n")),
            new("client: unknown path", 5, [404], "there is nothing", _ => GetAsync("/v2/nothing")),
            new("client: header of 64 KB", 5, [431], "headers are bounded", _ => RawAsync($"GET /v1/models HTTP/1.1\r\nHost: 127.0.0.1\r\nx: {new string('x', 64 * 1024)}\r\n\r\n")),
            new("client: bad chunk", 5, [400], "the client is at fault", number => RawAsync($"POST {Path(number)} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n")),
            new("client: no HTTP", 5, [400], "the client is at fault", _ => RawAsync("hello\r\n\r\n")),
            new("client: leaves before its answer", 15, [0], "it has left", number => LeaveAsync(Words.Request(Path(number), $"{Providers[number % 3]}/slow", IsOdd(number)), Path(number), reads: 0)),
            new("client: leaves within its stream", 15, [0], "it has left", number => LeaveAsync(Words.Request(Path(number), $"{Providers[number % 3]}/ok", stream: true), Path(number), reads: 1)),
            new("client: leaves within its request", 10, [0], "it has left", number => RawAsync($"POST {Path(number)} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{{", leaves: true)),
        ];
        _weights = _kinds.Sum(kind => kind.Weight);
    }

    /// <summary>What came of every kind, and how often.</summary>
    public IEnumerable<(Kind Kind, IReadOnlyDictionary<int, int> Statuses)> Results => _kinds.Select(kind => (
        kind, (IReadOnlyDictionary<int, int>)_counts.Where(count => count.Key.Kind == kind.Name).OrderBy(count => count.Key.Status).ToDictionary(count => count.Key.Status, count => count.Value)));

    /// <summary>Requests sent.</summary>
    public int Sent => _counts.Values.Sum();

    /// <summary>What should not have happened; the first hundred.</summary>
    public IReadOnlyCollection<string> Unexpected => _unexpected;

    /// <summary>Sends the request of this number.</summary>
    public async Task SendAsync(int number)
    {
        var at = (int)((uint)(number * 2654435761L) % _weights);
        var kind = _kinds.First(kind => (at -= kind.Weight) < 0);
        Reply reply;
        try
        {
            reply = await kind.SendAsync(number);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException or SocketException)
        {
            reply = new(exception is OperationCanceledException ? -1 : 0, exception.GetBaseException().Message);
        }

        var (status, said) = reply;

        _counts.AddOrUpdate((kind.Name, status), 1, static (_, count) => count + 1);
        if (!kind.Expected.Contains(status) && _unexpected.Count < 100)
            _unexpected.Enqueue(string.Create(CultureInfo.InvariantCulture, $"{kind.Name} (number {number}, {Path(number)} to {Providers[number / 3 % 3]}): {status} {said}"));
    }

    private static bool IsOdd(int number) => (number / 9 & 1) == 1;

    private static string Path(int number) => Words.Paths[number % 3];

    private Task<Reply> PostAsync(int number, string model, bool stream, string text = "hi", string? key = null) =>
        PostAsync(Path(number), Words.Request(Path(number), $"{Providers[number / 3 % 3]}/{model}", stream, text), key: key);

    private async Task<Reply> PostAsync(string path, string body, string type = "application/json", string? key = null)
    {
        using var content = new StringContent(body, Encoding.UTF8, type);
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
        if (key is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var response = await _gateway.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        if ((int)response.StatusCode >= 500)
            return new((int)response.StatusCode, await response.Content.ReadAsStringAsync());
        await response.Content.CopyToAsync(Stream.Null);
        return (int)response.StatusCode;
    }

    private async Task<Reply> GetAsync(string path)
    {
        using var response = await _gateway.Client.GetAsync(new Uri(path, UriKind.Relative));
        return (int)response.StatusCode;
    }

    private async Task<Reply> LeaveAsync(string body, string path, int reads, string headers = "")
    {
        using var socket = await ConnectAsync();
        await socket.SendAsync(Encoding.UTF8.GetBytes($"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n{headers}Content-Length: {Encoding.UTF8.GetByteCount(body).ToString(CultureInfo.InvariantCulture)}\r\n\r\n{body}"));
        if (reads > 0)
            await socket.ReceiveAsync(new byte[512]);
        else
            await Task.Delay(20);
        return 0;
    }

    private async Task<Reply> RawAsync(string request, bool leaves = false)
    {
        using var socket = await ConnectAsync();
        await socket.SendAsync(Encoding.Latin1.GetBytes(request));
        if (leaves)
            return 0;
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var buffer = new byte[64];
        var length = 0;
        while (length < 12)
        {
            var read = await socket.ReceiveAsync(buffer.AsMemory(length), patience.Token);
            if (read == 0)
                return 0;
            length += read;
        }

        return int.Parse(Encoding.ASCII.GetString(buffer, 9, 3), CultureInfo.InvariantCulture);
    }

    private async Task<Socket> ConnectAsync()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, _gateway.Port);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
