// What a gateway that runs as a process does when it is attacked, and when it is used for a long time with faults mixed in.
//
//   clients (raw sockets, HttpClient) ──▶ gateway (a process with limits of its own) ──▶ hostile provider (raw sockets, in this process)
//
// Usage: dotnet run -c Release --project bench/hostile -- attacks [--gateway PATH]        about five minutes; PATH: another ModelScan.RoutingApi.dll
//        dotnet run -c Release --project bench/hostile -- soak [--seconds N] [--rate N]   1200 s and 150 requests a second where nothing is given
// Linux only: it reads /proc. Everything listens on 127.0.0.1 and is ended by its process id.
// Writes bench/hostile/ATTACKS.md and RESULTS.md when run from within the repository, unless --gateway is given or the soak is shorter than 20 minutes.
using System.Globalization;
using System.Runtime.InteropServices;
using Hostile;

using var end = new CancellationTokenSource(TimeSpan.FromHours(3));
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => { context.Cancel = true; end.Cancel(); });
switch (args)
{
    case ["attacks"]:
        return await Attacks.RunAsync(null, end.Token);
    case ["attacks", "--gateway", var path] when File.Exists(path):
        return await Attacks.RunAsync(path, end.Token);
    case ["soak", .. var options] when Options(options) is { } read:
        return await Soak.RunAsync(TimeSpan.FromSeconds(read.Seconds), read.Rate, end.Token);
    default:
        await Console.Error.WriteLineAsync("Usage: hostile attacks [--gateway PATH] | soak [--seconds 10..7200] [--rate 1..2000]");
        return 2;
}

static (int Seconds, int Rate)? Options(string[] options)
{
    var (seconds, rate) = (1200, 150);
    for (var i = 0; i < options.Length; i += 2)
    {
        if (i + 1 == options.Length || !int.TryParse(options[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var value))
            return null;
        if (options[i] == "--seconds" && value is >= 10 and <= 7200)
            seconds = value;
        else if (options[i] == "--rate" && value is >= 1 and <= 2000)
            rate = value;
        else
            return null;
    }

    return (seconds, rate);
}
