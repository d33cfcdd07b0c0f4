using System.Diagnostics;
using System.Globalization;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.RequestLog;

/// <summary>
/// A real PostgreSQL server of this machine, with a database of its own in a folder of its own. It refuses to be run by root, so root runs it as
/// <c>postgres</c>, the user that Debian's package makes.
/// </summary>
internal sealed class PostgresServer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly string? Programs = Directory.Exists("/usr/lib/postgresql")
        ? Directory.GetDirectories("/usr/lib/postgresql").Order(StringComparer.Ordinal).Select(version => Path.Combine(version, "bin")).LastOrDefault(folder => File.Exists(Path.Combine(folder, "initdb")))
        : null;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("modelscan-postgres-");

    private PostgresServer() => Port = FreePort.Find();

    public int Port { get; }

    public string Address => $"postgres://tester:pass%40word@127.0.0.1:{Port}/postgres";

    private string Data => Path.Combine(_folder.FullName, "data");

    public static async Task<PostgresServer> StartAsync()
    {
        Skip.If(Programs is null, "postgresql is not installed");
        Skip.If(Environment.UserName == "root" && !File.Exists("/usr/bin/setpriv"), "postgresql is not run by root, and setpriv is not there");
        var server = new PostgresServer();
        try
        {
            if (Environment.UserName == "root")
                await RunAsync("chown", "postgres", server._folder.FullName);
            var password = Path.Combine(server._folder.FullName, "password");
            await File.WriteAllTextAsync(password, "pass@word");
            if (Environment.UserName == "root")
                await RunAsync("chown", "postgres", password);
            await server.RunAsUserAsync("initdb", "-D", server.Data, "-U", "tester", "--pwfile", password, "-A", "scram-sha-256", "--no-sync", "-E", "UTF8");
            await server.RestartAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts it again where it was stopped.</summary>
    public Task RestartAsync() => RunAsUserAsync(
        "pg_ctl", "-D", Data, "-w", "-s", "-l", Path.Combine(_folder.FullName, "log"), "-o",
        string.Create(CultureInfo.InvariantCulture, $"-p {Port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={_folder.FullName} -c fsync=off -c shared_buffers=16MB"), "start");

    /// <summary>Ends it as it is, connections and all.</summary>
    public Task StopAsync() => RunAsUserAsync("pg_ctl", "-D", Data, "-w", "-s", "-m", "immediate", "stop");

    public async ValueTask DisposeAsync()
    {
        if (File.Exists(Path.Combine(Data, "postmaster.pid")))
            await StopAsync();
        _folder.Delete(recursive: true);
    }

    private Task RunAsUserAsync(string program, params string[] arguments) => Environment.UserName == "root"
        ? RunAsync("setpriv", ["--reuid", "postgres", "--regid", "postgres", "--clear-groups", Path.Combine(Programs!, program), .. arguments])
        : RunAsync(Path.Combine(Programs!, program), arguments);

    // The server keeps what it inherits of outputs: they are not to be waited for.
    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "exec \"$@\" >/dev/null 2>&1 </dev/null", "sh", program, .. arguments]) { UseShellExecute = false, WorkingDirectory = "/" })!;
        using var timeout = new CancellationTokenSource(Patience);
        await process.WaitForExitAsync(timeout.Token);
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}");
    }
}
