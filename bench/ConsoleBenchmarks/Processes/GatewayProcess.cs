using System.Diagnostics;
using System.Globalization;

namespace ConsoleBenchmarks.Processes;

/// <summary>A gateway as a process of its own, as <c>dotnet ModelScan.RoutingApi.dll</c> starts it.</summary>
internal sealed class GatewayProcess : IAsyncDisposable
{
    private const string Announcement = "Now listening on: ";
    private const int TicksPerSecond = 100; // USER_HZ, the same on every Linux that .NET runs on

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly string[] Own = ["DOTNET_", "COMPlus_", "ASPNETCORE_", "OTEL_", "Routing__", "RequestLog__", "Console__", "MODELSCAN_"];

    private readonly Process _process;

    private GatewayProcess(Process process) => _process = process;

    /// <summary>Asks it.</summary>
    public HttpClient Client { get; } = new() { Timeout = Patience };

    /// <summary>Scheme, host and port.</summary>
    public string Address => Client.BaseAddress!.GetLeftPart(UriPartial.Authority);

    /// <summary>From the start of the process until it was healthy.</summary>
    public TimeSpan StartUp { get; private set; }

    /// <summary>Time on a CPU since it started. Fields 14 and 15 of proc_pid_stat(5); field 2, in parentheses, may hold anything.</summary>
    public TimeSpan Cpu
    {
        get
        {
            var stat = File.ReadAllText($"/proc/{_process.Id}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            var ticks = long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture);
            return TimeSpan.FromSeconds((double)ticks / TicksPerSecond);
        }
    }

    /// <summary>Memory in RAM, in bytes (<c>VmRSS</c>).</summary>
    public long ResidentBytes => File.ReadLines($"/proc/{_process.Id}/status")
        .Where(line => line.StartsWith("VmRSS:", StringComparison.Ordinal))
        .Select(line => long.Parse(line.AsSpan("VmRSS:".Length).Trim().TrimEnd(" kB"), CultureInfo.InvariantCulture) * 1024)
        .FirstOrDefault();

    /// <summary>Starts one on a free port of this machine, and waits until it is healthy.</summary>
    public static async Task<GatewayProcess> StartAsync(string config)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in (string[])[Path.Combine(AppContext.BaseDirectory, "ModelScan.RoutingApi.dll"), "--config", config, "--urls", "http://127.0.0.1:0"])
            start.ArgumentList.Add(argument);

        // Nothing that the measurer was started with may change what is measured.
        foreach (var name in start.Environment.Keys.Where(name => Own.Any(own => name.StartsWith(own, StringComparison.Ordinal)) && name != "DOTNET_ROOT").ToArray())
            start.Environment.Remove(name);
        var clock = Stopwatch.StartNew();
        var gateway = new GatewayProcess(Process.Start(start)!);
        try
        {
            using var patience = new CancellationTokenSource(Patience);
            gateway.Client.BaseAddress = await gateway.ListensAsync(patience.Token);
            using var healthy = await gateway.Client.GetAsync("/health", patience.Token);
            gateway.StartUp = clock.Elapsed;
            healthy.EnsureSuccessStatusCode();
            return gateway;
        }
        catch
        {
            await gateway.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync().WaitAsync(Patience);
        _process.Dispose();
    }

    private async Task<Uri> ListensAsync(CancellationToken cancellationToken)
    {
        _ = _process.StandardError.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None);
        while (await _process.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.IndexOf(Announcement, StringComparison.Ordinal) is not (>= 0 and var at))
                continue;
            _ = _process.StandardOutput.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None);
            return new Uri(line[(at + Announcement.Length)..].Trim());
        }

        throw new InvalidOperationException("the gateway ended before it listened");
    }
}
