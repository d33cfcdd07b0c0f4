using System.Diagnostics;
using System.Globalization;
using Microsoft.Data.Sqlite;
using ModelScan.RoutingApi.Configuration;

namespace RequestLogBenchmarks;

/// <summary>A process writes records as fast as the log takes them and is killed (SIGKILL), ten times: is the file whole, and what is missing?</summary>
internal static class Killed
{
    private const int Rounds = 10;

    /// <summary>Writes until it is killed, and tells how many.</summary>
    public static async Task WriteAsync(string path)
    {
        await using var log = new OpenLog(new RequestLogConfig { Path = path });
        await log.StartAsync();
        for (var count = 1; ; count++)
        {
            log.Log.Add(log.Record(DateTimeOffset.UtcNow), null);
            if (count % 100 != 0)
                continue;
            Console.Out.WriteLine(count);
            await Console.Out.FlushAsync();
            await Task.Delay(5);
        }
    }

    public static async Task RunAsync(TextWriter output)
    {
        await output.WriteLineAsync("| killed | integrity_check | records told | on record | missing | of a batch of |\n|---:|---|---:|---:|---:|---:|");
        for (var round = 1; round <= Rounds; round++)
        {
            var folder = Directory.CreateTempSubdirectory("log-killed-");
            var path = Path.Combine(folder.FullName, "requests.db");
            using var process = Process.Start(new ProcessStartInfo("dotnet", [typeof(Killed).Assembly.Location, "write", path]) { RedirectStandardOutput = true, UseShellExecute = false })!;
            var told = 0;
            var since = Stopwatch.StartNew();
            while (since.Elapsed < TimeSpan.FromSeconds(3) + TimeSpan.FromMilliseconds(37 * round) && await process.StandardOutput.ReadLineAsync() is { } line)
                told = int.Parse(line, CultureInfo.InvariantCulture);
            process.Kill();
            await process.WaitForExitAsync();
            await using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
            await connection.OpenAsync();
            var check = await ScalarAsync(connection, "PRAGMA integrity_check");
            var kept = Convert.ToInt64(await ScalarAsync(connection, "SELECT coalesce(sum(records), 0) FROM blocks"), CultureInfo.InvariantCulture);
            var batch = Convert.ToInt64(await ScalarAsync(connection, "SELECT coalesce(max(records), 0) FROM blocks"), CultureInfo.InvariantCulture);
            await output.WriteLineAsync($"| {round} | {check} | {told:N0} | {kept:N0} | {Math.Max(0, told - kept):N0} | {batch:N0} |");
            folder.Delete(recursive: true);
        }
    }

    private static async Task<object?> ScalarAsync(SqliteConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The texts are this program's own.
        command.CommandText = sql;
#pragma warning restore CA2100
        return await command.ExecuteScalarAsync();
    }
}
