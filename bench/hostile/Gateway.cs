using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace Hostile;

/// <summary>What the system says of a process.</summary>
/// <param name="ResidentMegabytes">Memory in RAM.</param>
/// <param name="Threads">Threads.</param>
/// <param name="Handles">Open descriptors.</param>
/// <param name="CloseWait">Its sockets whose other side has left and that it has not closed, as <c>/proc/net/tcp</c> names both sides.</param>
internal readonly record struct Sample(double ResidentMegabytes, int Threads, int Handles, IReadOnlyList<string> CloseWait);

/// <summary>What a gateway holds for requests that are under way.</summary>
/// <param name="MemoryBytes">Of its memory budget.</param>
/// <param name="Reserved">Set aside on limits: tokens and requests.</param>
internal readonly record struct Held(double MemoryBytes, double Reserved);

/// <summary>A gateway as a process of its own, with limits.</summary>
internal sealed class Gateway : IAsyncDisposable
{
    private const string CloseWaitState = "08";

    private static readonly string[] Tables = ["/proc/net/tcp", "/proc/net/tcp6"];

    private readonly Process _process;
    private readonly DirectoryInfo _folder;

    private Gateway(Process process, DirectoryInfo folder, int port)
    {
        (_process, _folder, Port) = (process, folder, port);
        Client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = TimeSpan.FromSeconds(60) };
    }

    public int Port { get; }

    public HttpClient Client { get; }

    public string ConfigPath => Path.Combine(_folder.FullName, "modelscan.yaml");

    /// <summary>How it ended; <see langword="null"/> while it runs.</summary>
    public int? ExitCode => _process.HasExited ? _process.ExitCode : null;

    /// <summary>Starts one.</summary>
    /// <param name="config">Its configuration.</param>
    /// <param name="dll">Its program; <see langword="null"/> for the one that was built with this.</param>
    /// <param name="heapMegabytes">Most memory of its garbage collector; 0 for any.</param>
    /// <param name="descriptors">Most descriptors; 0 for any.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<Gateway> StartAsync(string config, string? dll, int heapMegabytes, int descriptors, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("modelscan-hostile-");
        var path = Path.Combine(folder.FullName, "modelscan.yaml");
        await File.WriteAllTextAsync(path, config, cancellationToken);
        var port = FreePort();
        string[] command = ["dotnet", dll ?? Path.Combine(AppContext.BaseDirectory, "ModelScan.RoutingApi.dll"), "--config", path, "--urls", $"http://127.0.0.1:{port}", "--Logging:LogLevel:Default=Error"];
        var start = descriptors > 0
            ? new ProcessStartInfo("sh", ["-c", $"ulimit -n {descriptors.ToString(CultureInfo.InvariantCulture)} && exec \"$@\"", "sh", .. command])
            : new ProcessStartInfo(command[0], command[1..]);
        (start.RedirectStandardOutput, start.RedirectStandardError, start.UseShellExecute) = (true, true, false);
        start.Environment["MODELSCAN_DATA"] = folder.FullName;
        if (heapMegabytes > 0)
            start.Environment["DOTNET_GCHeapHardLimit"] = $"0x{(long)heapMegabytes << 20:x}";
        var process = Process.Start(start)!;
        _ = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None);
        _ = process.StandardError.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None);
        var gateway = new Gateway(process, folder, port);
        try
        {
            await gateway.UntilHealthyAsync(cancellationToken);
            return gateway;
        }
        catch
        {
            await gateway.DisposeAsync();
            throw;
        }
    }

    public Sample Measure()
    {
        var id = _process.Id.ToString(CultureInfo.InvariantCulture);
        var status = File.ReadAllLines($"/proc/{id}/status");
        var sockets = new HashSet<string>();
        var handles = 0;
        foreach (var handle in Directory.EnumerateFileSystemEntries($"/proc/{id}/fd"))
        {
            handles++;
            if (new FileInfo(handle).LinkTarget is { } target && target.StartsWith("socket:[", StringComparison.Ordinal))
                sockets.Add(target[8..^1]);
        }

        // Columns: sl local remote st tx:rx tr:when retrnsmt uid timeout inode. https://www.kernel.org/doc/html/latest/networking/proc_net_tcp.html
        var closeWait = Tables.Where(File.Exists).SelectMany(File.ReadLines).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(words => words.Length > 9 && words[3] == CloseWaitState && sockets.Contains(words[9])).Select(words => $"{words[1]} to {words[2]}");
        return new Sample(Value("VmRSS:") / 1024.0, Value("Threads:"), handles, [.. closeWait]);

        int Value(string name) => int.Parse(status.First(line => line.StartsWith(name, StringComparison.Ordinal)).Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }

    /// <summary>What it says that it holds for requests, which is nothing when there are none.</summary>
    public async Task<Held> HeldAsync(CancellationToken cancellationToken)
    {
        var page = await Client.GetStringAsync(new Uri("/metrics", UriKind.Relative), cancellationToken);
        var memory = page.Split('\n').First(line => line.StartsWith("modelscan_memory_in_flight", StringComparison.Ordinal));
        await using var stream = await Client.GetStreamAsync(new Uri("/admin/limits", UriKind.Relative), cancellationToken);
        using var limits = await JsonDocument.ParseAsync(stream, cancellationToken: cancellationToken);
        var reserved = limits.RootElement.GetProperty("limits").EnumerateArray().SelectMany(limit => limit.GetProperty("subjects").EnumerateArray()).Sum(subject => subject.GetProperty("reserved").GetDouble());
        return new Held(double.Parse(memory.AsSpan(memory.LastIndexOf(' ') + 1), CultureInfo.InvariantCulture), reserved);
    }

    /// <summary>Whether it answers.</summary>
    public async Task<bool> IsAliveAsync()
    {
        try
        {
            using var response = await Client.GetAsync(new Uri("/healthz", UriKind.Relative));
            return response.IsSuccessStatusCode;
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        _folder.Delete(recursive: true);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task UntilHealthyAsync(CancellationToken cancellationToken)
    {
        for (var i = 0; i < 600 && !_process.HasExited; i++)
        {
            if (await IsAliveAsync())
                return;
            await Task.Delay(100, cancellationToken);
        }

        throw new InvalidOperationException("the gateway does not answer");
    }
}
