using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace ModelScan.Tests.Support;

/// <summary>
/// A real Postgres of this machine (Debian's <c>postgresql</c>) on a free port, in a directory of its own. Postgres does not run as root:
/// there it runs as nobody.
/// </summary>
internal sealed class PostgresServer : IAsyncDisposable
{
    private const string User = "modelscan";
    private const string Unprivileged = "nobody";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("modelscan-postgres-");
    private readonly string _programs;
    private Process? _process;

    private PostgresServer(string programs) => _programs = programs;

    public int Port { get; } = FreePort.Find();

    /// <summary>How a client connects.</summary>
    public string ConnectionString => $"Host=127.0.0.1;Port={Port};Username={User};Database=postgres;Timeout=5;Command Timeout=5";

    /// <summary>Starts a server; the test is skipped where there is no Postgres.</summary>
    public static async Task<PostgresServer> StartAsync()
    {
        var programs = Programs();
        Skip.If(programs is null, "postgresql is not installed");
        var server = new PostgresServer(programs!);
        try
        {
            await RunAsync("chown", Unprivileged, server._directory.FullName);
            await server.InitialiseAsync();
            await server.RestartAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts the server again after <see cref="KillAsync"/>, with what it held.</summary>
    public async Task RestartAsync()
    {
        File.Delete(Path.Combine(Data, "postmaster.pid"));
        _process = Start(Path.Combine(_programs, "postgres"), "-D", Data, "-p", Port.ToString(CultureInfo.InvariantCulture), "-h", "127.0.0.1", "-k", _directory.FullName, "-c", "fsync=off");
        _ = _process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
        _ = _process.StandardError.BaseStream.CopyToAsync(Stream.Null);
        var started = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                await using var connection = new NpgsqlConnection(ConnectionString + ";Pooling=false");
                await connection.OpenAsync();
                return;
            }
            catch (NpgsqlException) when (started.Elapsed < Patience && !_process.HasExited)
            {
                await Task.Delay(50);
            }
        }
    }

    /// <summary>Ends the server as if its machine had failed.</summary>
    public async Task KillAsync()
    {
        if (_process is not { } process)
            return;
        _process = null;
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _directory.Delete(recursive: true);
    }

    private string Data => Path.Combine(_directory.FullName, "data");

    private async Task InitialiseAsync()
    {
        using var process = Start(Path.Combine(_programs, "initdb"), "-D", Data, "-U", User, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync");
        var said = process.StandardError.ReadToEndAsync();
        await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(Patience);
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"initdb: {await said}");
    }

    private Process Start(string program, params string[] arguments)
    {
        var isRoot = Environment.UserName == "root";
        var start = new ProcessStartInfo(isRoot ? "setpriv" : program) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false, WorkingDirectory = _directory.FullName };
        foreach (var argument in isRoot ? [$"--reuid={Unprivileged}", "--regid=nogroup", "--clear-groups", program, .. arguments] : arguments)
            start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        if (Environment.UserName != "root")
            return;
        using var process = Process.Start(program, arguments);
        await process.WaitForExitAsync().WaitAsync(Patience);
    }

    // Debian keeps the server's programs out of the PATH, by version.
    private static string? Programs()
    {
        const string Debian = "/usr/lib/postgresql";
        return Directory.Exists(Debian)
            ? Directory.GetDirectories(Debian).Select(version => Path.Combine(version, "bin")).Where(programs => File.Exists(Path.Combine(programs, "initdb"))).Order(StringComparer.Ordinal).LastOrDefault()
            : null;
    }
}
