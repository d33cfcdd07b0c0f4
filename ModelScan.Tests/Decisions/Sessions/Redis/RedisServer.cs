using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Decisions.Sessions.Redis;

/// <summary>A real <c>redis-server</c> of this machine on a free port, without persistence, in a directory of its own.</summary>
internal sealed class RedisServer : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(20);
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("modelscan-redis-");
    private readonly string[] _options;
    private string? _sentinelConfig;
    private Process? _process;

    private RedisServer(string[] options)
    {
        _options = options;
        Port = FreePort.Find();
    }

    public int Port { get; }

    public static async Task<RedisServer> StartAsync(params string[] options)
    {
        Skip.IfNot(IsInstalled, "redis-server is not installed");
        var server = new RedisServer(options);
        try
        {
            await server.RestartAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>A sentinel that watches one server under the name <c>primary</c> and replaces it after half a second without an answer.</summary>
    public static async Task<RedisServer> StartSentinelAsync(RedisServer watched)
    {
        Skip.IfNot(IsInstalled, "redis-server is not installed");
        var server = new RedisServer([]);
        try
        {
            server._sentinelConfig = Path.Combine(server._directory.FullName, "sentinel.conf");
            await File.WriteAllTextAsync(server._sentinelConfig, $"""
                port {server.Port}
                bind 127.0.0.1
                dir {server._directory.FullName}
                sentinel monitor primary 127.0.0.1 {watched.Port} 1
                sentinel down-after-milliseconds primary 500
                sentinel failover-timeout primary 2000

                """);
            await server.RestartAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Servers that share the hash slots of one cluster evenly.</summary>
    public static async Task<IReadOnlyList<RedisServer>> StartClusterAsync(int count)
    {
        var nodes = new List<RedisServer>();
        try
        {
            for (var i = 0; i < count; i++)
            {
                nodes.Add(await StartAsync("--cluster-enabled", "yes", "--cluster-port", $"{FreePort.Find()}", "--cluster-announce-ip", "127.0.0.1"));
                await nodes[i].AskAsync($"CLUSTER ADDSLOTSRANGE {256 * i / count * 64} {(256 * (i + 1) / count * 64) - 1}");
            }

            foreach (var node in nodes.Skip(1))
            {
                var bus = node._options[Array.IndexOf(node._options, "--cluster-port") + 1];
                await nodes[0].AskAsync($"CLUSTER MEET 127.0.0.1 {node.Port} {bus}");
            }

            foreach (var node in nodes)
                await Eventually.TrueAsync(async () => (await node.AskAsync("CLUSTER INFO", lines: 2)).EndsWith("cluster_state:ok", StringComparison.Ordinal), "the cluster is complete");
            return nodes;
        }
        catch
        {
            foreach (var node in nodes)
                await node.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts the server again after <see cref="KillAsync"/>, on the same port and empty.</summary>
    public async Task RestartAsync()
    {
        var tls = _options.Contains("--tls-cert-file");
        string[] arguments = tls ? ["--port", "0", "--tls-port", $"{Port}"] : ["--port", $"{Port}"];
        arguments = _sentinelConfig is { } config
            ? [config, "--sentinel"]
            : [.. arguments, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", _directory.FullName, .. _options];
        var start = new ProcessStartInfo("redis-server", arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        };
        _process = Process.Start(start)!;
        var said = new StringBuilder();
        using var timeout = new CancellationTokenSource(StartTimeout);
        while (await _process.StandardOutput.ReadLineAsync(timeout.Token) is { } line)
        {
            said.AppendLine(line);
            if (line.Contains("Ready to accept connections", StringComparison.Ordinal) || line.Contains("+monitor master", StringComparison.Ordinal))
            {
                // A server whose output nobody reads stops when the pipe is full.
                _ = _process.StandardOutput.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None);
                return;
            }
        }

        throw new InvalidOperationException($"redis-server ended: {said}");
    }

    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    /// <summary>Stops the process without ending it, so that its connections stay open and nothing is answered; or lets it go on.</summary>
    public async Task FreezeAsync(bool frozen)
    {
        using var kill = Process.Start("kill", [frozen ? "-STOP" : "-CONT", $"{_process!.Id}"]);
        await kill.WaitForExitAsync();
    }

    /// <summary>Sends one inline command on a connection of its own and returns the first lines of the answer.</summary>
    public async Task<string> AskAsync(string command, int lines = 1)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, Port);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.UTF8.GetBytes(command + "\r\n"));
        using var reader = new StreamReader(stream);
        var answer = new List<string?>();
        while (answer.Count < lines)
            answer.Add(await reader.ReadLineAsync().WaitAsync(StartTimeout));
        return string.Join('\n', answer);
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await KillAsync();
        _directory.Delete(recursive: true);
    }

    private static bool IsInstalled => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator)
        .Any(directory => File.Exists(Path.Combine(directory, "redis-server")));
}
