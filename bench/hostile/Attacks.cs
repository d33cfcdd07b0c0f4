using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Hostile;

/// <summary>What exhausts memory and descriptors: the process has to live, to refuse what it cannot do, and to do the rest.</summary>
internal static class Attacks
{
    private sealed record Row(string Attack, string Limits, string Answers, string Process, bool Holds);

    public static async Task<int> RunAsync(string? dll, CancellationToken cancellationToken)
    {
        await using var provider = new Provider();
        var rows = new List<Row>();
        await AddAsync(new("200 bodies of 5 MB that are only announced (90 bytes each)", 150, 0), gateway => AnnounceAsync(gateway, 200));
        await AddAsync(new("600 such bodies", 384, 0), gateway => AnnounceAsync(gateway, 600));
        await AddAsync(new("200 bodies of 5 MB at once", 150, 0), gateway => PostManyAsync(gateway, 200, Words.Request("/v1/messages", "openai/ok", stream: false, new string('x', 5 << 20))));
        await AddAsync(new("100 bodies of 2 MB of empty objects at once", 150, 0), gateway => PostManyAsync(gateway, 100, "{\"model\":\"openai/ok\",\"max_tokens\":1,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],\"metadata\":{\"a\":[" + string.Join(',', Enumerable.Repeat("{}", 700_000)) + "]}}"));
        await AddAsync(new("20 translated answers of 10 MB at once", 300, 0), gateway => PostManyAsync(gateway, 20, Words.Request("/v1/messages", "openai/large-10", stream: false)));
        await AddAsync(new("10 translated answers of 50 MB, one after the other; memory a minute later", 0, 0), LargeAnswersAsync);
        await AddAsync(new("1,000 clients, 250 at a time", 0, 512), gateway => ManyClientsAsync(gateway, 1000, 250));
        await AddAsync(new("1,000 clients, 250 at a time", 0, 400), gateway => ManyClientsAsync(gateway, 1000, 250));

        var table = new StringBuilder("| attack | limits | answers | process | holds |\n|---|---|---|---|---|\n");
        foreach (var row in rows)
            table.AppendLine(CultureInfo.InvariantCulture, $"| {row.Attack} | {row.Limits} | {row.Answers} | {row.Process} | {(row.Holds ? "yes" : "no")} |");
        Console.WriteLine(table);
        if (dll is null)
            await Places.WriteAsync("ATTACKS.md", string.Create(CultureInfo.InvariantCulture, $"# Attacks on memory and descriptors\n\n{DateTime.UtcNow:yyyy-MM-dd}, {Environment.ProcessorCount} cores. What is done, and what holds: [README.md](README.md).\n\n{table}"));
        return rows.TrueForAll(row => row.Holds) ? 0 : 1;

        async Task AddAsync(Attack attack, Func<Gateway, Task<(string Answers, bool Holds)>> run)
        {
            Console.WriteLine($"{attack.Name} …");
            await using var gateway = await Gateway.StartAsync(Configs.At(provider.Address), dll, attack.HeapMegabytes, attack.Descriptors, cancellationToken);
            var before = gateway.Measure();
            var (answers, holds) = await run(gateway);
            await Task.Delay(500, cancellationToken);
            var lives = await gateway.IsAliveAsync();
            var process = gateway.ExitCode is { } code ? $"ended with {code}" : $"{before.ResidentMegabytes:0} → {gateway.Measure().ResidentMegabytes:0} MB";
            rows.Add(new(attack.Name, attack.Limits, answers, process, holds && lives));
            Console.WriteLine($"  {answers}; {process}; {(holds && lives ? "holds" : "does not hold")}");
        }
    }

    private sealed record Attack(string Name, int HeapMegabytes, int Descriptors)
    {
        public string Limits => HeapMegabytes > 0 ? $"heap of {HeapMegabytes} MB" : Descriptors > 0 ? $"{Descriptors} descriptors" : "none";
    }

