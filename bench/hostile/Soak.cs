using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Hostile;

/// <summary>
/// A steady rate of requests with faults among them, and a reload of the configuration every half minute. Every minute the process is measured;
/// at the end, when nothing is under way any more, it has to be what it was in its third minute.
/// </summary>
internal static class Soak
{
    private const double MostGrowth = 1.1;
    private const int Reference = 3;

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(20);

    // What waits for its end has had it by then: a client that left, a connection that is being closed, one to a provider that has closed it
    // meanwhile (whoever keeps those looks at them every 22 seconds).
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Whole = TimeSpan.FromMinutes(20);

    public static async Task<int> RunAsync(TimeSpan duration, int rate, CancellationToken cancellationToken)
    {
        await using var provider = new Provider();
        var config = Configs.Governed(provider.Address);
        await using var gateway = await Gateway.StartAsync(config, dll: null, heapMegabytes: 0, descriptors: 0, cancellationToken);
        var traffic = new Traffic(gateway);
        var samples = new List<(double Minute, int Sent, Sample Sample)>();
        var running = new HashSet<Task>();
        var interval = TimeSpan.FromTicks(Math.Min(TimeSpan.FromMinutes(1).Ticks, duration.Ticks / 6));
        var (sent, reloads, nextSample, nextReload) = (0, 0, interval, TimeSpan.FromSeconds(30));
        var watch = Stopwatch.StartNew();
        using var timer = new PeriodicTimer(Tick);
        while (watch.Elapsed < duration && gateway.ExitCode is null)
        {
            await timer.WaitForNextTickAsync(cancellationToken);
            for (var due = (int)(watch.Elapsed.TotalSeconds * rate); sent < due; sent++)
                running.Add(traffic.SendAsync(sent));
            running.RemoveWhere(task => task.IsCompleted);
            if (watch.Elapsed >= nextReload)
            {
                nextReload += TimeSpan.FromSeconds(30);
                await File.WriteAllTextAsync(gateway.ConfigPath, string.Create(CultureInfo.InvariantCulture, $"# change {++reloads}\n{config}"), cancellationToken);
            }

            if (watch.Elapsed >= nextSample)
            {
                Measure();
                nextSample += interval;
            }
        }

        await Task.WhenAll(running);

        await Task.Delay(Rest, cancellationToken);
        Held? held = null;
        if (gateway.ExitCode is null)
        {
            Measure();
            held = await gateway.HeldAsync(cancellationToken);
        }

        var problems = Problems(gateway, traffic, samples, held);
        var text = Text(traffic, samples, held, problems, duration, rate, reloads);
        Console.WriteLine(text);
        if (duration >= Whole)
            await Places.WriteAsync("RESULTS.md", text);
        return problems.Count == 0 ? 0 : 1;

        void Measure()
        {
            samples.Add((watch.Elapsed.TotalMinutes, traffic.Sent, gateway.Measure()));
            var (minute, count, sample) = samples[^1];
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{minute:0.0} min, {count} requests: {sample.ResidentMegabytes:0} MB, {sample.Threads} threads, {sample.Handles} handles, {sample.CloseWait.Count} CLOSE_WAIT, {running.Count} under way, {traffic.Unexpected.Count} unexpected"));
        }
    }

    private static List<string> Problems(Gateway gateway, Traffic traffic, List<(double Minute, int Sent, Sample Sample)> samples, Held? held)
    {
        if (gateway.ExitCode is { } code)
            return [string.Create(CultureInfo.InvariantCulture, $"the gateway ended with {code}")];
        var problems = traffic.Unexpected.ToList();
        var (reference, last) = (samples[Math.Min(Reference, samples.Count) - 1].Sample, samples[^1].Sample);
        Check("memory", reference.ResidentMegabytes, last.ResidentMegabytes);
        Check("threads", reference.Threads, last.Threads);
        Check("handles", reference.Handles, last.Handles);
        if (last.CloseWait.Count > 0)
            problems.Add(string.Create(CultureInfo.InvariantCulture, $"{last.CloseWait.Count} sockets in CLOSE_WAIT at the end: {string.Join(", ", last.CloseWait)}"));
        if (held is not { MemoryBytes: 0, Reserved: 0 })
            problems.Add($"{held} at the end, when there was no request");
        return problems;

        void Check(string what, double then, double now)
        {
            if (now > then * MostGrowth)
                problems.Add(string.Create(CultureInfo.InvariantCulture, $"{what}: {now:0} at the end, {then:0} in minute {Reference}"));
        }
    }

    private static string Text(Traffic traffic, List<(double Minute, int Sent, Sample Sample)> samples, Held? held, List<string> problems, TimeSpan duration, int rate, int reloads)
    {
        var text = new StringBuilder();
        text.AppendLine("# A long time of use, with faults").AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"{DateTime.UtcNow:yyyy-MM-dd}, {Environment.ProcessorCount} cores for client, gateway and provider. {duration.TotalMinutes:0.#} minutes, {rate} requests a second, {traffic.Sent:N0} in all; the configuration was changed {reloads} times meanwhile. What is sent: [README.md](README.md).").AppendLine();
        text.AppendLine("| minute | requests | memory MB | threads | handles | CLOSE_WAIT |").AppendLine("|---:|---:|---:|---:|---:|---:|");
        foreach (var (minute, sent, sample) in samples)
            text.AppendLine(CultureInfo.InvariantCulture, $"| {minute:0.0} | {sent:N0} | {sample.ResidentMegabytes:0} | {sample.Threads} | {sample.Handles} | {sample.CloseWait.Count} |");
        text.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"The last row: {Rest.TotalSeconds:0} seconds after the last request. Then {held?.MemoryBytes:0} bytes of the memory budget were taken, and {held?.Reserved:0} tokens and requests set aside on limits.").AppendLine();
        text.AppendLine("| request | statuses | expected, and why |").AppendLine("|---|---|---|");
        foreach (var (kind, statuses) in traffic.Results)
            text.AppendLine(CultureInfo.InvariantCulture, $"| {kind.Name} | {string.Join(", ", statuses.Select(status => $"{Name(status.Key)}: {status.Value:N0}"))} | {string.Join(", ", kind.Expected.Select(Name))}{(kind.Why.Length > 0 ? $": {kind.Why}" : "")} |");
        text.AppendLine().AppendLine(problems.Count == 0 ? "Everything as expected." : $"Not as expected:\n\n{string.Join('\n', problems.Select(problem => $"* {problem}"))}");
        return text.ToString();
    }

    private static string Name(int status) => status switch
    {
        0 => "broken off",
        -1 => "no answer in time",
        _ => status.ToString(CultureInfo.InvariantCulture),
    };
}
