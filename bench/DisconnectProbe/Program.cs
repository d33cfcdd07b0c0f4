// How long after a client has left does the provider's connection end? A client's socket is closed, or reset, while the gateway
// waits for an answer or relays a stream; the provider, in the same process and by the same clock, notes when it hears of it.
//
//   client ──▶ gateway (direct mode) ──▶ provider that never finishes
//
// Usage: dotnet run -c Release --project bench/DisconnectProbe [-- COUNT]   COUNT: per row, 1 to 1,000; 200 where it is not given
// Writes bench/DisconnectProbe/RESULTS.md when run from within the repository.
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using DisconnectProbe;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using ModelScan.RoutingApi;

const int warmUp = 20;
var patience = TimeSpan.FromSeconds(10);
var count = 200;
if (args.Length > 1 || (args.Length == 1 && (!int.TryParse(args[0], NumberStyles.None, CultureInfo.InvariantCulture, out count) || count is < 1 or > 1000)))
{
    await Console.Error.WriteLineAsync("Usage: DisconnectProbe [COUNT], 1 to 1000");
    return 2;
}

await using var provider = new WaitingProvider();
var folder = Directory.CreateTempSubdirectory("modelscan-probe-");
try
{
    var config = Path.Combine(folder.FullName, "modelscan.yaml");
    await File.WriteAllTextAsync(config, $$"""
        model_providers:
          - { model: openai/gpt-4o, access_key: k, base_url: "{{provider.Address}}" }
          - { model: groq/llama, access_key: k, base_url: "{{provider.Address}}" }
        routing: { mode: direct }
        """);
    await using var gateway = GatewayHost.Build(["--config", config, "--urls", "http://127.0.0.1:0", "--Logging:LogLevel:Default=Error"]);
    await gateway.StartAsync();
    var address = new Uri(gateway.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    var rows = new StringBuilder();
    foreach (var scenario in Scenario.All)
    {
        foreach (var resets in (bool[])[false, true])
        {
            for (var i = 0; i < warmUp; i++)
                await LeaveAsync(scenario, resets, i);
            var delays = new double[count];
            for (var i = 0; i < count; i++)
                delays[i] = await LeaveAsync(scenario, resets, i);
            Array.Sort(delays);
            rows.AppendLine(CultureInfo.InvariantCulture, $"| {scenario.Name} | {(resets ? "reset" : "closed")} | {count} | {At(delays, 0.5):0.00} | {At(delays, 0.99):0.00} | {delays[^1]:0.00} |");
        }
    }

    await gateway.StopAsync();
    var load = File.Exists("/proc/loadavg") ? (await File.ReadAllTextAsync("/proc/loadavg")).Split(' ')[0] : "unknown";
    var text = $"""
        # Clients that leave

        {DateTime.UtcNow:yyyy-MM-dd}, {Environment.ProcessorCount} cores, {RuntimeInformation.ProcessArchitecture}, {RuntimeInformation.FrameworkDescription}, client, gateway and provider in one process on the loopback interface.
        Load average at the end: {load}.

        From the moment at which a client closes or resets its connection to the moment at which the provider sees its own connection end, in milliseconds; direct mode, one client at a time.

        | what the client left | its connection | disconnects | p50 ms | p99 ms | max ms |
        |---|---|---:|---:|---:|---:|
        {rows.ToString().TrimEnd()}

        """;
    Console.WriteLine(text);
    if (ResultsPath() is { } path)
        await File.WriteAllTextAsync(path, text);
    return 0;

    async Task<double> LeaveAsync(Scenario scenario, bool resets, int i)
    {
        using var limit = new CancellationTokenSource(patience);
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, address.Port, limit.Token);
        await socket.SendAsync(scenario.ToRequest(), limit.Token);
        await provider.Arrivals.ReadAsync(limit.Token);
        if (scenario.Streams)
            await socket.ReceiveAsync(new byte[4096], limit.Token);

        // At no moment in particular of what the gateway does meanwhile.
        await Task.Delay(i % 8, limit.Token);
        if (resets)
            socket.LingerState = new LingerOption(true, 0);
        var left = Stopwatch.GetTimestamp();
        socket.Close();
        return Stopwatch.GetElapsedTime(left, await provider.Ends.ReadAsync(limit.Token)).TotalMilliseconds;
    }
}
finally
{
    folder.Delete(recursive: true);
}

static double At(double[] sorted, double share) => sorted[(int)Math.Ceiling(sorted.Length * share) - 1];

static string? ResultsPath()
{
    for (var folder = new DirectoryInfo(Environment.CurrentDirectory); folder is not null; folder = folder.Parent)
    {
        if (File.Exists(Path.Combine(folder.FullName, "ModelScan.sln")))
            return Path.Combine(folder.FullName, "bench", "DisconnectProbe", "RESULTS.md");
    }

    return null;
}