    private static async Task<(string, bool)> AnnounceAsync(Gateway gateway, int count)
    {
        var sockets = new List<Socket>();
        try
        {
            for (var i = 0; i < count; i++)
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                sockets.Add(socket);
                await socket.ConnectAsync(IPAddress.Loopback, gateway.Port);
                await socket.SendAsync("POST /v1/messages HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 5000000\r\n\r\n"u8.ToArray());
            }

            await Task.Delay(2000);
            var counts = await ManyAsync(gateway, 40, 8, Words.Request("/v1/messages", "openai/ok", stream: false));
            return ($"of 40 others meanwhile {Describe(counts)}", counts.Keys.All(status => status == 200));
        }
        catch (SocketException)
        {
            return ("none", false);
        }
        finally
        {
            foreach (var socket in sockets)
                socket.Dispose();
        }
    }

    private static async Task<(string, bool)> PostManyAsync(Gateway gateway, int count, string body)
    {
        var counts = await ManyAsync(gateway, count, count, body);

        // Who is refused while it is still sending may find its connection reset before it reads the answer (RFC 9112, 9.6).
        return (Describe(counts), counts.Keys.All(status => status is 200 or 413 or 503 or 0) && counts.Any(count => count.Key != 0));
    }

    private static async Task<(string, bool)> LargeAnswersAsync(Gateway gateway)
    {
        await ManyAsync(gateway, 20, 4, Words.Request("/v1/messages", "openai/ok", stream: false));
        var before = gateway.Measure().ResidentMegabytes;
        var counts = await ManyAsync(gateway, 10, 1, Words.Request("/v1/messages", "openai/large-50", stream: false));
        var at = gateway.Measure().ResidentMegabytes;
        await Task.Delay(TimeSpan.FromSeconds(60));
        var after = gateway.Measure().ResidentMegabytes;
        return (string.Create(CultureInfo.InvariantCulture, $"{Describe(counts)}; {before:0} MB, {at:0} MB, a minute later {after:0} MB"), counts.Keys.All(status => status == 200) && after < before * 2);
    }

    private static async Task<(string, bool)> ManyClientsAsync(Gateway gateway, int count, int atOnce)
    {
        var counts = await ManyAsync(gateway, count, atOnce, Words.Request("/v1/messages", "openai/slow", stream: true), eachItsOwn: true);
        var after = await ManyAsync(gateway, 20, 2, Words.Request("/v1/messages", "openai/ok", stream: false));
        return ($"{Describe(counts)}; of 20 afterwards {Describe(after)}", counts.ContainsKey(200) && counts.Keys.All(status => status is 200 or 503 or 0) && after.Keys.All(status => status == 200));
    }

    // 0: refused, reset or broken off.
    private static async Task<ConcurrentDictionary<int, int>> ManyAsync(Gateway gateway, int count, int atOnce, string body, bool eachItsOwn = false)
    {
        var counts = new ConcurrentDictionary<int, int>();
        var bytes = Encoding.UTF8.GetBytes(body);
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = atOnce }, async (_, cancellationToken) =>
        {
            var status = 0;
            var client = eachItsOwn ? new HttpClient { BaseAddress = gateway.Client.BaseAddress, Timeout = gateway.Client.Timeout } : gateway.Client;
            try
            {
                using var content = new ByteArrayContent(bytes);
                content.Headers.ContentType = new("application/json");
                using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/messages") { Content = content };
                using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
                await response.Content.CopyToAsync(Stream.Null, cancellationToken);
                status = (int)response.StatusCode;
            }
            catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException or SocketException)
            {
                // Refused, or broken off.
            }
            finally
            {
                if (eachItsOwn)
                    client.Dispose();
            }

            counts.AddOrUpdate(status, 1, static (_, so) => so + 1);
        });
        return counts;
    }

    private static string Describe(ConcurrentDictionary<int, int> counts) =>
        string.Join(", ", counts.OrderBy(count => count.Key).Select(count => string.Create(CultureInfo.InvariantCulture, $"{count.Value} × {(count.Key == 0 ? "refused or broken off" : count.Key)}")));
}
