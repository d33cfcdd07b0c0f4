// Whether three gateways keep to one limit of 1,000 tokens a second that they share in Redis, also while Redis is restarted, and
// whether what a killed gateway has set aside comes back; then what keys and limits cost a request in CPU time.
//
//   10,000 requests, 500 a second ──▶ three gateways ──▶ provider that reports 10 tokens of output
//                                         └──▶ Redis
//
// Usage: dotnet run -c Release --project bench/limits [-- --requests N]    1,000 to 100,000; 10,000 where it is not given
// Needs redis-server. Everything listens on 127.0.0.1 and is ended by its process id. Takes about three minutes.
// Writes bench/limits/RESULTS.md when run from within the repository.
using System.Globalization;
using System.Runtime.InteropServices;
using Limits;

var requests = 10_000;
if (args is ["--requests", var count] && int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var given) && given is >= 1_000 and <= 100_000)
{
    requests = given;
}
else if (args.Length > 0)
{
    await Console.Error.WriteLineAsync("Usage: limits [--requests N], 1000 to 100000");
    return 2;
}

using var end = new CancellationTokenSource(TimeSpan.FromMinutes(10));
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => { context.Cancel = true; end.Cancel(); });
using var folder = new WorkFolder();
await using var provider = await CountingProvider.StartAsync();
await using var redis = RedisProcess.Start(folder);
await using var gateways = await Gateways.StartAsync(folder, provider.Address, redis.Port, end.Token);
var load = new Load(gateways);
await load.RunAsync(500, () => Task.CompletedTask, end.Token); // what is compiled first

var rows = new List<Row>
{
    await MeasureAsync("nothing", 0.02, static () => Task.CompletedTask),
    await MeasureAsync("Redis is killed after a third of the time, and back, empty, 3 s later", 0.10, async () =>
    {
        await Task.Delay(TimeSpan.FromSeconds(requests / Load.PerSecond / 3.0), end.Token);
        await redis.KillAsync();
        await Task.Delay(TimeSpan.FromSeconds(3), end.Token);
        redis.Restart();
    }),
};
var left = await KillAsync();
var costs = await Cost.MeasureAsync(folder, provider.Address, redis.Port, end.Token);
var text = Report.Text(rows, left, costs);
Console.WriteLine(text);
if (Report.Place() is { } place)
    await File.WriteAllTextAsync(place, text, end.Token);
return rows.TrueForAll(row => row.IsAsPromised) && left.IsAsPromised ? 0 : 1;

async Task<Row> MeasureAsync(string fault, double tolerance, Func<Task> cause)
{
    var (windows, counts) = await load.RunAsync(requests, cause, end.Token);
    return new Row(fault, counts, windows, tolerance);
}

// Twenty requests hang at the provider; the gateway that has them is killed.
async Task<Leftover> KillAsync()
{
    await Task.Delay(TimeSpan.FromSeconds(2), end.Token);
    await gateways.AskAsync(1, "day", end.Token); // so that it knows whose use there is
    provider.Hangs = true;
    var hanging = Enumerable.Range(0, 20).Select(_ => gateways.AskAsync(0, "day", end.Token)).ToArray();
    while (provider.Hanging < hanging.Length)
        await Task.Delay(20, end.Token);
    var before = await gateways.ReservedAsync(1, end.Token);
    gateways.Kill(0);
    provider.Hangs = false;
    var began = DateTimeOffset.UtcNow;
    var after = before;
    while (after > 0 && DateTimeOffset.UtcNow - began < TimeSpan.FromSeconds(30))
    {
        await Task.Delay(100, end.Token);
        after = await gateways.ReservedAsync(1, end.Token);
    }

    return new Leftover(before, after, DateTimeOffset.UtcNow - began);
}
