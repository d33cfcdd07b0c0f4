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

    /// <summary>Starts the server again after <see cref="KillAsync"/>, on the same port and empty.</summary>
    public async Task RestartAsync()
    {
        var tls = _options.Contains("--tls-cert-file");
        string[] arguments = tls ? ["--port", "0", "--tls-port", $"{Port}"] : ["--port", $"{Port}"];
        var start = new ProcessStartInfo("redis-server", [.. arguments, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", _directory.FullName, .. _options])
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
            if (line.Contains("Ready to accept connections", StringComparison.Ordinal))
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

    /// <summary>Sends one inline command on a connection of its own and returns the first line of the answer.</summary>
    public async Task<string> AskAsync(string command)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, Port);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.UTF8.GetBytes(command + "\r\n"));
        using var reader = new StreamReader(stream);
        return await reader.ReadLineAsync().WaitAsync(StartTimeout) ?? "";
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
