// What clients see when one of three gateways is killed, when all are replaced one after the other, and when Redis is away.
//
//   load (requests, streams, sessions) ──▶ haproxy ──▶ three gateways ──▶ provider with fixed answers
//                                                          └──▶ Redis
//
// Usage: dotnet run -c Release --project bench/ha [-- --redis-away SECONDS]    5 to 600; 60 where it is not given
// Needs haproxy and redis-server (Debian's packages of these names). Everything listens on 127.0.0.1 and is ended by its process id.
// Writes bench/ha/README.md's table to bench/ha/RESULTS.md when run from within the repository.
using System.Globalization;
using System.Runtime.InteropServices;
using HighAvailability;

var redisAway = TimeSpan.FromSeconds(60);
if (args is ["--redis-away", var seconds] && int.TryParse(seconds, NumberStyles.None, CultureInfo.InvariantCulture, out var given) && given is >= 5 and <= 600)
{
    redisAway = TimeSpan.FromSeconds(given);
}
else if (args.Length > 0)
{
    await Console.Error.WriteLineAsync("Usage: ha [--redis-away SECONDS], 5 to 600");
    return 2;
}

using var end = new CancellationTokenSource(TimeSpan.FromMinutes(20));
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => { context.Cancel = true; end.Cancel(); });
using var folder = new WorkFolder();
await using var provider = await FixedProvider.StartAsync();
await using var redis = RedisProcess.Start(folder);
await using var replicas = await Replicas.StartAsync(folder, provider.Address, redis.Port, end.Token);
await using var balancer = await Balancer.StartAsync(folder, replicas.Ports, end.Token);

var rows = new List<Row>();
await RunAsync("nothing", TimeSpan.FromSeconds(15), () => Task.Delay(TimeSpan.FromSeconds(10), end.Token));
await RunAsync("one of three is killed (SIGKILL), back after 5 s", TimeSpan.FromSeconds(15), async () =>
{
    replicas.Kill(0);
    await Task.Delay(TimeSpan.FromSeconds(5), end.Token);
    await replicas.StartAsync(0, end.Token);
});
await RunAsync("all are replaced, one after the other (SIGTERM, shutdown delay 3 s)", TimeSpan.FromSeconds(5), async () =>
{
    for (var i = 0; i < Replicas.Count; i++)
    {
        await replicas.ReplaceAsync(i, end.Token);
        await Task.Delay(TimeSpan.FromSeconds(3), end.Token);
    }
});
await RunAsync($"Redis is away for {redisAway.TotalSeconds:0} s", TimeSpan.FromSeconds(5), async () =>
{
    await redis.KillAsync();
    await Task.Delay(redisAway, end.Token);
    redis.Restart();
});

var table = Report.Table(rows);
Console.WriteLine(table);
if (Report.Place() is { } place)
    await File.WriteAllTextAsync(place, Report.Text(table), end.Token);
return rows.TrueForAll(row => row.IsAsPromised) ? 0 : 1;

async Task RunAsync(string fault, TimeSpan after, Func<Task> cause)
{
    Console.WriteLine($"{fault} …");
    await using var load = new Load(balancer.Address);
    load.Begin();
    await Task.Delay(TimeSpan.FromSeconds(3), end.Token);
    await cause();
    await Task.Delay(after, end.Token);
    var counts = await load.EndAsync();
    rows.Add(new Row(fault, counts, fault.Contains("SIGKILL", StringComparison.Ordinal), fault.StartsWith("Redis", StringComparison.Ordinal)));
    Console.WriteLine($"  {counts}");
}
