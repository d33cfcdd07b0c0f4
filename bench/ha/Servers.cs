using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace HighAvailability;

/// <summary>A folder that goes at the end.</summary>
internal sealed class WorkFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("modelscan-ha-");

    public string Write(string name, string text)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }

    public string File_(string name) => Path.Combine(_folder.FullName, name);

    public void Dispose() => _folder.Delete(recursive: true);
}

/// <summary>Starting and ending programs, and finding ports for them.</summary>
internal static class Programs
{
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public static Process Start(string program, string[] arguments, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        var process = Process.Start(start)!;
        _ = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
        _ = process.StandardError.BaseStream.CopyToAsync(Stream.Null);
        return process;
    }

    public static void Signal(Process process, string signal)
    {
        using var kill = Process.Start("kill", [signal, process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    public static async Task EndAsync(Process? process)
    {
        if (process is null)
            return;
        if (!process.HasExited)
            process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
    }

    public static async Task UntilAsync(Uri url, CancellationToken cancellationToken)
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(2) };
        for (var i = 0; i < 600; i++)
        {
            try
            {
                using var response = await client.GetAsync(url, cancellationToken);
                if (response.IsSuccessStatusCode)
                    return;
            }
            catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
            {
                // Not yet.
            }

            await Task.Delay(100, cancellationToken);
        }

        throw new InvalidOperationException($"{url} does not answer");
    }
}

/// <summary>A Redis server without persistence.</summary>
internal sealed class RedisProcess : IAsyncDisposable
{
    private readonly WorkFolder _folder;
    private Process? _process;

    private RedisProcess(WorkFolder folder) => _folder = folder;

    public int Port { get; } = Programs.FreePort();

    public static RedisProcess Start(WorkFolder folder)
    {
        var redis = new RedisProcess(folder);
        redis.Restart();
        return redis;
    }

    public void Restart() => _process = Programs.Start(
        "redis-server", ["--port", Port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", _folder.File_("")]);

    public async Task KillAsync()
    {
        await Programs.EndAsync(_process);
        _process = null;
    }

    public ValueTask DisposeAsync() => new(KillAsync());
}

/// <summary>Three gateways, each a process.</summary>
internal sealed class Replicas : IAsyncDisposable
{
    public const int Count = 3;

    private readonly Process?[] _processes = new Process?[Count];
    private readonly string _config;

    private Replicas(string config) => _config = config;

    public int[] Ports { get; } = [.. Enumerable.Range(0, Count).Select(_ => Programs.FreePort())];

    public static async Task<Replicas> StartAsync(WorkFolder folder, Uri provider, int redis, CancellationToken cancellationToken)
    {
        var replicas = new Replicas(folder.Write("modelscan.yaml", $$"""
            version: v0.4.0
            model_providers:
              - { model: openai/general, access_key: k, base_url: "{{provider}}", default: true }
              - { model: openai/coder, access_key: k, base_url: "{{provider}}" }
            routing_preferences:
              - { name: code_generation, description: "generating new code, writing functions, or creating boilerplate", models: [openai/coder] }
              - { name: creative_writing, description: "stories, poems and song lyrics", models: [openai/general] }
            routing:
              mode: policy
              session_cache: { type: redis, url: "redis://127.0.0.1:{{redis}}", tenant_header: x-tenant }
              shutdown: { delay: 3s, timeout: 30s }
            """));
        for (var i = 0; i < Count; i++)
            await replicas.StartAsync(i, cancellationToken);
        return replicas;
    }

    public async Task StartAsync(int number, CancellationToken cancellationToken)
    {
        var port = Ports[number].ToString(CultureInfo.InvariantCulture);
        _processes[number] = Programs.Start(
            "dotnet", [Path.Combine(AppContext.BaseDirectory, "ModelScan.RoutingApi.dll"), "--config", _config, "--urls", $"http://127.0.0.1:{port}", "--Logging:LogLevel:Default=Error"]);
        await Programs.UntilAsync(new Uri($"http://127.0.0.1:{port}/health"), cancellationToken);
    }

    public void Kill(int number)
    {
        _processes[number]!.Kill();
        _processes[number]!.WaitForExit();
        _processes[number]!.Dispose();
        _processes[number] = null;
    }

    public async Task ReplaceAsync(int number, CancellationToken cancellationToken)
    {
        var process = _processes[number]!;
        Programs.Signal(process, "-TERM");
        await process.WaitForExitAsync(cancellationToken);
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"a gateway ended with {process.ExitCode}");
        process.Dispose();
        _processes[number] = null;
        await StartAsync(number, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
            await Programs.EndAsync(process);
    }
}

/// <summary>haproxy in front of them; it tells by a header who answered.</summary>
internal sealed class Balancer : IAsyncDisposable
{
    private readonly Process _process;

    private Balancer(Process process, Uri address) => (_process, Address) = (process, address);

    public Uri Address { get; }

    public static async Task<Balancer> StartAsync(WorkFolder folder, int[] ports, CancellationToken cancellationToken)
    {
        var port = Programs.FreePort();
        var servers = string.Join("\n", ports.Select((replica, i) => $"    server gateway{i} 127.0.0.1:{replica} check inter 500ms fall 1 rise 1"));

        // A request that got no answer at all is sent to another one: what is retried has not been answered twice.
        var config = folder.Write("haproxy.cfg", $"""
            defaults
                mode http
                timeout connect 1s
                timeout client 120s
                timeout server 120s
                retries 3
                option redispatch 1
                retry-on conn-failure empty-response
            frontend front
                bind 127.0.0.1:{port}
                default_backend gateways
            backend gateways
                balance roundrobin
                option httpchk GET /health
                http-response set-header x-replica %s
            {servers}

            """);
        var process = Programs.Start("haproxy", ["-db", "-f", config]);
        var address = new Uri($"http://127.0.0.1:{port}");
        await Programs.UntilAsync(new Uri(address, "/healthz"), cancellationToken);
        return new Balancer(process, address);
    }

    public ValueTask DisposeAsync() => new(Programs.EndAsync(_process));
}
