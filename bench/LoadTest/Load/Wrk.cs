using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace LoadTest.Load;

/// <summary>Runs wrk, tied to a core.</summary>
/// <param name="core">The core, counted from 0.</param>
/// <param name="folder">For its scripts.</param>
internal sealed class Wrk(int core, string folder)
{
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(20);

    /// <summary>As many requests as the other side answers, on 64 connections.</summary>
    public Task<LoadResult> SaturateAsync(Uri server, RequestKind kind, string body, TimeSpan duration, CancellationToken cancellationToken) =>
        RunAsync(server, kind, body, connections: 64, meanDelayMs: 0, duration, cancellationToken);

    /// <summary>About this many requests per second, on 50 connections that pause in between.</summary>
    public Task<LoadResult> PaceAsync(Uri server, RequestKind kind, string body, int perSecond, TimeSpan duration, CancellationToken cancellationToken) =>
        RunAsync(server, kind, body, connections: 50, meanDelayMs: 50_000 / perSecond, duration, cancellationToken);

    private async Task<LoadResult> RunAsync(
        Uri server, RequestKind kind, string body, int connections, int meanDelayMs, TimeSpan duration, CancellationToken cancellationToken)
    {
        var script = Path.Combine(folder, $"{Guid.NewGuid():N}.lua");
        await File.WriteAllTextAsync(script, WrkScript.For(kind, body, meanDelayMs), cancellationToken);
        var start = new ProcessStartInfo("taskset") { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        string[] arguments = [
            "-c", Number(core), "wrk", "-t", "1", "-c", Number(connections), "-d", $"{Number((int)duration.TotalSeconds)}s",
            "--timeout", "10s", "-s", script, new Uri(server, kind.Path).ToString()];
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        using var process = Start(start);
        try
        {
            var error = process.StandardError.ReadToEndAsync(cancellationToken);
            var output = await process.StandardOutput.ReadToEndAsync(cancellationToken).WaitAsync(duration + Margin, cancellationToken);
            return Parse(output) ?? throw new InvalidOperationException($"wrk gave no result: {output}{await error}");
        }
        finally
        {
            process.Kill();
        }

        static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception exception)
        {
            throw new InvalidOperationException("taskset and wrk are needed (packages util-linux and wrk)", exception);
        }
    }

    private static LoadResult? Parse(string output)
    {
        var at = output.IndexOf(WrkScript.ResultMark, StringComparison.Ordinal);
        if (at < 0)
            return null;
        var fields = output[(at + WrkScript.ResultMark.Length)..].Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries)
            .Take(6).Select(field => long.Parse(field, CultureInfo.InvariantCulture)).ToArray();
        return new LoadResult(
            fields[0], TimeSpan.FromMicroseconds(fields[1]), TimeSpan.FromMicroseconds(fields[2]), TimeSpan.FromMicroseconds(fields[3]), fields[4] + fields[5]);
    }
}
